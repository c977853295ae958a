package org.ptilmpq.runtime.image;

/**
 * The inverse discrete cosine transform of 8 × 8 coefficients in integers, with the roundings that libjpeg's accurate
 * one (ISLOW) has, so that samples are equal to its to the bit. Algorithm: C. Loeffler, A. Ligtenberg, G. Moschytz,
 * "Practical fast 1-D DCT algorithms with 11 multiplications", ICASSP 1989; 13 bits of fraction in the factors, 2 more
 * bits between the two passes.
 */
final class InverseTransform {

  private static final int BITS = 13;
  private static final int PASS_BITS = 2;

  /** The shifts of columns, and of rows, which also lose the factor 8 of the two-dimensional transform. */
  private static final int COLUMN_SHIFT = BITS - PASS_BITS;

  private static final int ROW_SHIFT = BITS + PASS_BITS + 3;

  /** The algorithm's factors times 2¹³. */
  private static final int F_0_298631336 = 2446;

  private static final int F_0_390180644 = 3196;
  private static final int F_0_541196100 = 4433;
  private static final int F_0_765366865 = 6270;
  private static final int F_0_899976223 = 7373;
  private static final int F_1_175875602 = 9633;
  private static final int F_1_501321110 = 12299;
  private static final int F_1_847759065 = 15137;
  private static final int F_1_961570560 = 16069;
  private static final int F_2_053119869 = 16819;
  private static final int F_2_562915447 = 20995;
  private static final int F_3_072711026 = 25172;

  /**
   * Samples of values, by their lowest ten bits as a signed number: 128 is added, and the sum is clamped to 0…255. That
   * larger values wrap around is libjpeg's way, and seen only in damaged pictures.
   */
  private static final byte[] SAMPLES = new byte[1024];

  private static final int SAMPLE_MASK = 1023;

  static {
    for (int i = 0; i < 1024; i++) {
      SAMPLES[i] = (byte) Math.clamp((i ^ 512) - 512 + 128, 0, 255);
    }
  }

  private InverseTransform() {}

  /**
   * Writes the samples of a block whose coefficients except the first are 0: all the same.
   *
   * @param dc the first, dequantized
   * @param at where the block's first sample goes
   * @param stride samples from row to row
   */
  static void constant(int dc, byte[] samples, int at, int stride) {
    byte sample = SAMPLES[(dc << PASS_BITS) + (1 << PASS_BITS + 2) >> PASS_BITS + 3 & SAMPLE_MASK];
    for (int y = 0; y < 8; y++, at += stride) {
      samples[at] = sample;
      samples[at + 1] = sample;
      samples[at + 2] = sample;
      samples[at + 3] = sample;
      samples[at + 4] = sample;
      samples[at + 5] = sample;
      samples[at + 6] = sample;
      samples[at + 7] = sample;
    }
  }

  /**
   * Writes the samples of a block.
   *
   * @param block 64 dequantized coefficients, row after row, which are lost
   * @param at where the block's first sample goes
   * @param stride samples from row to row
   */
  static void transform(int[] block, byte[] samples, int at, int stride) {
    for (int x = 0; x < 8; x++) {
      column(block, x);
    }
    for (int y = 0; y < 64; y += 8, at += stride) {
      row(block, y, samples, at);
    }
  }

  private static void column(int[] block, int x) {
    int others =
        block[x + 8] | block[x + 16] | block[x + 24] | block[x + 32] | block[x + 40] | block[x + 48] | block[x + 56];
    if (others == 0) {
      int constant = block[x] << PASS_BITS;
      block[x] = constant;
      block[x + 8] = constant;
      block[x + 16] = constant;
      block[x + 24] = constant;
      block[x + 32] = constant;
      block[x + 40] = constant;
      block[x + 48] = constant;
      block[x + 56] = constant;
      return;
    }
    eight(block, x, 8, COLUMN_SHIFT);
  }

  private static void row(int[] block, int y, byte[] samples, int at) {
    eight(block, y, 1, ROW_SHIFT);
    byte[] limited = SAMPLES;
    for (int x = 0; x < 8; x++) {
      samples[at + x] = limited[block[y + x] & SAMPLE_MASK];
    }
  }

  /**
   * Computes the one-dimensional transform of eight numbers, in place.
   *
   * @param at the first one
   * @param step from one to the next
   * @param shift bits of fraction that results lose, rounded to the nearest
   */
  private static void eight(int[] block, int at, int step, int shift) {
    int c0 = block[at];
    int c1 = block[at + step];
    int c2 = block[at + 2 * step];
    int c3 = block[at + 3 * step];
    int c4 = block[at + 4 * step];
    int c5 = block[at + 5 * step];
    int c6 = block[at + 6 * step];
    int c7 = block[at + 7 * step];
    int half = 1 << shift - 1;
    int middle = (c2 + c6) * F_0_541196100;
    int inner = middle - c6 * F_1_847759065;
    int outer = middle + c2 * F_0_765366865;
    int sum = (c0 + c4 << BITS) + half;
    int difference = (c0 - c4 << BITS) + half;
    int even0 = sum + outer;
    int even3 = sum - outer;
    int even1 = difference + inner;
    int even2 = difference - inner;

    int z3 = c7 + c3;
    int z4 = c5 + c1;
    int z5 = (z3 + z4) * F_1_175875602;
    int z1 = (c7 + c1) * -F_0_899976223;
    int z2 = (c5 + c3) * -F_2_562915447;
    z3 = z3 * -F_1_961570560 + z5;
    z4 = z4 * -F_0_390180644 + z5;
    int odd3 = c7 * F_0_298631336 + z1 + z3;
    int odd2 = c5 * F_2_053119869 + z2 + z4;
    int odd1 = c3 * F_3_072711026 + z2 + z3;
    int odd0 = c1 * F_1_501321110 + z1 + z4;

    block[at] = even0 + odd0 >> shift;
    block[at + step] = even1 + odd1 >> shift;
    block[at + 2 * step] = even2 + odd2 >> shift;
    block[at + 3 * step] = even3 + odd3 >> shift;
    block[at + 4 * step] = even3 - odd3 >> shift;
    block[at + 5 * step] = even2 - odd2 >> shift;
    block[at + 6 * step] = even1 - odd1 >> shift;
    block[at + 7 * step] = even0 - odd0 >> shift;
  }
}
