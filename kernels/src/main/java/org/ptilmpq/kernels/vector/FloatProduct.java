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
}
