package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;

/** The inner product in 16-bit lanes ({@link ShortTiles}), over runs that {@link ShortRuns} proves. */
final class ShortProduct implements InnerProduct {

  static final String METHOD = "16-bit lanes";

  /** 16-bit numbers of one register tile's results. */
  private static final int RESULTS = ShortTiles.ROWS * ShortPanel.STRIP;

  private final PackedWeights weights;
  private final ShortRuns runs;
  private final InputTile inputs;
  private final int tile;
  private final int rowsAt;
  private final int resultsAt;

  /** @param pixels most pixels at a time */
  ShortProduct(KernelSpec.Convolution spec, ShortRuns runs, int pixels) {
    this.runs = runs;
    weights = spec.weights();
    inputs = new ShortInputTile(spec);
    tile = tile(weights);
    rowsAt = tile * PackedWeights.BLOCK;
    resultsAt = rowsAt + tile * pixels + InputTile.OVERRUN;
  }

  static ScratchSize scratch(KernelSpec.Convolution spec, int pixels) {
    int tile = tile(spec.weights());
    int shorts = tile * (PackedWeights.BLOCK + pixels) + InputTile.OVERRUN + RESULTS;
    return new ScratchSize(0, 0, shorts, tile * PackedWeights.BLOCK);
  }

  /** Inputs of a tile, at most. */
  static int tile(PackedWeights weights) {
    return Math.min(ShortRuns.TILE, weights.inputs());
  }

  @Override
  public String method() {
    return METHOD;
  }

  @Override
  public int tile() {
    return tile;
  }

  @Override
  public void gather(byte[] arena, int pixel, int pixels, int group, int k0, int k1, Scratch scratch) {
    inputs.gather(arena, pixel, pixels, group, k0, k1, scratch, rowsAt);
  }

  @Override
  public void multiply(int block, int pixels, int k0, int k1, Scratch scratch, int at, int stride) {
    Block b = weights.blocks().get(block);
    short[] s = scratch.shorts();
    ShortPanel.unpack(weights, b, k0, k1, scratch.bytes(), s);
    int[] ends = runs.ends(block);
    int run = 0;
    while (ends[run] <= k0) {
      run++;
    }
    int from = k0;
    for (; from < k1; from = ends[run++]) {
      multiplyRun(b, pixels, from - k0, ends[run] - from, k1 - k0, s, scratch.ints(), at, stride, from > 0);
    }
  }

  /**
   * All pixels times all strips of a block over one run.
   *
   * @param first the run's first input in the tile
   * @param length of the run
   * @param inputs of the tile
   */
  private void multiplyRun(
      Block block, int pixels, int first, int length, int inputs, short[] s, int[] sums, int at, int stride, boolean add) {
    int x = rowsAt + first;
    for (int strip = 0; strip * ShortPanel.STRIP < block.channels(); strip++) {
      int levels = (strip * inputs + first) * ShortPanel.STRIP;
      int to = at + strip * ShortPanel.STRIP;
      int vectors = block.channels() - strip * ShortPanel.STRIP <= Lanes.SHORTS ? 1 : 2;
      int r = 0;
      for (; r + ShortTiles.ROWS <= pixels; r += ShortTiles.ROWS) {
        if (vectors == 1) {
          ShortTiles.sevenByOne(s, x + r * inputs, inputs, levels, length, resultsAt);
        } else {
          ShortTiles.sevenByTwo(s, x + r * inputs, inputs, levels, length, resultsAt);
        }
        ShortTiles.spill(s, resultsAt, ShortTiles.ROWS, vectors, sums, to + r * stride, stride, add);
      }
      for (; r < pixels; r++) {
        ShortTiles.oneByTwo(s, x + r * inputs, levels, length, resultsAt);
        ShortTiles.spill(s, resultsAt, 1, vectors, sums, to + r * stride, stride, add);
      }
    }
  }
}
