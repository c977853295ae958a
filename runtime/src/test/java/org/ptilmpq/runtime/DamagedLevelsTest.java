package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.CodedLayer;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.testkit.GuardedMemory;
import org.ptilmpq.testkit.Seeds;

/**
 * In compressed files that were damaged but have the right checksums, the kernels' decoder takes exactly the layers
 * that the format's own reads, and reads the same. The number of files is set with {@code -Dptilmpq.fuzz.files=100000}.
 */
class DamagedLevelsTest {

  private static final int FILES = Integer.getInteger("ptilmpq.fuzz.files", 2_000);
  private static final int BASES = 12;
  private static final int STATES_BYTES = 32;

  private static final List<KernelSet> KERNELS = KernelProvider.machineCode();

  @AfterAll
  static void close() {
    KERNELS.forEach(KernelSet::close);
  }

  /** Where the body begins: after the frame, its length and its checksum. */
  private static int body(byte[] file) {
    return 2 * Integer.BYTES + ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
  }

  /** Writes the checksum of the body, at the end of the file. */
  private static void putChecksum(byte[] file) {
    int body = body(file);
    int end = file.length - Integer.BYTES;
    CRC32C checksum = new CRC32C();
    checksum.update(file, body, end - body);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(end, (int) checksum.getValue());
  }

  /** A compressed file, and the places of its parts. */
  private static final class Base {
    private final byte[] bytes;
    private final int body;
    private final int head;
    private final List<CodedLayer> layers;
    private final int firstStream;

    Base(PqModel model) throws PqFormatException {
      bytes = PqWriter.toBytes(model, Storage.COMPRESSED);
      GuardedDecoder decoder = new GuardedDecoder(KERNELS.getFirst());
      PqFile.of(bytes).decode(PqFile.LayerWork.SEQUENTIAL, decoder);
      // Not the longest one, which is only there to make the model large.
      layers = decoder.taken.subList(1, decoder.taken.size());
      firstStream = layers.stream().mapToInt(Base::place).min().orElseThrow();
      body = body(bytes);
      ByteBuffer file = ByteBuffer.wrap(bytes);
      file.position(body);
      number(file);
      int deflated = number(file);
      file.position(file.position() + deflated);
      number(file);
      head = file.position();
    }

    /** Where a layer's stream is in the file. */
    private static int place(CodedLayer layer) {
      return (int) layer.stream().address();
    }

    private static int number(ByteBuffer file) {
      int number = 0;
      for (int shift = 0; ; shift += 7) {
        int next = file.get();
        number |= (next & 0x7F) << shift;
        if (next >= 0) {
          return number;
        }
      }
    }

    /** The file with up to three places changed, and a checksum that fits. */
    byte[] mutated(RandomGenerator random) {
      byte[] file = bytes.clone();
      for (int mutations = random.nextInt(1, 4); mutations > 0; mutations--) {
        CodedLayer layer = layers.get(random.nextInt(layers.size()));
        int stream = place(layer);
        int words = stream + STATES_BYTES;
        int escapes = words + 2 * layer.words();
        switch (random.nextInt(8)) {
          case 0 -> change(file, head, firstStream, random);
          case 1 -> change(file, stream, words, random);
          case 2, 3, 4 -> change(file, words, escapes, random);
          default -> change(file, escapes, escapes + 2 * layer.escapes(), random);
        }
      }
      putChecksum(file);
      return file;
    }

    private static void change(byte[] file, int from, int to, RandomGenerator random) {
      if (from < to) {
        int at = random.nextInt(from, to);
        switch (random.nextInt(4)) {
          case 0, 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
          case 2 -> file[at] = (byte) random.nextInt();
          default -> {
            int end = Math.min(to, at + random.nextInt(1, 40));
            Arrays.fill(file, at, end, (byte) random.nextInt(-1, 1));
          }
        }
      }
    }
  }

  /** The outcome for a file: a model, or a fault. */
  private record Outcome(PqModel model, String fault) {

    /** Without the layers that are there to make up numbers: the first two tasks, since they are the longest. */
    private static final PqFile.LayerWork OTHERS =
        (count, task) -> {
          for (int i = 2; i < count; i++) {
            task.accept(i);
          }
        };

    static Outcome of(byte[] bytes, CodedLayer.Decoder decoder) {
      try (PqFile file = PqFile.of(bytes)) {
        return new Outcome(file.decode(OTHERS, decoder), null);
      } catch (PqFormatException e) {
        return new Outcome(null, e.getMessage());
      }
    }
  }

  @Test
  void aDamagedFileHasTheSameOutcomeWithBothDecoders() throws Exception {
    RandomGenerator random = Seeds.random("DamagedLevelsTest", 62);
    List<Base> bases = new ArrayList<>();
    for (int i = 0; i < BASES; i++) {
      bases.add(new Base(CodedModels.of(random, 5, 3_000)));
    }
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    int taken = 0;
    int refused = 0;
    for (int i = 0; i < FILES; i++) {
      Base base = bases.get(random.nextInt(BASES));
      byte[] bytes = base.mutated(random);
      try {
        Outcome expected = Outcome.of(bytes, CodedLayer.Decoder.NONE);
        GuardedDecoder decoder = new GuardedDecoder(KERNELS.getFirst());
        Outcome actual = Outcome.of(bytes, decoder);
        assertThat(actual.fault).isEqualTo(expected.fault);
        if (expected.model != null) {
          CodedModels.assertSameWeights(actual.model, expected.model);
          assertThat(decoder.refused).as("layers refused though they are whole").isZero();
        }
        taken += decoder.taken.size();
        refused += decoder.refused;
        String fault = expected.fault == null ? "accepted" : expected.fault;
        outcomes.merge(fault.replaceAll("'[^']*'", "").replaceAll("-?\\d[\\d.Ee-]*", "#"), 1, Integer::sum);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("file " + i + " of this seed", e);
      }
    }
    System.out.printf(
        "DamagedLevelsTest: %d damaged files, %d layers decoded, %d refused; %s%n",
        FILES, taken, refused, outcomes);
    assertThat(outcomes.getOrDefault("accepted", 0)).isGreaterThan(FILES / 50);
    assertThat(refused).isGreaterThan(FILES / 3);
    assertThat(outcomes).hasSizeGreaterThan(4);
  }

  /** The kernels' decoder doesn't add levels up: it isn't used where their sum could be too large. */
  @Test
  void sumsAreLeftToTheFormat() throws Exception {
    // 16,524 · 1015 is just below the limit, 2^24 − 1, and 16,524 · 1023 above. Both levels have the same tail.
    PqModel model = CodedModels.of(1015);
    byte[] bytes = PqWriter.toBytes(model, Storage.COMPRESSED);
    GuardedDecoder decoder = new GuardedDecoder(KERNELS.getFirst());
    CodedModels.assertSameWeights(PqFile.of(bytes).decode(PqFile.LayerWork.SEQUENTIAL, decoder), model);
    // The file ends with the levels as escapes, and its checksum.
    int end = bytes.length - Integer.BYTES;
    for (int at = end - Short.BYTES * CodedModels.LARGE_INPUTS * CodedModels.LARGE_CHANNELS; at < end; at += 2) {
      bytes[at] ^= (byte) (1015 ^ 1023);
    }
    putChecksum(bytes);
    for (CodedLayer.Decoder each : List.of(CodedLayer.Decoder.NONE, decoder)) {
      assertThatThrownBy(() -> PqFile.of(bytes).decode(PqFile.LayerWork.SEQUENTIAL, each))
          .isInstanceOf(PqFormatException.class)
          .hasMessageContaining("levels of a channel add up to more than 16777215");
    }
    assertThat(decoder.taken).isEmpty();
    assertThat(decoder.refused).isZero();
  }

  /** Counts that a damaged head could have, and memory that the format never hands over. */
  @Test
  void countsAndMemoryThatDoNotFitAreRefused() throws Exception {
    Base base = new Base(CodedModels.of(Seeds.random("DamagedLevelsTest", 64), 60, 3_000));
    int withTails = 0;
    int withEscapes = 0;
    for (CodedLayer layer : base.layers) {
      int words = layer.words();
      int escapes = layer.escapes();
      long codes = layer.codes().byteSize();
      long tails = layer.tails().byteSize();
      assertThat(isTaken(layer, words, escapes, codes, tails)).isTrue();
      assertThat(isTaken(layer, words + 1, escapes, codes, tails)).as("a word too many").isFalse();
      assertThat(isTaken(layer, words, escapes + 1, codes, tails)).as("an escape too many").isFalse();
      assertThat(isTaken(layer, words, escapes, codes - Long.BYTES, tails)).as("too few codes").isFalse();
      assertThat(isTaken(layer, words, escapes, codes, tails + Long.BYTES)).as("too many tails").isFalse();
      if (words > 0) {
        assertThat(isTaken(layer, words - 1, escapes, codes, tails)).as("a word too few").isFalse();
        assertThat(isTaken(layer, words - 1, escapes + 1, codes, tails)).as("an escape for a word").isFalse();
        assertThat(isTaken(layer, 0, 0, codes, tails)).as("no words").isFalse();
      }
      if (escapes > 0) {
        assertThat(isTaken(layer, words, escapes - 1, codes, tails)).as("an escape too few").isFalse();
        withEscapes++;
      }
      if (tails > 0) {
        assertThat(isTaken(layer, words, escapes, codes, tails - Long.BYTES)).as("too few tails").isFalse();
        assertThat(isTaken(layer, words, escapes, codes, 0)).as("no tails").isFalse();
        withTails++;
      }
    }
    assertThat(withTails).isGreaterThan(10);
    assertThat(withEscapes).isGreaterThan(10);
  }

  private static boolean isTaken(CodedLayer layer, int words, int escapes, long codesBytes, long tailsBytes) {
    try (GuardedMemory codes = GuardedMemory.endingAtGuard(codesBytes, Long.BYTES);
        GuardedMemory tails = GuardedMemory.endingAtGuard(tailsBytes, Long.BYTES)) {
      CodedLayer.Decoder decoder = new ModelSource.KernelTableDecoder(KERNELS.getFirst().levelDecoder().orElseThrow());
      return decoder.decode(GuardedDecoder.with(layer, words, escapes, codes.segment(), tails.segment()));
    }
  }
}
