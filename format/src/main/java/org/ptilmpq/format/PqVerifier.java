package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.gen.Model;
import org.ptilmpq.format.gen.Storage;

/**
 * Checks everything about a file before anything of it is used: a model may come over the air onto an unattended board.
 * From the outside in, each step relying on those before it:
 *
 * <ol>
 *   <li>the frame: size prefix, identifier, the metadata's checksum;
 *   <li>the FlatBuffer's structure ({@link FlatBufferVerifier});
 *   <li>version and storage form;
 *   <li>the length of the file, and the place, padding and checksum of each section;
 *   <li>the model: enum values, shapes, order, quantization ({@link ModelVerifier}), and every bit of the weights
 *       ({@link WeightsVerifier}).
 * </ol>
 *
 * Nothing is allocated in proportion to a number that isn't checked yet.
 */
public final class PqVerifier {

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** Size prefix, root reference, identifier and the checksum of nothing more. */
  private static final int MIN_BYTES = 16;

  private PqVerifier() {}

  /**
   * The contents of a verified file.
   *
   * @param model whose codes are read-only slices of the file; those of a compressed file are empty
   * @param metadataBytes length of the size-prefixed FlatBuffer
   * @param sections in file order; of a compressed file the one stretch that holds everything but the frame
   * @param compressed null for a packed file
   */
  record Verified(PqModel model, int metadataBytes, List<FileLayout.Section> sections, CompressedFile compressed) {}

  /**
   * Checks a model that is about to be written.
   *
   * @throws PqFormatException naming the rule it breaks
   */
  public static void verify(PqModel model) throws PqFormatException {
    new ModelVerifier(model, ModelVerifier.Places.of(model), WeightsVerifier.Extent.CODES).verify();
  }

  /**
   * Checks preprocessing that is to replace a model's own.
   *
   * @param input the tensor it fills
   * @throws PqFormatException naming the rule it breaks
   */
  public static void verify(Preprocessing preprocessing, Tensor input) throws PqFormatException {
    ModelVerifier.checkPreprocessing(preprocessing, input);
  }

  /**
   * Checks a whole file.
   *
   * @param file a native segment or one over a byte array
   * @throws PqFormatException naming the field and the offset of the first fault
   */
  static Verified verify(MemorySegment file) throws PqFormatException {
    int metadataBytes = checkFrame(file);
    ByteBuffer metadata = file.asSlice(0, metadataBytes).asByteBuffer();
    FlatBufferVerifier structure = new FlatBufferVerifier(metadata);
    checkVersion(structure, metadata);
    structure.verify(PqSchema.FRAME);
    Model root = root(metadata);
    if (isCompressed(root.storage(), structure.rootPosition())) {
      return compressed(root, structure, file, metadataBytes);
    }
    structure.verify(PqSchema.MODEL);
    List<FileLayout.Section> sections = checkSections(root, structure, file, metadataBytes);
    PqModel model = ModelDecoder.decode(root, structure, file.asReadOnly(), sections);
    int[] tensors = structure.tablePositions(PqSchema.TENSORS_SLOT);
    int[] operations = structure.tablePositions(PqSchema.OPERATIONS_SLOT);
    ModelVerifier.Places places = ModelVerifier.Places.of(model, tensors, operations);
    new ModelVerifier(model, places, WeightsVerifier.Extent.CODES).verify();
    return new Verified(model, metadataBytes, sections, null);
  }

  /** Verifies what follows the frame of a compressed file: the body, and after it its checksum. */
  private static Verified compressed(
      Model root, FlatBufferVerifier structure, MemorySegment file, int metadataBytes) throws PqFormatException {
    checkFileLength(root, structure, file);
    long from = metadataBytes + FileLayout.CHECKSUM;
    long length = file.byteSize() - from - FileLayout.CHECKSUM;
    if (length < 0 || length > Integer.MAX_VALUE - Long.BYTES) {
      throw PqFormatException.at("file_length", structure.rootPosition(), length + " bytes of compressed layers");
    }
    MemorySegment body = file.asSlice(from, length).asReadOnly();
    int checksum = file.get(INT, from + length);
    if (FileLayout.crc32c(body) != checksum) {
      throw PqFormatException.at("checksum", from + length, "CRC32C differs: the file is damaged");
    }
    CompressedFile layers = CompressedFile.open(body, file.byteSize());
    FileLayout.Section section = new FileLayout.Section(from, length, checksum);
    return new Verified(layers.outline(), metadataBytes, List.of(section), layers);
  }

  /** Checks the frame and returns the length of the size-prefixed FlatBuffer. */
  private static int checkFrame(MemorySegment file) throws PqFormatException {
    if (file.byteSize() < MIN_BYTES) {
      throw new PqFormatException("not a .pq file: it has only " + file.byteSize() + " bytes");
    }
    byte[] identifier = file.asSlice(FileLayout.IDENTIFIER_OFFSET, 4).toArray(ValueLayout.JAVA_BYTE);
    if (!new String(identifier, StandardCharsets.ISO_8859_1).equals(FileLayout.IDENTIFIER)) {
      throw PqFormatException.at("identifier", FileLayout.IDENTIFIER_OFFSET, "not a .pq file: PTQ1 is missing");
    }
    if (file.byteSize() > FileLayout.MAX_FILE_BYTES) {
      throw new PqFormatException("the file has " + file.byteSize() + " bytes; 4 GiB is the format's limit");
    }
    long prefix = Integer.toUnsignedLong(file.get(INT, 0));
    if (prefix > ModelLimits.MAX_METADATA || prefix < MIN_BYTES - 8 || prefix % 4 != 0) {
      throw PqFormatException.at("size prefix", 0, "metadata of " + prefix + " bytes");
    }
    int metadataBytes = FileLayout.SIZE_PREFIX + (int) prefix;
    if (metadataBytes + FileLayout.CHECKSUM > file.byteSize()) {
      throw PqFormatException.at(
          "size prefix",
          0,
          "metadata of " + prefix + " bytes in a file of " + file.byteSize() + ": the file is truncated");
    }
    int stored = file.get(INT, metadataBytes);
    if (FileLayout.crc32c(file.asSlice(0, metadataBytes)) != stored) {
      throw PqFormatException.at("metadata checksum", metadataBytes, "CRC32C differs: the file is damaged");
    }
    return metadataBytes;
  }

  /** A larger major version may have changed everything else, so it is checked first. */
  private static void checkVersion(FlatBufferVerifier structure, ByteBuffer metadata) throws PqFormatException {
    structure.verify(PqSchema.VERSION);
    int major = root(metadata).major();
    if (major != FileLayout.MAJOR) {
      throw PqFormatException.at(
          "major",
          structure.rootPosition(),
          "version " + major + " of the format; this program reads version " + FileLayout.MAJOR);
    }
  }

  private static boolean isCompressed(int storage, int position) throws PqFormatException {
    return switch (storage) {
      case Storage.Packed -> false;
      case Storage.Compressed -> true;
      default -> throw PqFormatException.at(
          "storage", position, "unknown form " + storage + "; a newer version may have written it");
    };
  }

  private static Model root(ByteBuffer metadata) {
    return Model.getRootAsModel(metadata.duplicate().position(FileLayout.SIZE_PREFIX));
  }

  private static void checkFileLength(Model root, FlatBufferVerifier structure, MemorySegment file)
      throws PqFormatException {
    if (root.fileLength() != file.byteSize()) {
      throw PqFormatException.at(
          "file_length",
          structure.rootPosition(),
          "%d, but the file has %d bytes: %s"
              .formatted(
                  root.fileLength(),
                  file.byteSize(),
                  file.byteSize() < root.fileLength() ? "it is truncated" : "something was added"));
    }
  }

  private static List<FileLayout.Section> checkSections(
      Model root, FlatBufferVerifier structure, MemorySegment file, int metadataBytes) throws PqFormatException {
    checkFileLength(root, structure, file);
    List<FileLayout.Section> sections = new ArrayList<>();
    long first = FileLayout.firstSection(metadataBytes);
    if (first > file.byteSize()) {
      throw PqFormatException.at("file_length", structure.rootPosition(), "no room for the zeros after the metadata");
    }
    checkZeros(file, metadataBytes + FileLayout.CHECKSUM, first);
    long end = first;
    for (int i = 0; i < root.sectionsLength(); i++) {
      var stored = root.sections(i);
      FileLayout.Section section = new FileLayout.Section(stored.offset(), stored.length(), (int) stored.crc32c());
      long expected = FileLayout.align(end);
      String name = "sections[" + i + "]";
      if (section.offset() != expected) {
        throw PqFormatException.at(
            name + ".offset",
            section.offset(),
            "out of place: sections follow each other from multiples of 64 on, this one from " + expected);
      }
      if (section.end() > file.byteSize()) {
        throw PqFormatException.at(
            name + ".length", section.offset(), section.length() + " bytes reach beyond the end of the file");
      }
      checkZeros(file, end, expected);
      if (FileLayout.crc32c(file.asSlice(section.offset(), section.length())) != section.crc32c()) {
        throw PqFormatException.at(name, section.offset(), "CRC32C differs: the file is damaged");
      }
      sections.add(section);
      end = section.end();
    }
    if (end != file.byteSize()) {
      throw PqFormatException.at(
          "file_length", structure.rootPosition(), (file.byteSize() - end) + " bytes after the last section");
    }
    return List.copyOf(sections);
  }

  private static void checkZeros(MemorySegment file, long from, long end) throws PqFormatException {
    for (long offset = from; offset < end; offset++) {
      if (file.get(ValueLayout.JAVA_BYTE, offset) != 0) {
        throw PqFormatException.at("padding", offset, "not zero");
      }
    }
  }
}
