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
    int firstRun = 0;
    while (ends[firstRun] <= k0) {
      firstRun++;
    }
    for (int strip = 0; strip * ShortPanel.STRIP < b.channels(); strip++) {
      int levels = strip * (k1 - k0) * ShortPanel.STRIP;
      int vectors = b.channels() - strip * ShortPanel.STRIP <= Lanes.SHORTS ? 1 : 2;
      for (int r = 0; r < pixels; ) {
        int rows = pixels - r < ShortTiles.ROWS ? 1 : ShortTiles.ROWS;
        int to = at + strip * ShortPanel.STRIP + r * stride;
        multiplyRuns(rows, vectors, rowsAt + r * (k1 - k0), levels, k0, k1, ends, firstRun, scratch, to, stride);
        r += rows;
      }
    }
  }

  /**
   * A register tile, run by run: its sums stay in the first cache.
   *
   * @param x inputs of its rows, for the tile of inputs from k0 to k1
   * @param levels of its strip
   */
  private void multiplyRuns(
      int rows,
      int vectors,
      int x,
      int levels,
      int k0,
      int k1,
      int[] ends,
      int run,
      Scratch scratch,
      int to,
      int stride) {
    short[] s = scratch.shorts();
    int inputs = k1 - k0;
    for (int from = k0; from < k1; from = ends[run++]) {
      int length = ends[run] - from;
      int level = levels + (from - k0) * ShortPanel.STRIP;
      if (rows == 1) {
        ShortTiles.oneByTwo(s, x + from - k0, level, length, resultsAt);
      } else if (vectors == 1) {
        ShortTiles.sevenByOne(s, x + from - k0, inputs, level, length, resultsAt);
      } else {
        ShortTiles.sevenByTwo(s, x + from - k0, inputs, level, length, resultsAt);
      }
      ShortTiles.spill(s, resultsAt, rows, vectors, scratch.ints(), to, stride, from > 0);
    }
  }
}
