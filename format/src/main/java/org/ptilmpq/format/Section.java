package org.ptilmpq.format;

/**
 * A stretch of a file that holds weights.
 *
 * @param offset from the file's beginning, in bytes; a multiple of 64
 * @param length in bytes
 * @param crc32c checksum of its bytes
 */
public record Section(long offset, long length, int crc32c) {

  /** Offset of the first byte after it. */
  public long end() {
    return offset + length;
  }
}
