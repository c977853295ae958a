package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of the file's frame and structure is broken once, with correct checksums. */
class FileRulesTest {

  // Slots in the order of pq.fbs.
  private static final int MODEL_MAJOR = 0;
  private static final int MODEL_STORAGE = 2;
  private static final int MODEL_FILE_LENGTH = 3;
  private static final int MODEL_NAME = 4;
  private static final int MODEL_TENSORS = 5;
  private static final int MODEL_OPERATIONS = 6;
  private static final int MODEL_OUTPUT = 8;
  private static final int MODEL_LABELS = 10;
  private static final int MODEL_PROVENANCE = 11;
  private static final int MODEL_SECTIONS = 12;
  private static final int TENSOR_NAME = 0;
  private static final int TENSOR_CHANNELS = 3;
  private static final int TENSOR_TYPE = 4;
  private static final int TENSOR_SCALE = 5;
  private static final int OPERATION_NAME = 0;
  private static final int OPERATION_OUTPUT = 1;
  private static final int OPERATION_LOW = 2;
  private static final int OPERATION_KIND_TYPE = 4;
  private static final int OPERATION_KIND = 5;
  private static final int CONVOLUTION_WEIGHTS = 11;
  private static final int WEIGHTS_GROUPS = 0;
  private static final int WEIGHTS_ORDER16 = 1;
  private static final int WEIGHTS_SCALES = 3;
  private static final int WEIGHTS_CODES = 5;
  private static final int WEIGHTS_TABLES = 6;
  private static final int WEIGHTS_TAILS = 7;
  private static final int PROVENANCE_SETTINGS = 4;

  @TempDir Path folder;

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("faults")
  void brokenRuleIsNamed(String field, String fault, Consumer<FileBytes> breaking) throws Exception {
    FileBytes file = new FileBytes(PqWriter.toBytes(model()));
    breaking.accept(file);
    file.repair();
    assertThatThrownBy(() -> PqFile.of(file.bytes()))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining(field)
        .hasMessageContaining(fault);
  }

  /** The golden model with settings long enough to hold other things. */
  private static PqModel model() {
    PqModel golden = GoldenModel.model();
    return With.with(golden, "provenance", With.with(golden.provenance(), "settings", "--".repeat(20)));
  }

  private static Arguments broken(String field, String fault, Consumer<FileBytes> breaking) {
    return arguments(field, fault, breaking);
  }

  static Stream<Arguments> faults() {
    return Stream.of(frame(), sections(), newer(), structure(), texts(), numbers()).flatMap(faults -> faults);
  }

  private static Stream<Arguments> frame() {
    return Stream.of(
        broken("not a .pq file", "0 bytes", f -> f.set(new byte[0])),
        broken("not a .pq file", "15 bytes", f -> f.set(Arrays.copyOf(f.bytes(), 15))),
        broken("identifier at byte 8", "PTQ1 is missing", f -> f.putByte(11, '2')),
        broken("size prefix at byte 0", "metadata of 4294967292 bytes", f -> f.putInt(0, -4)),
        broken("size prefix at byte 0", "metadata of 0 bytes", f -> f.putInt(0, 0)),
        broken("size prefix at byte 0", "metadata of 3055 bytes", f -> f.putInt(0, 3055)),
        broken("size prefix at byte 0", "the file is truncated", f -> f.putInt(0, 1 << 20)),
        broken("size prefix at byte 0", "the file is truncated", f -> f.set(Arrays.copyOf(f.bytes(), 3000))),
        broken("file_length", "it is truncated", f -> f.set(Arrays.copyOf(f.bytes(), f.bytes().length - 1))),
        broken("file_length", "it is truncated", f -> f.set(Arrays.copyOf(f.bytes(), 4032))),
        broken("file_length", "something was added", f -> f.set(Arrays.copyOf(f.bytes(), f.bytes().length + 1))),
        broken("file_length", "1 bytes after the last section", FileRulesTest::addAByte),
        broken("padding at byte", "not zero", f -> f.putByte(f.metadataBytes() + 4, 1)));
  }

  private static void addAByte(FileBytes file) {
    file.set(Arrays.copyOf(file.bytes(), file.bytes().length + 1));
    file.putInt(file.field(file.root(), MODEL_FILE_LENGTH), file.bytes().length);
  }

  private static Stream<Arguments> sections() {
    return Stream.of(
        broken("sections[1].offset", "out of place", f -> f.putInt(f.section(1), f.getInt(f.section(0)))),
        broken("sections[1].offset", "out of place", f -> add(f, f.section(1), 4)),
        broken("sections[0].offset", "out of place", f -> f.putInt(f.section(0), 0)),
        broken("sections[4].length", "beyond the end", f -> f.putInt(f.section(4) + 4, -1)),
        broken("sections[1].offset", "out of place", f -> f.putInt(f.section(0) + 4, 1100)),
        broken("padding at byte", "not zero", f -> f.putByte(f.getInt(f.section(1)) - 1, 1)),
        broken("operations[0].weights.codes", "bytes of codes", f -> add(f, f.section(0) + 4, -1)),
        broken("operations[4].weights.codes", "section 5 of 5", f -> codes(f, 4, 5)),
        broken("operations[4].weights.codes", "section 4294967295 of 5", f -> codes(f, 4, -1)),
        broken("operations[5].weights.codes", "already belongs to another", f -> codes(f, 5, 1)));
  }

  private static void add(FileBytes file, int position, int difference) {
    file.putInt(position, file.getInt(position) + difference);
  }

  /** Another section for the codes of a convolution. */
  private static void codes(FileBytes file, int operation, int section) {
    file.putInt(file.field(weights(file, operation), WEIGHTS_CODES), section);
  }

  private static int weights(FileBytes file, int operation) {
    int convolution = file.target(file.field(file.element(MODEL_OPERATIONS, operation), OPERATION_KIND));
    return file.target(file.field(convolution, CONVOLUTION_WEIGHTS));
  }

  /** Files that later versions may write, and that this one has to refuse. */
  private static Stream<Arguments> newer() {
    return Stream.of(
        broken("major", "version 2 of the format", f -> f.putShort(f.field(f.root(), MODEL_MAJOR), 2)),
        // Fields that are left out are laid over others: the version's 1 then means Compressed, the output's 11
        // nothing.
        broken("checksum at byte", "CRC32C differs", f -> lay(f, f.root(), MODEL_STORAGE, MODEL_MAJOR)),
        broken("storage", "unknown form 11", f -> lay(f, f.root(), MODEL_STORAGE, MODEL_OUTPUT)),
        broken("weights.tables", "a newer version may have written it", f -> newSlot(f, WEIGHTS_TABLES)),
        broken("weights.tails", "already belongs to another", f -> newSlot(f, WEIGHTS_TAILS)),
        broken("operations[1].kind_type", "newer", f -> kindType(f, 1, 8)),
        broken("operations[1].kind_type", "0 is no operation", f -> kindType(f, 1, 0)),
        broken("tensors[11].type", "newer", f -> f.putByte(f.field(f.element(MODEL_TENSORS, 11), TENSOR_TYPE), 2)),
        broken("operations[5].weights.groups[0]", "without two regions", f -> f.putByte(grid(f), 3)),
        broken("operations[5].weights.groups[0]", "unknown grid 4", f -> f.putByte(grid(f), 4)),
        broken("operations[5].weights.groups[0]", "without two regions", f -> f.putByte(grid(f), 0)));
  }

  /** Makes a field share the place of another one. */
  private static void lay(FileBytes file, int table, int slot, int over) {
    slot(file, table, slot, file.field(table, over) - table);
  }

  /** Moves the vtable of the classifier's weights onto the settings' text, and gives them a field more there. */
  private static void newSlot(FileBytes file, int slot) {
    int weights = weights(file, GoldenModel.CLASSIFIER);
    int old = file.vtable(weights);
    int provenance = file.target(file.field(file.root(), MODEL_PROVENANCE));
    int moved = file.target(file.field(provenance, PROVENANCE_SETTINGS)) + 4;
    int bytes = 4 + 2 * (WEIGHTS_TAILS + 1);
    for (int i = 0; i < bytes; i += 2) {
      file.putShort(moved + i, i < file.getInt(old) % 65_536 ? file.getInt(old + i) : 0);
    }
    file.putShort(moved, bytes);
    file.putInt(weights, weights - moved);
    lay(file, weights, slot, WEIGHTS_CODES);
  }

  private static void kindType(FileBytes file, int operation, int type) {
    file.putByte(file.field(file.element(MODEL_OPERATIONS, operation), OPERATION_KIND_TYPE), type);
  }

  /** Position of the grid of the first group of the convolution of several groups, a two-region one. */
  private static int grid(FileBytes file) {
    return file.target(file.field(weights(file, 5), WEIGHTS_GROUPS)) + 4 + 5;
  }

  private static Stream<Arguments> structure() {
    return Stream.of(
        broken("root at byte 4", "outside the metadata", f -> f.putInt(4, Integer.MAX_VALUE)),
        broken("root at byte 4", "outside the metadata", f -> f.putInt(4, -8)),
        broken("root at byte 4", "outside the metadata", f -> f.putInt(4, 0)),
        broken("Model at byte", "unaligned", f -> add(f, 4, 2)),
        broken("Model at byte", "its vtable would lie at", f -> f.putInt(f.root(), 1 << 30)),
        broken("Model at byte", "its vtable would lie at", f -> f.putInt(f.root(), -(1 << 30))),
        broken("Model at byte", "its vtable would lie at", f -> add(f, f.root(), 1)),
        broken("Model at byte", "a vtable of 2 bytes", f -> f.putShort(f.vtable(f.root()), 2)),
        broken("Model at byte", "a vtable of 65534 bytes", f -> f.putShort(f.vtable(f.root()), -2)),
        broken("Model at byte", "a table of 2 bytes", f -> f.putShort(f.vtable(f.root()) + 2, 2)),
        broken("Model at byte", "a table of 65535 bytes", f -> f.putShort(f.vtable(f.root()) + 2, -1)),
        broken("tensors at byte", "missing", f -> slot(f, f.root(), MODEL_TENSORS, 0)),
        broken("sections at byte", "missing", f -> slot(f, f.root(), MODEL_SECTIONS, 0)),
        broken("file_length at byte", "at offset 6", f -> slot(f, f.root(), MODEL_FILE_LENGTH, 6)),
        broken("file_length at byte", "at offset 2", f -> slot(f, f.root(), MODEL_FILE_LENGTH, 2)),
        broken("file_length at byte", "at offset 400", f -> slot(f, f.root(), MODEL_FILE_LENGTH, 400)),
        broken("tensors at byte", "refers to", f -> f.putInt(f.field(f.root(), MODEL_TENSORS), 1 << 24)),
        broken("tensors at byte", "unaligned", f -> f.putInt(f.field(f.root(), MODEL_TENSORS), 1)),
        broken("tensors at byte", "elements do not fit", f -> vectorLength(f, f.root(), MODEL_TENSORS, 1 << 30)),
        broken("tensors at byte", "4294967295 elements", f -> vectorLength(f, f.root(), MODEL_TENSORS, -1)),
        broken("weights.scales at byte", "do not fit", f -> vectorLength(f, weights(f, 0), WEIGHTS_SCALES, 5000)),
        broken("weights.order16 at byte", "do not fit", f -> vectorLength(f, weights(f, 0), WEIGHTS_ORDER16, 5000)),
        broken("overlap", "objects of the metadata", FileRulesTest::shareOneTable));
  }

  private static void slot(FileBytes file, int table, int slot, int offset) {
    file.putShort(file.vtable(table) + 4 + 2 * slot, offset);
  }

  private static void vectorLength(FileBytes file, int table, int slot, int length) {
    file.putInt(file.target(file.field(table, slot)), length);
  }

  /** All operations refer to the first one, whose weights are most of the metadata. */
  private static void shareOneTable(FileBytes file) {
    int vector = file.target(file.field(file.root(), MODEL_OPERATIONS));
    int first = file.target(vector + 4);
    for (int i = 0; i < file.getInt(vector); i++) {
      int element = vector + 4 + 4 * i;
      file.putInt(element, first - element);
    }
  }

  private static Stream<Arguments> texts() {
    return Stream.of(
        broken("name at byte", "not UTF-8", f -> f.putByte(f.target(f.field(f.root(), MODEL_NAME)) + 4, 0xFF)),
        broken("labels at byte", "not UTF-8", f -> f.putByte(f.target(f.field(f.root(), MODEL_LABELS)) + 4, 0xC3)),
        broken("name at byte", "without its zero byte", f -> vectorLength(f, f.root(), MODEL_NAME, 9)),
        broken("name at byte", "1025 elements; 1024 is the limit", f -> vectorLength(f, f.root(), MODEL_NAME, 1025)),
        broken("labels at byte", "has no line feed", FileRulesTest::endLastLabel),
        broken(
            "tensors[3].name at byte",
            "without its zero byte",
            f -> vectorLength(f, f.element(MODEL_TENSORS, 3), TENSOR_NAME, 4)),
        // Equal vtables are stored once: this is the first operation that has this one.
        broken("operations[1].name", "missing", f -> slot(f, f.element(MODEL_OPERATIONS, 3), OPERATION_NAME, 0)));
  }

  private static void endLastLabel(FileBytes file) {
    int labels = file.target(file.field(file.root(), MODEL_LABELS));
    file.putByte(labels + 4 + file.getInt(labels) - 1, '!');
  }

  private static Stream<Arguments> numbers() {
    return Stream.of(
        broken(
            "tensors[1].channels at byte",
            "4294967295 is too large",
            f -> f.putInt(f.field(f.element(MODEL_TENSORS, 1), TENSOR_CHANNELS), -1)),
        broken(
            "tensors[1].scale",
            "NaN",
            f -> f.putInt(f.field(f.element(MODEL_TENSORS, 1), TENSOR_SCALE), 0xFFFFFFFF)),
        broken(
            "operations[1].output at byte",
            "4294967295 is too large",
            f -> f.putInt(f.field(f.element(MODEL_OPERATIONS, 1), OPERATION_OUTPUT), -1)),
        // The addition's bounds remain when it becomes a padding of its left input.
        broken("operations[7].low at byte", "does not clamp", f -> kindType(f, 7, 6)));
  }

  /** The files are large enough to hold what they claim. */
  @Test
  void countsBeyondTheLimitsAreRefusedBeforeAnythingIsMadeOfThem() throws Exception {
    PqModel golden = GoldenModel.model();
    Tensor tensor = With.with(golden.tensors().get(1), "name", "");
    byte[] tensors = unverified(With.with(golden, "tensors", Collections.nCopies(65_537, tensor)));
    assertThatThrownBy(() -> PqFile.of(tensors))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining("65537 elements; 65536 is the limit");

    byte[] labels = unverified(With.with(golden, "labels", Collections.nCopies((1 << 20) + 1, "")));
    assertThatThrownBy(() -> PqFile.of(labels))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining("1048577 labels; 1048576 is the limit");

    float[] scales = new float[(1 << 20) + 1];
    byte[] channels = unverified(With.weights(golden, GoldenModel.DEPTHWISE, "scales", scales));
    assertThatThrownBy(() -> PqFile.of(channels))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining("operations[4].kind.weights.scales")
        .hasMessageContaining("1048577 elements; 1048576 is the limit");
  }

  private static byte[] unverified(PqModel model) throws Exception {
    return PqWriter.unverified(model, Storage.PACKED);
  }

  @Test
  void damageIsFoundByChecksums() throws Exception {
    byte[] file = PqWriter.toBytes(GoldenModel.model());
    for (int offset = 0; offset < file.length; offset++) {
      byte[] damaged = file.clone();
      damaged[offset] ^= 0x10;
      assertThatThrownBy(() -> PqFile.of(damaged))
          .as("bit 4 of byte " + offset)
          .isInstanceOf(PqFormatException.class);
    }
  }

  @Test
  void everyTruncationIsNamed() throws Exception {
    byte[] file = PqWriter.toBytes(GoldenModel.model());
    for (int length = 0; length < file.length; length++) {
      byte[] shorter = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> PqFile.of(shorter))
          .isInstanceOf(PqFormatException.class)
          .hasMessageContaining(length < 16 ? "not a .pq file" : "truncated");
    }
  }

  @Test
  void filesThatAreNoModelsAreRefused() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.pq"));
    assertThatThrownBy(() -> PqFile.open(empty)).isInstanceOf(PqFormatException.class);
    Path text = Files.writeString(folder.resolve("text.pq"), "#!/bin/sh\necho this is no model\n");
    assertThatThrownBy(() -> PqFile.open(text))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining("not a .pq file");
    assertThatThrownBy(() -> PqFile.open(folder.resolve("nowhere.pq"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> PqFile.open(folder)).isInstanceOf(IOException.class);
  }
}
