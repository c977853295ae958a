package org.ptilmpq.kernels;

/**
 * How much of a convolution is done at a time, so that the data in use stays in a core's caches. Results are the same
 * to the bit with any sizes; time and scratch aren't.
 *
 * @param pixels output pixels that share one unpacking of levels, at most: more make unpacking a smaller share, as
 *     long as their inputs and sums stay in the second-level cache. A multiple of {@value #UNIT}, {@value #LEAST} to
 *     {@value #MOST}
 * @param keptPixels the same where the levels of a whole layer are kept, so that only the sums count, which are to
 *     stay in the first-level cache. A multiple of {@value #UNIT}, {@value #LEAST} to {@value #MOST}
 * @param tableBytes tables and sums of a block of pixels that is looked up, to stay in the second-level cache
 */
public record TileSizes(int pixels, int keptPixels, int tableBytes) {

  /** Pixels of a register tile, which all numbers of pixels are multiples of. */
  public static final int UNIT = 7;

  /** With fewer pixels in the whole output, each block of channels is done by itself, with all of them. */
  public static final int LEAST = 2 * UNIT;

  /** More pixels don't stay in any second-level cache. */
  public static final int MOST = 512 * UNIT;

  /** Sizes for caches of 32 KiB and of 1 MB or more, used where nothing is known of the machine. */
  public static final TileSizes STANDARD = new TileSizes(32 * UNIT, 4 * UNIT, 600_000);

  /**
   * Fewer pixels aren't worth unpacking for: unpacking takes as long as multiplying seven pixels (docs/kernels.md), so
   * a seventh of the time of 49.
   */
  private static final int MIN_UNPACKED = 7 * UNIT;

  /** Levels of 256 inputs and 64 channels, and their codes. Counted as 16-bit numbers: floats take twice the bytes. */
  private static final int LEVEL_BYTES = 256 * 64 * (Short.BYTES + 1);

  /** Sums of four blocks of 64 channels. */
  private static final int SUM_BYTES = 4 * 64 * Integer.BYTES;

  /** Inputs of a pixel, counted in the same way, in rows of 256 and 32 between them. */
  private static final int INPUT_BYTES = 288 * Short.BYTES;

  public TileSizes {
    requirePixels("pixels", pixels);
    requirePixels("keptPixels", keptPixels);
    if (tableBytes < 1) {
      throw new IllegalArgumentException("tableBytes must be at least 1, not " + tableBytes);
    }
  }

  private static void requirePixels(String name, int pixels) {
    if (pixels < LEAST || pixels > MOST || pixels % UNIT != 0) {
      throw new IllegalArgumentException(
          "%s must be a multiple of %d, %d to %d, not %d".formatted(name, UNIT, LEAST, MOST, pixels));
    }
  }

  /**
   * Returns the sizes for a core with such caches. Three quarters of the second-level cache take the levels of a tile,
   * inputs and sums of its pixels:
   *
   * <pre>{@code
   * pixels     = (3/4 · l2 − 48 KiB) / 1600 bytes, 49 to 224
   * keptPixels = 7/8 · l1 / 1024 bytes,            14 to 28
   * tableBytes = 3/5 · l2,                         up to 600,000
   * }</pre>
   *
   * both numbers of pixels rounded down to a multiple of seven. More than {@link #STANDARD} gains nothing: unpacking is
   * 3 % of the time then, and all channels share the tables of look-ups anyway.
   *
   * @param l1Bytes of the first-level data cache; 0: unknown
   * @param l2Bytes of the second-level cache, or the core's part of a shared one; 0: unknown
   */
  public static TileSizes of(long l1Bytes, long l2Bytes) {
    int pixels = STANDARD.pixels;
    int tableBytes = STANDARD.tableBytes;
    if (l2Bytes > 0) {
      pixels = units((l2Bytes / 4 * 3 - LEVEL_BYTES) / (SUM_BYTES + INPUT_BYTES), MIN_UNPACKED, pixels);
      tableBytes = Math.clamp(l2Bytes / 5 * 3, 1, tableBytes);
    }
    int kept = l1Bytes > 0 ? units(l1Bytes / 8 * 7 / SUM_BYTES, LEAST, STANDARD.keptPixels) : STANDARD.keptPixels;
    return new TileSizes(pixels, kept, tableBytes);
  }

  private static int units(long pixels, int least, int most) {
    return Math.clamp(pixels, least, most) / UNIT * UNIT;
  }

  /**
   * The least number of pixels that a thread should take at a time, where there are that many: seven eighths of those
   * that fit.
   */
  public int chunkPixels() {
    return pixels / UNIT * 7 / 8 * UNIT;
  }
}
