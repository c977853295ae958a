package org.ptilmpq.kernels.machine;

/** The native memory that {@link PlaneCountCode} reads and writes. Constants are byte offsets. */
final class PlaneFrame {

  /** Address of the first word; bytes from an input's words to the next one's; bytes of a word. */
  static final int WORDS = 0;

  static final int STRIDE = 8;
  static final int WORD_BYTES = 16;
  static final int PLANES = 24;
  static final int INPUTS = 32;

  /** The bits of eight bytes, twice: 1, 2, 4, … 128. */
  static final int BITS = 48;

  /** For each of 64 counters the number of its bit's byte. */
  static final int BYTES_OF_BITS = 64;

  /** Counters before they are added up. */
  static final int COUNTERS = 128;

  /** Counts, 32 bits each: [plane · 64 + channel]. */
  static final int COUNTS = 192;

  private PlaneFrame() {}
}
