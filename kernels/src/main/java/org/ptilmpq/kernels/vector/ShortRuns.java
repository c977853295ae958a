package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;

/**
 * The proof that no 16-bit sum overflows: each block's inputs are cut into runs over which {@code 255 + Σ |level| · max|x| ≤ 2¹⁵
 * − 1} holds for every channel, with the real weights (the accumulator bound of A2Q, arXiv 2301.13376). Bytes have max|x| = 128,
 * so the magnitudes of a run's levels add up to at most {@value #MOST}; 255 is the most that the run before leaves in a sum ({@link
 * ShortTiles}). Runs are as long as that allows, and end at the multiples of {@value #TILE} inputs, the most that are unpacked at
 * a time.
 *
 * <p>Every weight is read once when a network is opened, before anything is compiled; so this is plain arithmetic on whole
 * words. The 64 sums of a block lie sideways, word i holding bit i of all of them, and so do levels: full adders on words
 * add to all of them at once.
 */
final class ShortRuns {

  /** What the magnitudes of a run's levels may add up to: 255 + 254 · 128 = 32,767. */
  static final int MOST = (Short.MAX_VALUE - 255) / 128;

  /** Inputs of the longest run. */
  static final int TILE = 256;

  private static final int SUM_BITS = Integer.SIZE - Integer.numberOfLeadingZeros(MOST + 1);

  /** Bits of a level with its tail, and one for the carry. */
  private static final int LEVEL_BITS = 13;

  private final PackedWeights weights;
  private final int[][] ends;

  /** Of the block at hand: bit i of the 64 sums; bit p of the magnitudes at one input, and where these are negative. */
  private final long[] sums = new long[SUM_BITS];
  private final long[] magnitudes = new long[LEVEL_BITS];
  private long negative;

  private ShortRuns(PackedWeights weights) {
    this.weights = weights;
    ends = new int[weights.blocks().size()][];
  }

  /**
   * The runs of a layer, or nothing if a single level is too large, or levels aren't linear in their codes. Of an {@linkplain
   * PackedWeights#outline outline} ask {@link #mayHave} instead.
   */
  static Optional<ShortRuns> of(PackedWeights weights) {
    if (!mayHave(weights)) {
      return Optional.empty();
    }
    ShortRuns runs = new ShortRuns(weights);
    List<Block> blocks = weights.blocks();
    for (int b = 0; b < blocks.size(); b++) {
      if (blocks.get(b).width() > 0 && !runs.cut(b, blocks.get(b))) {
        return Optional.empty();
      }
    }
    return Optional.of(runs);
  }

  /** Whether the grids allow it, whatever the weights are. */
  static boolean mayHave(PackedWeights weights) {
    return weights.blocks().stream().allMatch(block -> block.group().ratio() == 1);
  }

  /** Where the runs of a block end, ascending; the last one is the number of inputs. Null for a block of width 0. */
  int[] ends(int block) {
    return ends[block];
  }

  private boolean cut(int index, Block block) {
    int[] cuts = new int[weights.inputs()];
    int count = 0;
    int row = 0;
    begin();
    for (int k = 0; k < weights.inputs(); k++) {
      boolean tails = row < block.tails().count() && weights.tailInput(block, row) == k;
      int planes = tails ? magnitudesWithTails(block, k, row++) : magnitudes(block, k);
      boolean full = k > 0 && k % TILE == 0;
      if (full || !add(block, planes)) {
        cuts[count++] = k;
        begin();
        if (!add(block, planes)) {
          return false;
        }
      }
    }
    cuts[count++] = weights.inputs();
    ends[index] = Arrays.copyOf(cuts, count);
    return true;
  }

  /** 255 + Σ · 128 ≤ 2¹⁵ − 1 is 1 + Σ ≤ 255: sums begin at 1, and a carry out of their eighth bit says that the run is full. */
  private void begin() {
    Arrays.fill(sums, 0);
    sums[0] = -1L;
  }

  /** Magnitudes of the levels at an input without tails; a code v &lt; 0 has the bits of −v − 1 inverted. */
  private int magnitudes(Block block, int k) {
    int planes = block.width() - 1;
    negative = weights.word(block, k, planes);
    for (int plane = 0; plane < planes; plane++) {
      magnitudes[plane] = weights.word(block, k, plane) ^ negative;
    }
    return planes;
  }

  /** The same where tails are added, in two's complement, to what the code has above its width. */
  private int magnitudesWithTails(Block block, int k, int row) {
    int width = block.width();
    int top = block.tails().planes() - 1;
    long dense = weights.word(block, k, width - 1);
    long carry = 0;
    for (int plane = 0; plane < LEVEL_BITS; plane++) {
      if (plane < width) {
        magnitudes[plane] = weights.word(block, k, plane);
      } else {
        long tail = weights.tailWord(block, row, Math.min(plane - width, top));
        magnitudes[plane] = dense ^ tail ^ carry;
        carry = dense & tail | carry & (dense | tail);
      }
    }
    negative = magnitudes[LEVEL_BITS - 1];
    for (int plane = 0; plane < LEVEL_BITS; plane++) {
      magnitudes[plane] ^= negative;
    }
    return LEVEL_BITS;
  }

  /** Adds one input's magnitudes to the sums; false if any of them, which are of no use then, passes the most. */
  private boolean add(Block block, int planes) {
    // |2v + 1| = 2 · (v or −v − 1) + 1, and |v| is v or (−v − 1) + 1.
    boolean halfStep = block.group().halfStep();
    long over = add(halfStep ? -1L : negative, 0);
    for (int plane = 0; plane < planes; plane++) {
      over |= add(magnitudes[plane], halfStep ? plane + 1 : plane);
    }
    return over == 0;
  }

  /** Adds 2^digit to the sums whose bit is set in {@code carry}; gives the carries out of the last digit. */
  private long add(long carry, int digit) {
    for (int i = digit; carry != 0 && i < SUM_BITS; i++) {
      long sum = sums[i];
      sums[i] = sum ^ carry;
      carry &= sum;
    }
    return carry;
  }
}
