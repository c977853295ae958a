package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Requantization;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.scalar.LevelSums;

/**
 * Convolution and fully connected layer as a matrix product that unpacks as it goes. A unit of work is a block of up to
 * {@value #MOST_PIXELS} output pixels times a block of up to 64 channels; neighbouring units of the same pixels are
 * done together, so that they share the gathered inputs. For each run of inputs: gather the pixels' inputs, then for
 * each block unpack its levels and multiply. Nothing larger than a run is ever unpacked.
 */
final class GemmConvolution implements Kernel {

  /** Output pixels of a unit: enough that unpacking is a small share, few enough for the second-level cache. */
  private static final int MOST_PIXELS = 18 * FloatTiles.ROWS;

  /** Blocks of channels that share one gathering of inputs. */
  private static final int BLOCKS_AT_ONCE = 4;

  /** Floats of one register tile's results. */
  private static final int TILE = FloatTiles.ROWS * LevelPanel.STRIP;

  private static final int SUM_STRIDE = BLOCKS_AT_ONCE * PackedWeights.BLOCK;

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  private final Block[] blocks;
  private final InputTile inputTile;
  private final RequantizeRows requantize;
  private final int run;
  private final int pixelsAtOnce;

  GemmConvolution(KernelSpec.Convolution spec) {
    this.spec = spec;
    weights = spec.weights();
    blocks = weights.blocks().toArray(Block[]::new);
    inputTile = new InputTile(spec);
    run = ExactRun.length(weights);
    pixelsAtOnce = pixelsAtOnce(spec.output());
    requantize =
        new RequantizeRows(
            spec, Requantization.of(spec, LevelSums.of(weights)), SumLanes.of(weights, false));
  }

  static ScratchSize scratch(KernelSpec.Convolution spec) {
    int run = ExactRun.longest(spec.weights());
    int pixels = pixelsAtOnce(spec.output());
    return new ScratchSize(
            run * (pixels + PackedWeights.BLOCK) + InputTile.OVERRUN + TILE, pixels * SUM_STRIDE + Lanes.BYTES)
        .max(RequantizeRows.scratch(spec));
  }

  /** Cuts the pixels into equal parts of at most {@link #MOST_PIXELS}. */
  private static int pixelsAtOnce(TensorView output) {
    int parts = (output.pixels() + MOST_PIXELS - 1) / MOST_PIXELS;
    int even = (output.pixels() + parts - 1) / parts;
    return output.pixels() < FloatTiles.ROWS
        ? output.pixels()
        : (even + FloatTiles.ROWS - 1) / FloatTiles.ROWS * FloatTiles.ROWS;
  }

  private int pixelBlocks() {
    return (spec.output().pixels() + pixelsAtOnce - 1) / pixelsAtOnce;
  }

  @Override
  public int units() {
    return pixelBlocks() * blocks.length;
  }

  @Override
  public String method() {
    return "fp32 lanes";
  }

  @Override
  public void run(byte[] arena, float[] scores, int first, int end, Scratch scratch) {
    int unit = first;
    while (unit < end) {
      int pixelBlock = unit / blocks.length;
      int from = unit % blocks.length;
      int to = Math.min(Math.min(blocks.length, from + BLOCKS_AT_ONCE), from + end - unit);
      to = sameGroup(from, to);
      int pixel = pixelBlock * pixelsAtOnce;
      int pixels = Math.min(pixelsAtOnce, spec.output().pixels() - pixel);
      multiply(arena, pixel, pixels, from, to, scratch);
      requantize.write(arena, scores, pixel, pixels, from, to, SUM_STRIDE, scratch);
      unit += to - from;
    }
  }

  /** Blocks of different parts of a grouped convolution see different inputs and aren't done together. */
  private int sameGroup(int from, int to) {
    int last = from + 1;
    while (last < to && group(last) == group(from)) {
      last++;
    }
    return last;
  }

  private int group(int block) {
    return (int) ((long) blocks[block].firstChannel() * spec.groups() / weights.channels());
  }

  private void multiply(byte[] arena, int pixel, int pixels, int from, int to, Scratch scratch) {
    float[] floats = scratch.floats();
    int[] sums = scratch.ints();
    int rowsAt = run * PackedWeights.BLOCK;
    int tileAt = rowsAt + run * pixelsAtOnce + InputTile.OVERRUN;
    for (int k = 0; k < weights.inputs(); k += run) {
      int length = Math.min(run, weights.inputs() - k);
      inputTile.gather(arena, pixel, pixels, group(from), k, k + length, floats, rowsAt);
      for (int b = from; b < to; b++) {
        int at = (b - from) * PackedWeights.BLOCK;
        if (blocks[b].width() > 0) {
          LevelPanel.unpack(weights, blocks[b], k, k + length, floats);
          multiplyBlock(blocks[b], pixels, length, floats, rowsAt, tileAt, sums, at, k > 0);
        } else if (k == 0) {
          clear(sums, at, pixels);
        }
      }
    }
  }

  /** All pixels times all strips of a block whose levels lie at the start of the panel. */
  private static void multiplyBlock(
      Block block, int pixels, int length, float[] floats, int rowsAt, int tileAt, int[] sums, int at, boolean add) {
    for (int s = 0; s * LevelPanel.STRIP < block.channels(); s++) {
      int panel = s * length * LevelPanel.STRIP;
      int to = at + s * LevelPanel.STRIP;
      boolean oneVector = block.channels() - s * LevelPanel.STRIP <= Lanes.WORDS;
      int r = 0;
      for (; r + FloatTiles.ROWS <= pixels; r += FloatTiles.ROWS) {
        if (oneVector) {
          FloatTiles.sevenByOne(floats, rowsAt + r * length, length, panel, length, tileAt);
        } else {
          FloatTiles.sevenByTwo(floats, rowsAt + r * length, length, panel, length, tileAt);
        }
        FloatTiles.spill(floats, tileAt, FloatTiles.ROWS, sums, to + r * SUM_STRIDE, SUM_STRIDE, add);
      }
      for (; r < pixels; r++) {
        FloatTiles.oneByTwo(floats, rowsAt + r * length, panel, length, tileAt);
        FloatTiles.spill(floats, tileAt, 1, sums, to + r * SUM_STRIDE, SUM_STRIDE, add);
      }
    }
  }

  private static void clear(int[] sums, int at, int pixels) {
    for (int r = 0; r < pixels; r++) {
      Arrays.fill(sums, at + r * SUM_STRIDE, at + r * SUM_STRIDE + PackedWeights.BLOCK, 0);
    }
  }
}
