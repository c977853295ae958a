package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/**
 * Where things lie in a file: the size-prefixed FlatBuffer, its checksum, then the sections, each from the next
 * multiple of 64 bytes on, with zeros between. The file ends where its last section ends.
 */
final class FileLayout {

  /** Length of the field before the FlatBuffer that holds its length. */
  static final int SIZE_PREFIX = 4;

  /** Where the FlatBuffer's identifier is. */
  static final int IDENTIFIER_OFFSET = 8;

  static final String IDENTIFIER = "PTQ1";

  /** Length of the field after the metadata that holds its CRC32C. */
  static final int CHECKSUM = 4;

  /** Sections start at multiples of this. */
  static final int ALIGNMENT = 64;

  /** Offsets are 32 bits. */
  static final long MAX_FILE_BYTES = 0xFFFF_FFFFL;

  /** Bytes that a buffer of java.nio views at once while a checksum is taken. */
  private static final long CHUNK = 1 << 26;

  /**
   * The version of the format that this library writes. A reader takes every file of its own major version and refuses
   * larger ones. A minor version adds optional fields that an older reader may ignore without computing anything
   * different; a file that needs more (another storage form, grid or operation) is refused by an older reader, naming
   * what it doesn't know.
   */
  static final int MAJOR = 1;

  static final int MINOR = 1;

  private FileLayout() {}

  /** The next multiple of 64. */
  static long align(long offset) {
    return (offset + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Where the sections begin after metadata of this many bytes, size prefix included. */
  static long firstSection(long metadataBytes) {
    return align(metadataBytes + CHECKSUM);
  }

  /** CRC32C of a native segment or one over a byte array. */
  static int crc32c(MemorySegment bytes) {
    CRC32C crc = new CRC32C();
    for (long done = 0; done < bytes.byteSize(); done += CHUNK) {
      crc.update(bytes.asSlice(done, Math.min(CHUNK, bytes.byteSize() - done)).asByteBuffer());
    }
    return (int) crc.getValue();
  }

  /**
   * A stretch of a file that holds weights.
   *
   * @param offset from the file's beginning, in bytes; a multiple of 64
   * @param length in bytes
   * @param crc32c checksum of its bytes
   */
  record Section(long offset, long length, int crc32c) {

    /** Offset of the first byte after it. */
    public long end() {
      return offset + length;
    }
  }
}
