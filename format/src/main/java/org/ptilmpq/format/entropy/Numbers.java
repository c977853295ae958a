package org.ptilmpq.format.entropy;

/** Codes integers as binary decisions. */
public final class Numbers {

  private static final int SETS = 32;
  private static final int TOP_BITS = 2;
  private static final int FIRST_COUNT = 2;

  /** Whether the number is shorter than d bits less than the longest of its kind. */
  private final int[] lengths = BinaryCoder.contexts(SETS, FIRST_COUNT);

  /** The bits after its leading one. */
  private final int[] tops = BinaryCoder.contexts(SETS << TOP_BITS, FIRST_COUNT);

  private final int[] signs = BinaryCoder.contexts(SETS, FIRST_COUNT);

  /** Bits of a magnitude without its leading zeros. */
  public static int length(int magnitude) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(magnitude);
  }

  /**
   * Codes a number of a kind whose longest magnitude is known: small magnitudes are learnt relative to that, so that
   * numbers of very different kinds can share what is learnt.
   *
   * @param longest bits of the longest magnitude, 0…31; an encoder's value must not be longer
   */
  public int signed(BinaryCoder coder, int value, int longest) {
    int magnitude = Math.abs(value);
    int length = length(magnitude);
    int shorter = 0;
    while (shorter < longest && coder.bit(lengths, shorter, longest - shorter > length ? 1 : 0) != 0) {
      shorter++;
    }
    int bits = longest - shorter;
    if (bits == 0) {
      return 0;
    }
    int coded = 1;
    int shift = bits - 2;
    for (; shift >= 0 && coded < 1 << TOP_BITS; shift--) {
      coded = coded << 1 | coder.bit(tops, shorter << TOP_BITS | coded, magnitude >>> shift & 1);
    }
    coded = coded << shift + 1 | coder.bits(magnitude, shift + 1);
    return coder.bit(signs, shorter, value < 0 ? 1 : 0) != 0 ? -coded : coded;
  }

  /**
   * Codes a number from 0 to 2^31 − 2 about which nothing is known (an Elias gamma code).
   *
   * @return from 0 to 2^31 − 2
   */
  public static int plain(BinaryCoder coder, int value) {
    int length = length(value + 1);
    int bits = 1;
    while (bits < Integer.SIZE - 1 && coder.bits(bits < length ? 1 : 0, 1) != 0) {
      bits++;
    }
    return (coder.bits(value + 1, bits - 1) | 1 << bits - 1) - 1;
  }
}
