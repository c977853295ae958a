package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;

/** The inner product in 16-bit lanes ({@link ShortTiles}), over runs that {@link ShortRuns} proves. */
final class ShortProduct implements InnerProduct {

  static final String METHOD = "16-bit lanes";

  private final PackedWeights weights;
  private final ShortRuns runs;
  private final InputTile inputs;
  private final int tile;
  private final int rowsAt;
  private final int resultsAt;

  /**
   * @param pixels most pixels at a time
   * @param panels most blocks at a time whose levels are kept
   */
  ShortProduct(KernelSpec.Convolution spec, ShortRuns runs, int pixels, int panels) {
    this.runs = runs;
    weights = spec.weights();
    inputs = new ShortInputTile(spec);
    tile = tile(weights);
    rowsAt = panels * tile * PackedWeights.BLOCK;
    resultsAt = rowsAt + ShortTiles.ROW * pixels + InputTile.OVERRUN;
  }

  static ScratchSize scratch(KernelSpec.Convolution spec, int pixels, int panels) {
    int tile = tile(spec.weights());
    int shorts = panels * tile * PackedWeights.BLOCK + ShortTiles.ROW * pixels + InputTile.OVERRUN + ShortTiles.RESULTS;
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
    inputs.gather(arena, pixel, pixels, group, k0, k1, scratch, rowsAt, ShortTiles.ROW);
  }

  @Override
  public void unpack(int block, int k0, int k1, Scratch scratch, int panel) {
    Block b = weights.blocks().get(block);
    ShortPanel.unpack(weights, b, k0, k1, scratch.bytes(), scratch.shorts(), panel * tile * PackedWeights.BLOCK);
  }

  @Override
  public void multiply(int block, int pixels, int k0, int k1, Scratch scratch, int panel, int at, int stride) {
    Block b = weights.blocks().get(block);
    short[] s = scratch.shorts();
    int[] ends = runs.ends(block);
    int firstRun = 0;
    while (ends[firstRun] <= k0) {
      firstRun++;
    }
    boolean carried = ends[firstRun] < k1;
    for (int strip = 0; strip * ShortPanel.STRIP < b.channels(); strip++) {
      int levels = panel * tile * PackedWeights.BLOCK + strip * (k1 - k0) * ShortPanel.STRIP;
      int vectors = b.channels() - strip * ShortPanel.STRIP <= Lanes.SHORTS ? 1 : 2;
      for (int r = 0; r < pixels; ) {
        int rows = pixels - r < ShortTiles.ROWS ? 1 : ShortTiles.ROWS;
        int x = rowsAt + r * ShortTiles.ROW;
        if (carried) {
          ShortTiles.clearHigh(s, resultsAt);
        }
        if (rows == 1) {
          ShortTiles.oneByTwo(s, x, levels, ends, firstRun, k0, k1, resultsAt);
        } else if (vectors == 1) {
          ShortTiles.sevenByOne(s, x, levels, ends, firstRun, k0, k1, resultsAt);
        } else {
          ShortTiles.sevenByTwo(s, x, levels, ends, firstRun, k0, k1, resultsAt);
        }
        int to = at + strip * ShortPanel.STRIP + r * stride;
        ShortTiles.spill(s, resultsAt, rows, vectors, carried, scratch.ints(), to, stride, k0 > 0);
        r += rows;
      }
    }
  }
}
