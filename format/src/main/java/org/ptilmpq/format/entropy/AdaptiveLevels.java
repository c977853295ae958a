package org.ptilmpq.format.entropy;

/**
 * Levels as binary decisions, each by an adaptive probability: best for small layers, where a table would cost much and
 * would know little. A level is coded as: is it zero; its sign; is it more than 1, 2, … 17; and the rest as a number.
 * Its context is what {@link LevelContexts} expects. What is learnt stays from layer to layer.
 */
public final class AdaptiveLevels {

  private static final int STEPS = 18;
  private static final int SCALES = 40;
  private static final int REST_LENGTHS = 11;

  /** How much the initial probabilities are trusted. */
  private static final int FIRST_COUNT = 8;

  /** [step · 3 + (0 for step 0, 1: sign as predicted, 2: other sign)][scale][lean] */
  private final int[] steps = new int[STEPS * 3 * SCALES * LevelContexts.LEANS];

  private final int[] signs = BinaryCoder.contexts(SCALES / 4 * LevelContexts.LEANS, FIRST_COUNT);
  private final int[] restLengths = BinaryCoder.contexts(SCALES * (REST_LENGTHS + 1), FIRST_COUNT);

  public AdaptiveLevels() {
    for (int scale = 0; scale < SCALES; scale++) {
      // The middle of the scale's interval in sixteenths: 16 is a mean magnitude of one.
      long mean = (scale % 2 == 0 ? 1218L : 1722L) << scale / 2 >> 10;
      for (int step = 0; step < STEPS; step++) {
        int more = (int) (65_536 * mean / (mean + (step == 0 ? 8 : 18)));
        int context = BinaryCoder.context(Math.clamp(more, 655, 64_881), FIRST_COUNT);
        for (int i = 0; i < 3 * LevelContexts.LEANS; i++) {
          steps[index(step, i / LevelContexts.LEANS, scale, i % LevelContexts.LEANS)] = context;
        }
      }
    }
  }

  private static int index(int step, int side, int scale, int lean) {
    return ((step * 3 + side) * SCALES + scale) * LevelContexts.LEANS + lean;
  }

  /**
   * Codes the levels at one input of a block.
   *
   * @param contexts prepared for the input
   * @param levels one per channel, which a decoder fills; a damaged stream gives some beyond ±2^12
   */
  public void row(BinaryCoder coder, LevelContexts contexts, int input, int channels, int[] levels) {
    int rowMean = contexts.inputMean(input);
    for (int j = 0; j < channels; j++) {
      int logScale = contexts.scale(j, LevelContexts.log(rowMean + 4));
      int scale = Math.clamp(logScale >> 2, 0, SCALES - 1);
      int level = level(coder, scale, contexts.lean(j, logScale), contexts.flips[j], levels[j]);
      levels[j] = level;
      rowMean += (Math.abs(level) << 8) - rowMean >> (j < 8 ? 3 : j < 16 ? 4 : 5);
    }
  }

  private int level(BinaryCoder coder, int scale, int lean, int flip, int level) {
    int magnitude = Math.abs(level);
    if (coder.bit(steps, index(0, 0, scale, lean), magnitude == 0 ? 0 : 1) == 0) {
      return 0;
    }
    // −1 for the sign that the prediction doesn't have.
    int other = -coder.bit(signs, scale / 4 * LevelContexts.LEANS + lean, level >> Integer.SIZE - 1 == flip ? 0 : 1);
    int side = 1 - other;
    int coded = 1;
    while (coded < STEPS && coder.bit(steps, index(coded, side, scale, lean), magnitude > coded ? 1 : 0) != 0) {
      coded++;
    }
    if (coded == STEPS) {
      coded += rest(coder, scale, magnitude - STEPS);
    }
    int sign = flip ^ other;
    return (coded ^ sign) - sign;
  }

  /** Codes a number from 0 to 2^12 − 2: its length plus one bit by bit, then itself. */
  private int rest(BinaryCoder coder, int scale, int rest) {
    int length = Numbers.length(rest + 1);
    int bits = 1;
    while (bits <= REST_LENGTHS
        && coder.bit(restLengths, scale * (REST_LENGTHS + 1) + bits, bits < length ? 1 : 0) != 0) {
      bits++;
    }
    return (coder.bits(rest + 1, bits - 1) | 1 << bits - 1) - 1;
  }
}
