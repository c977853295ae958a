package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Requantization;
import org.ptilmpq.kernels.RowKernel;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.scalar.LevelSums;

/**
 * A convolution of few input channels, such as a network's first one, where gathering what every pixel sees would take as
 * long as multiplying it. Instead the input rows under a row of outputs become floats once, with the zero point around them; the
 * inputs of a pixel are then a piece of each, and those of the next pixel start a stride further ({@link FloatTiles}).
 *
 * <p>A unit of work is an output row. The levels of a block are unpacked once for the rows of a call.
 */
final class RowConvolution extends RowKernel {

  static final String METHOD = "fp32 rows";

  private static final int MOST_INPUT_CHANNELS = 32;

  /** Inputs of a weight, at most: levels of a block should stay in the second-level cache. */
  private static final int MOST_INPUTS = 512;

  /** Tiles may cover a row of outputs and no more than a seventh beyond it. */
  private static final int WASTE = 7;

  /** Floats of one register tile's results. */
  private static final int RESULTS = FloatTiles.ROWS * FloatPanel.STRIP;

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  private final Window window;
  private final RequantizeRows requantize;

  /** Floats of an input row with what is around it, and where rows and results are behind the levels. */
  private final int rowFloats;
  private final int rowsAt;
  private final int resultsAt;

  private final int sumStride;

  /** For layers that {@link #fits} lets through. */
  RowConvolution(KernelSpec.Convolution spec) {
    super(spec.output(), METHOD);
    this.spec = spec;
    weights = spec.weights();
    window = spec.window();
    rowFloats = rowFloats(spec);
    rowsAt = levels(spec.weights());
    resultsAt = rowsAt + window.kernelHeight() * rowFloats + tileOverrun(spec);
    sumStride = sumStride(weights);
    requantize =
        new RequantizeRows(
            spec,
            Requantization.of(spec, LevelSums.of(weights)),
            SumLanes.of(weights, false),
            spec.output().width(),
            weights.inputs() * PackedWeights.BLOCK);
  }

  /** Whether a layer is such a one, with these weights: all its inputs are one run of exact floats. */
  static boolean fits(KernelSpec.Convolution spec) {
    return mayFit(spec) && ExactRun.areOneRun(spec.weights());
  }

  /** Whether it is with some weights; its outline says the same. */
  static boolean mayFit(KernelSpec.Convolution spec) {
    int width = spec.output().width();
    int covered = Math.ceilDiv(width, FloatTiles.ROWS) * FloatTiles.ROWS;
    return spec.input().channels() <= MOST_INPUT_CHANNELS
        && spec.weights().inputs() <= MOST_INPUTS
        && spec.window().taps() > 1
        && (covered - width) * WASTE <= width
        && spec.groups() == 1
        && spec.window().dilationX() == 1
        && spec.window().dilationY() == 1
        && !spec.floatScores();
  }

  static ScratchSize scratch(KernelSpec.Convolution spec) {
    int rows = spec.window().kernelHeight() * rowFloats(spec);
    int sums = spec.output().width() * sumStride(spec.weights());
    int floats = levels(spec.weights()) + rows + tileOverrun(spec) + RESULTS;
    return new ScratchSize(floats, sums + Lanes.BYTES)
        .max(RequantizeRows.scratch(spec, spec.output().width(), spec.weights().inputs() * PackedWeights.BLOCK));
  }

  /** Floats of a block's levels. */
  private static int levels(PackedWeights weights) {
    return weights.inputs() * PackedWeights.BLOCK;
  }

  private static int rowFloats(KernelSpec.Convolution spec) {
    Window window = spec.window();
    int columns = (spec.output().width() - 1) * window.strideX() + window.kernelWidth();
    return columns * spec.input().channels();
  }

  /** What a tile at the end of the last row reads behind it, or widening a vector of bytes writes. */
  private static int tileOverrun(KernelSpec.Convolution spec) {
    return FloatTiles.ROWS * spec.window().strideX() * spec.input().channels() + Lanes.BYTES;
  }

  private static int sumStride(PackedWeights weights) {
    return weights.blocks().size() * PackedWeights.BLOCK;
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    float[] scores = tensors.scores();
    int width = spec.output().width();
    int blocks = weights.blocks().size();
    boolean unpackOnce = blocks == 1;
    if (unpackOnce) {
      unpack(0, scratch);
    }
    for (int y = first; y < end; y++) {
      widenRows(arena, y, scratch.floats());
      for (int b = 0; b < blocks; b++) {
        if (!unpackOnce) {
          unpack(b, scratch);
        }
        multiply(b, scratch);
      }
      int pixel = y * width;
      requantize.takeResiduals(arena, pixel, width, 0, blocks, scratch);
      requantize.requantize(arena, scores, pixel, width, 0, blocks, sumStride, scratch);
      requantize.write(arena, pixel, width, 0, blocks, scratch);
    }
  }

  private void unpack(int block, Scratch scratch) {
    Block b = weights.blocks().get(block);
    if (b.width() > 0) {
      FloatPanel.unpack(weights, b, 0, weights.inputs(), scratch.bytes(), scratch.floats(), 0);
    }
  }

  /** The rows under output row y. */
  private void widenRows(byte[] arena, int y, float[] floats) {
    TensorView input = spec.input();
    int channels = input.channels();
    int before = Math.min(rowFloats, window.padLeft() * channels);
    int inside = Math.min(rowFloats - before, input.width() * channels);
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int row = y * window.strideY() - window.padTop() + ky;
      int to = rowsAt + ky * rowFloats;
      if (row < 0 || row >= input.height()) {
        Arrays.fill(floats, to, to + rowFloats, input.zeroPoint());
      } else {
        FloatInputTile.widen(arena, input.offset() + row * input.width() * channels, inside, floats, to + before);
        Arrays.fill(floats, to, to + before, input.zeroPoint());
        Arrays.fill(floats, to + before + inside, to + rowFloats, input.zeroPoint());
      }
    }
  }

  /** A block's sums of a row of outputs. */
  private void multiply(int block, Scratch scratch) {
    Block b = weights.blocks().get(block);
    float[] f = scratch.floats();
    int[] sums = scratch.ints();
    int width = spec.output().width();
    int at = block * PackedWeights.BLOCK;
    if (b.width() == 0) {
      for (int x = 0; x < width; x++) {
        Arrays.fill(sums, at + x * sumStride, at + x * sumStride + PackedWeights.BLOCK, 0);
      }
      return;
    }
    int step = window.strideX() * spec.input().channels();
    int piece = window.kernelWidth() * spec.input().channels();
    for (int strip = 0; strip * FloatPanel.STRIP < b.channels(); strip++) {
      int levels = strip * weights.inputs() * FloatPanel.STRIP;
      int vectors = b.channels() - strip * FloatPanel.STRIP <= Lanes.WORDS ? 1 : 2;
      for (int x = 0; x < width; x += FloatTiles.ROWS) {
        int inputs = rowsAt + x * step;
        if (vectors == 1) {
          FloatTiles.sevenByOne(f, inputs, step, piece, rowFloats, levels, weights.inputs(), resultsAt);
        } else {
          FloatTiles.sevenByTwo(f, inputs, step, piece, rowFloats, levels, weights.inputs(), resultsAt);
        }
        int rows = Math.min(FloatTiles.ROWS, width - x);
        FloatTiles.spill(f, resultsAt, rows, vectors, sums, at + strip * FloatPanel.STRIP + x * sumStride, sumStride, false);
      }
    }
  }
}
