package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.kernels.arithmetic.LevelSums;
import org.ptilmpq.kernels.arithmetic.Requantization;
import org.ptilmpq.kernels.vector.RequantizeRows.SumLanes;
import org.ptilmpq.kernels.vector.SubsetTables.InputSums;

/**
 * Convolution by looking up instead of multiplying. A b-bit weight in two's complement is b bits, so Σ w · x is b
 * sums of selected inputs, put together with shifts; and what five bits of a plane select of five inputs is one of 32
 * sums, which are computed once for all output channels ({@link SubsetTables}) and all kernel taps that see the
 * pixel. Time is proportional to the planes.
 *
 * <p>A unit of work is a block of output pixels times all channels, or a slice of them where there are few such blocks;
 * neighbouring units of the same pixels are done together and share the tables. For each part of the input channels:
 * build the tables, then for each run of taps unpack each block's indices ({@link PlaneIndices}) and add up in
 * registers ({@link LookupTiles}); finally the sparse tails ({@link LookupTails}).
 */
final class LookupConvolution implements Kernel {

  private static final int L = Lanes.SHORTS;

  private final KernelSpec.Convolution spec;
  private final PackedWeights weights;
  private final Block[] blocks;
  private final LookupShape shape;
  private final SubsetTables tables;
  private final InputSums inputSums;
  private final boolean halfSteps;
  private final RequantizeRows requantize;
  private final int inputChannels;

  /** Shorts between the tables of output pixels next to each other. */
  private final int step;

  /** Shorts between the tables of output rows. */
  private final int rowStep;

  /** Parts of the blocks of channels that are units of their own. */
  private final int slices;

  private final int sumStride;

  /** Where in the scratch's shorts indices and results of tiles are; tables are at the start. */
  private final int indicesAt;
  private final int resultsAt;

  /** Where in the scratch's integers the entries of listed inputs and the single tails are, after the sums. */
  private final int entriesAt;
  private final int singlesAt;

  LookupConvolution(KernelSpec.Convolution spec, TileSizes tiles) {
    this.spec = spec;
    weights = spec.weights();
    blocks = weights.blocks().toArray(Block[]::new);
    shape = LookupShape.of(spec, tiles);
    tables = new SubsetTables(spec, shape);
    inputChannels = spec.input().channels();
    step = step(spec, shape);
    rowStep = spec.window().strideY() * shape.tableColumns() * shape.groups() * L;
    slices = shape.slices(spec);
    sumStride = shape.blocksAtOnce() * PackedWeights.BLOCK;
    indicesAt = tablesEnd(spec, shape);
    resultsAt = indicesAt + indices(spec, shape);
    entriesAt = shape.pixels() * sumStride + Lanes.BYTES;
    singlesAt = entriesAt + LookupTails.ROWS;
    halfSteps = weights.blocks().stream().anyMatch(block -> block.group().halfStep());
    inputSums = new InputSums(spec, shape, singlesAt + 3 * LookupTails.SINGLES);
    requantize =
        new RequantizeRows(
            spec, Requantization.of(spec, LevelSums.of(weights)), SumLanes.of(weights, true), shape.pixels(), 0);
  }

  static ScratchSize scratch(KernelSpec.Convolution spec, TileSizes tiles) {
    LookupShape shape = LookupShape.of(spec, tiles);
    int results = LookupTiles.ROWS * Byte.SIZE * L;
    int sums = shape.pixels() * shape.blocksAtOnce() * PackedWeights.BLOCK;
    return new ScratchSize(
            LookupTails.FLOATS,
            sums + Lanes.BYTES + LookupTails.ROWS + 3 * LookupTails.SINGLES + InputSums.size(shape),
            tablesEnd(spec, shape) + indices(spec, shape) + results,
            0)
        .max(RequantizeRows.scratch(spec, shape.pixels(), 0));
  }

  private static int step(KernelSpec.Convolution spec, LookupShape shape) {
    return (shape.pointwise() ? 1 : spec.window().strideX()) * shape.groups() * L;
  }

  /** The tables, and what a tile at the end of a row reads beyond its last pixel. */
  private static int tablesEnd(KernelSpec.Convolution spec, LookupShape shape) {
    return shape.tables() * L + (LookupTiles.ROWS - 1) * step(spec, shape);
  }

  private static int indices(KernelSpec.Convolution spec, LookupShape shape) {
    int planes = 0;
    for (Block block : spec.weights().blocks()) {
      planes = Math.max(planes, block.width() * PlaneIndices.vectors(block.channels()));
    }
    return shape.runGroups() * planes * L;
  }

  @Override
  public int units() {
    return shape.pixelBlocks(spec.output()) * slices;
  }

  @Override
  public String method() {
    return "look-up";
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    float[] scores = tensors.scores();
    int unit = first;
    while (unit < end) {
      int slice = unit % slices;
      int next = Math.min(slices, slice + end - unit);
      int from = firstBlock(slice);
      while (firstBlock(next) - from > shape.blocksAtOnce()) {
        next--;
      }
      int to = firstBlock(next);
      int pixel = unit / slices * shape.pixels();
      int pixels = Math.min(shape.pixels(), spec.output().pixels() - pixel);
      sum(arena, pixel, pixels, from, to, scratch);
      requantize.takeResiduals(arena, pixel, pixels, from, to, scratch);
      requantize.requantize(arena, scores, pixel, pixels, from, to, sumStride, scratch);
      requantize.write(arena, pixel, pixels, from, to, scratch);
      unit += next - slice;
    }
  }

  private int firstBlock(int slice) {
    return slice * blocks.length / slices;
  }

  private void sum(byte[] arena, int pixel, int pixels, int from, int to, Scratch scratch) {
    for (int b = from; b < to; b++) {
      if (blocks[b].width() == 0) {
        clear(scratch.ints(), (b - from) * PackedWeights.BLOCK, pixels);
      }
    }
    int kernelWidth = spec.window().kernelWidth();
    for (int part = 0; part < shape.parts(); part++) {
      tables.build(arena, pixel, pixels, part, scratch.shorts());
      if (halfSteps) {
        inputSums.take(part, scratch);
      }
      for (int y = 0; y < spec.window().kernelHeight(); y++) {
        for (int x = 0; x < kernelWidth; x += shape.tapsPerRun()) {
          int taps = Math.min(shape.tapsPerRun(), kernelWidth - x);
          boolean add = part > 0 || y > 0 || x > 0;
          if (halfSteps) {
            inputSums.see(y, x, taps, pixels, scratch);
          }
          for (int b = from; b < to; b++) {
            if (blocks[b].width() > 0) {
              addRun(blocks[b], part, y, x, taps, pixels, (b - from) * PackedWeights.BLOCK, add, scratch);
            }
          }
        }
      }
      for (int b = from; b < to; b++) {
        if (blocks[b].hasTails()) {
          addTails(blocks[b], part, pixels, (b - from) * PackedWeights.BLOCK, scratch);
        }
      }
    }
  }

  private void addRun(
      Block block, int part, int y, int x, int taps, int pixels, int at, boolean add, Scratch scratch) {
    short[] s = scratch.shorts();
    int channels = shape.channels(part, inputChannels);
    int tapGroups = (channels + SubsetTables.INPUTS - 1) / SubsetTables.INPUTS;
    int groups = taps * tapGroups;
    int k = (y * spec.window().kernelWidth() + x) * inputChannels + part * shape.partChannels();
    for (int tap = 0; tap < taps; tap++) {
      PlaneIndices.unpack(
          weights, block, k + tap * inputChannels, channels, tap * tapGroups, groups, s, indicesAt);
    }
    int width = shape.rowPixels(pixels);
    int first = (y * shape.tableColumns() + x) * shape.groups() * L;
    for (int v = 0; v * L < block.channels(); v++) {
      int indices = indicesAt + v * groups * block.width() * L;
      for (int row = 0; row * width < pixels; row++) {
        for (int column = 0; column < width; column += LookupTiles.ROWS) {
          int tile = first + row * rowStep + column * step;
          lookUp(block.width(), s, tile, indices, groups);
          int rows = Math.min(LookupTiles.ROWS, width - column);
          int to = at + v * L + (row * width + column) * sumStride;
          int more = block.group().halfStep() ? inputSums.of(row * width + column) : -1;
          LookupTiles.spill(s, resultsAt, block.width(), more, rows, scratch.ints(), to, sumStride, add);
        }
      }
    }
  }

  /** Looks up all planes of a tile, two or three at a time: 4 = 2 + 2, 5 = 3 + 2, 7 = 3 + 2 + 2. */
  private void lookUp(int width, short[] s, int tile, int indices, int groups) {
    for (int plane = 0; plane < width; ) {
      int left = width - plane;
      int planes = left == 4 ? 2 : Math.min(left, LookupTiles.MAX_PLANES);
      LookupTiles.lookUp(
          s, tile, step, indices + plane * L, width * L, groups, planes, resultsAt + plane * LookupTiles.ROWS * L);
      plane += planes;
    }
  }

  /** Adds the tails of the listed inputs of a part, at any tap, some at a time. */
  private void addTails(Block block, int part, int pixels, int at, Scratch scratch) {
    boolean oneTap = spec.window().taps() == 1;
    int firstChannel = part * shape.partChannels();
    int channels = shape.channels(part, inputChannels);
    int row = oneTap ? weights.firstTailRow(block, firstChannel) : 0;
    int end = oneTap ? weights.firstTailRow(block, firstChannel + channels) : block.tails().count();
    int[] ints = scratch.ints();
    int listed = 0;
    int singles = 0;
    for (; row < end; row++) {
      int k = weights.tailInput(block, row);
      int tap = k / inputChannels;
      int channel = k - tap * inputChannels - firstChannel;
      if (channel < 0 || channel >= channels) {
        continue;
      }
      int entry = shape.entry(tap, channel, spec.window().kernelWidth());
      long tailed = weights.tailChannels(block, row);
      if (Long.bitCount(tailed) > LookupTails.FEW) {
        ints[entriesAt + listed] = entry;
        LookupTails.unpack(weights, block, row, tailed, scratch.floats(), listed * PackedWeights.BLOCK);
        listed++;
      } else {
        for (long left = tailed; left != 0; left &= left - 1) {
          int j = Long.numberOfTrailingZeros(left);
          int single = singlesAt + 3 * singles++;
          ints[single] = entry;
          ints[single + 1] = SumLanes.evenOddLane(j);
          ints[single + 2] = weights.tail(block, row, j) << block.width();
        }
      }
      if (listed == LookupTails.ROWS) {
        multiplyTails(block, listed, pixels, at, scratch);
        listed = 0;
      }
      if (singles > LookupTails.SINGLES - LookupTails.FEW) {
        addSingles(singles, pixels, at, scratch);
        singles = 0;
      }
    }
    if (listed > 0) {
      multiplyTails(block, listed, pixels, at, scratch);
    }
    if (singles > 0) {
      addSingles(singles, pixels, at, scratch);
    }
  }

  private void addSingles(int singles, int pixels, int at, Scratch scratch) {
    short[] s = scratch.shorts();
    int[] ints = scratch.ints();
    int width = shape.rowPixels(pixels);
    for (int row = 0; row * width < pixels; row++) {
      int column = 0;
      for (; column + LookupTiles.ROWS <= width; column += LookupTiles.ROWS) {
        int to = at + (row * width + column) * sumStride;
        LookupTails.addSeven(s, row * rowStep + column * step, step, ints, singlesAt, singles, to, sumStride);
      }
      for (; column < width; column++) {
        int to = at + (row * width + column) * sumStride;
        LookupTails.addOne(s, row * rowStep + column * step, ints, singlesAt, singles, to);
      }
    }
  }

  private void multiplyTails(Block block, int listed, int pixels, int at, Scratch scratch) {
    int results = LookupTails.ROWS * PackedWeights.BLOCK;
    int width = shape.rowPixels(pixels);
    for (int v = 0; v * L < block.channels(); v++) {
      for (int row = 0; row * width < pixels; row++) {
        for (int column = 0; column < width; column += LookupTiles.ROWS) {
          LookupTails.multiply(
              scratch.shorts(),
              row * rowStep + column * step,
              step,
              scratch.ints(),
              entriesAt,
              listed,
              scratch.floats(),
              v * L,
              results);
          int rows = Math.min(LookupTiles.ROWS, width - column);
          int to = at + v * L + (row * width + column) * sumStride;
          FloatTiles.spill(scratch.floats(), results, rows, 2, scratch.ints(), to, sumStride, true);
        }
      }
    }
  }

  private void clear(int[] sums, int at, int pixels) {
    for (int r = 0; r < pixels; r++) {
      Arrays.fill(sums, at + r * sumStride, at + r * sumStride + PackedWeights.BLOCK, 0);
    }
  }
}
