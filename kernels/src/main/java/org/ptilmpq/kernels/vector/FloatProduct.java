package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;

/**
 * How {@link GemmConvolution} multiplies: rows of inputs with blocks of channels in fp32 lanes ({@link FloatTiles}),
 * a run of inputs at a time that {@link ExactRun} proves, with any level and any grid. The integers of the scratch
 * hold the sums, its floats are the product's own between {@link #gather} or {@link #unpack} and the last {@link
 * #multiply} with it.
 */
final class FloatProduct {

  /** Floats of one register tile's results. */
  private static final int RESULTS = FloatTiles.ROWS * FloatPanel.STRIP;

  private final PackedWeights weights;
  private final InputTile inputs;
  private final int run;
  private final int rowsAt;
  private final int resultsAt;

  /**
   * @param pixels largest number of pixels at a time
   * @param panels largest number of blocks at a time whose levels are kept
   */
  FloatProduct(KernelSpec.Convolution spec, int pixels, int panels) {
    weights = spec.weights();
    inputs = new InputTile(spec);
    run = ExactRun.length(weights);
    rowsAt = panels * run * PackedWeights.BLOCK;
    resultsAt = rowsAt + run * pixels + InputTile.OVERRUN;
  }

  static ScratchSize scratch(KernelSpec.Convolution spec, int pixels, int panels) {
    int run = longestRun(spec.weights());
    int floats = run * (pixels + panels * PackedWeights.BLOCK) + InputTile.OVERRUN + RESULTS;
    return new ScratchSize(floats, 0, 0, run * PackedWeights.BLOCK);
  }

  /** Inputs of a run, at most, whatever the weights are. */
  static int longestRun(PackedWeights weights) {
    return ExactRun.longest(weights);
  }

  /** Inputs of a run. */
  int run() {
    return run;
  }

  /**
   * Gathers inputs {@code k0} up to {@code k1} of some output pixels.
   *
   * @param group which part of a grouped convolution's input channels
   */
  void gather(byte[] arena, int pixel, int pixels, int group, int k0, int k1, Scratch scratch) {
    inputs.gather(arena, pixel, pixels, group, k0, k1, scratch.floats(), rowsAt);
  }

  /**
   * Unpacks a block's levels of some inputs.
   *
   * @param block number of a block whose width isn't 0
   * @param panel where they go: those of {@code panel} runs of as many inputs come before
   */
  void unpack(int block, int k0, int k1, Scratch scratch, int panel) {
    Block b = weights.blocks().get(block);
    FloatPanel.unpack(weights, b, k0, k1, scratch.bytes(), scratch.floats(), panel * run * PackedWeights.BLOCK);
  }

  /**
   * Multiplies the inputs gathered with a block's levels of the same inputs.
   *
   * @param panel where these are
   * @param at where the block's sums of the first pixel are; those of the next ones follow at {@code stride}
   */
  void multiply(int block, int pixels, int k0, int k1, Scratch scratch, int panel, int at, int stride) {
    Block b = weights.blocks().get(block);
    float[] f = scratch.floats();
    int[] sums = scratch.ints();
    int length = k1 - k0;
    boolean add = k0 > 0;
    for (int strip = 0; strip * FloatPanel.STRIP < b.channels(); strip++) {
      int levels = panel * run * PackedWeights.BLOCK + strip * length * FloatPanel.STRIP;
      int to = at + strip * FloatPanel.STRIP;
      int vectors = b.channels() - strip * FloatPanel.STRIP <= Lanes.WORDS ? 1 : 2;
      int r = 0;
      for (; r + FloatTiles.ROWS <= pixels; r += FloatTiles.ROWS) {
        if (vectors == 1) {
          FloatTiles.sevenByOne(f, rowsAt + r * length, levels, length, resultsAt);
        } else {
          FloatTiles.sevenByTwo(f, rowsAt + r * length, levels, length, resultsAt);
        }
        FloatTiles.spill(f, resultsAt, FloatTiles.ROWS, vectors, sums, to + r * stride, stride, add);
      }
      for (; r < pixels; r++) {
        FloatTiles.oneByTwo(f, rowsAt + r * length, levels, length, resultsAt);
        FloatTiles.spill(f, resultsAt, 1, vectors, sums, to + r * stride, stride, add);
      }
    }
  }

  /**
   * How many inputs the fp32 inner product may sum before its floats could round: a run of n inputs stays exact when
   * {@code Σ|level| · max|x| ≤ 2²⁴}, since a float holds every whole number up to that. Bytes have max|x| = 128. A
   * level is at most what its width and grid allow, and has a tail only where one is listed: so {@code n · max|dense
   * level|}, and the largest tail times the number of inputs of the run that have one, bound the sum whatever the
   * weights are.
   */
  static final class ExactRun {

    /** Longer runs gain nothing, and a panel of 64 channels should stay in the first caches: 256 · 64 · 4 bytes. */
    private static final int LONGEST = 256;

    private static final int EXACT_INPUTS = (1 << 24) / 128;

    private ExactRun() {}

    /** The run length for a layer: at least 4 or all its inputs, at most 256. Runs start at its multiples. */
    static int length(PackedWeights weights) {
      int longest = longest(weights);
      int certain = longest;
      for (Block block : weights.blocks()) {
        certain = Math.min(certain, exact(block.largestLevel()));
      }
      // Few inputs have a tail, so that runs may be longer than if all had one.
      for (int run = longest; run > certain; run /= 2) {
        if (isExact(weights, run)) {
          return run;
        }
      }
      return certain;
    }

    /** The longest run that the layer may have, whatever its tails are: scratch is made for it. */
    static int longest(PackedWeights weights) {
      int run = Math.min(LONGEST, weights.inputs());
      for (Block block : weights.blocks()) {
        run = Math.min(run, exact(block.group().largestLevel()));
      }
      return run;
    }

    private static int exact(int largestLevel) {
      return EXACT_INPUTS / Math.max(1, largestLevel);
    }

    private static boolean isExact(PackedWeights weights, int run) {
      for (Block block : weights.blocks()) {
        long dense = (long) run * block.group().largestLevel();
        if (dense > EXACT_INPUTS) {
          return false;
        }
        long tail = block.tails().largest(block.width());
        int before = 0;
        for (int k = run; before < block.tails().count(); k += run) {
          int rows = weights.firstTailRow(block, k);
          if (dense + (rows - before) * tail > EXACT_INPUTS) {
            return false;
          }
          before = rows;
        }
      }
      return true;
    }
  }
}
