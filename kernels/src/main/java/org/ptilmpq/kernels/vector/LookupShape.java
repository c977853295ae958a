package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.kernels.KernelSpec.Window;

/**
 * How {@link LookupConvolution} cuts a layer, which depends on shapes and widths alone.
 *
 * <p>A table belongs to a pixel of the input and {@link SubsetTables#INPUTS} of its channels. Channels are taken in
 * parts of at most {@value #RUN} so that the tables of a block of pixels stay in the second-level cache; a run is as
 * many neighbouring taps of a kernel row as fit the sums of 16 bits.
 *
 * @param pointwise whether the kernel is a single tap on the picture: then output pixels are one long row
 * @param partChannels input channels of a part; the last one may have fewer
 * @param parts how many
 * @param groups tables of a pixel and part
 * @param tapsPerRun taps of a run, at most the kernel's width
 * @param width output pixels of a row of a block
 * @param rows rows of a block
 * @param tableRows rows of pixels that a block has tables for
 * @param tableColumns pixels of such a row
 * @param blocksAtOnce blocks of channels that share a block's tables, at most
 */
record LookupShape(
    boolean pointwise,
    int partChannels,
    int parts,
    int groups,
    int tapsPerRun,
    int width,
    int rows,
    int tableRows,
    int tableColumns,
    int blocksAtOnce) {

  /** Inputs that 16-bit sums hold whatever the weights are: 256 · −128 = −2¹⁵, and 256 · 127 &lt; 2¹⁵. */
  static final int RUN = 256;

  private static final int MAX_BLOCKS_AT_ONCE = 40;

  /** Blocks of pixels that keep several threads busy. */
  private static final int ENOUGH_UNITS = 4;

  /** Whether the look-up can compute a layer: not those with grids whose levels aren't sums of planes. */
  static boolean fits(KernelSpec.Convolution spec, TileSizes tiles) {
    Window window = spec.window();
    if (spec.groups() != 1 || window.dilationX() != 1 || window.dilationY() != 1) {
      return false;
    }
    for (Block block : spec.weights().blocks()) {
      if (block.group().ratio() != 1) {
        return false;
      }
    }
    return tableBytes(of(spec, tiles)) <= tiles.tableBytes();
  }

  private static long tableBytes(LookupShape shape) {
    return (long) shape.tableRows * shape.tableColumns * shape.groups * SubsetTables.ENTRIES * Short.BYTES;
  }

  static LookupShape of(KernelSpec.Convolution spec, TileSizes tiles) {
    TensorView output = spec.output();
    Window window = spec.window();
    int channels = spec.input().channels();
    int parts = (channels + RUN - 1) / RUN;
    int part = (channels + parts - 1) / parts;
    int whole = (part + SubsetTables.INPUTS - 1) / SubsetTables.INPUTS * SubsetTables.INPUTS;
    int partChannels = parts > 1 && whole <= RUN ? whole : part;
    int groups = (partChannels + SubsetTables.INPUTS - 1) / SubsetTables.INPUTS;
    int tapsPerRun = Math.clamp(RUN / partChannels, 1, window.kernelWidth());
    int blocksAtOnce = Math.min(MAX_BLOCKS_AT_ONCE, spec.weights().blocks().size());
    boolean pointwise = window.taps() == 1 && isInside(spec);
    long pixelTables = (long) groups * SubsetTables.ENTRIES * Short.BYTES;
    long pixelSums = (long) blocksAtOnce * PackedWeights.BLOCK * Integer.BYTES;
    if (pointwise) {
      int most = (int) Math.max(LookupTiles.ROWS, tiles.tableBytes() / (pixelTables + pixelSums));
      int width = even(output.pixels(), most, LookupTiles.ROWS);
      return new LookupShape(true, partChannels, parts, groups, tapsPerRun, width, 1, 1, width, blocksAtOnce);
    }
    int columns = (output.width() - 1) * window.strideX() + window.kernelWidth();
    long perRow = columns * pixelTables * window.strideY() + output.width() * pixelSums;
    long overlap = columns * pixelTables * Math.max(0, window.kernelHeight() - window.strideY());
    int rows = even(output.height(), (int) Math.max(1, (tiles.tableBytes() - overlap) / perRow), 1);
    int tableRows = (rows - 1) * window.strideY() + window.kernelHeight();
    return new LookupShape(
        false, partChannels, parts, groups, tapsPerRun, output.width(), rows, tableRows, columns, blocksAtOnce);
  }

  private static boolean isInside(KernelSpec.Convolution spec) {
    Window window = spec.window();
    TensorView output = spec.output();
    return window.padTop() == 0
        && window.padLeft() == 0
        && (output.height() - 1) * window.strideY() < spec.input().height()
        && (output.width() - 1) * window.strideX() < spec.input().width();
  }

  /** Cuts {@code count} into equal pieces of at most {@code most}, and rounds these up to a multiple. */
  private static int even(int count, int most, int multiple) {
    int pieces = (count + most - 1) / most;
    int piece = (count + pieces - 1) / pieces;
    return (piece + multiple - 1) / multiple * multiple;
  }

  /** Output pixels of a block. */
  int pixels() {
    return width * rows;
  }

  /** Output pixels of a row of a block that has {@code pixels} of them. */
  int rowPixels(int pixels) {
    return pointwise ? pixels : width;
  }

  /** Channels of a part, of {@code inputChannels} of the input. */
  int channels(int part, int inputChannels) {
    return Math.min(partChannels, inputChannels - part * partChannels);
  }

  /** Blocks of pixels that an output has. */
  int pixelBlocks(TensorView output) {
    return (output.pixels() + pixels() - 1) / pixels();
  }

  /**
   * The number of parts in which the output channels of a block of pixels are separate work. Each part builds tables of
   * its own and writes its channels one by one, so this is one part unless there is too little work for several
   * threads.
   */
  int slices(KernelSpec.Convolution spec) {
    int pixelBlocks = pixelBlocks(spec.output());
    int wanted = pixelBlocks >= ENOUGH_UNITS ? 1 : (2 * ENOUGH_UNITS + pixelBlocks - 1) / pixelBlocks;
    return Math.max(Math.min(wanted, spec.weights().blocks().size()), unavoidable(spec));
  }

  private int unavoidable(KernelSpec.Convolution spec) {
    return (spec.weights().blocks().size() + blocksAtOnce - 1) / blocksAtOnce;
  }

  /** Where a channel of the pixel at a tap is by itself in the tables, from the first tap's table on. */
  int entry(int tap, int channel, int kernelWidth) {
    int pixel = tap / kernelWidth * tableColumns + tap % kernelWidth;
    int group = channel / SubsetTables.INPUTS;
    return (pixel * groups + group) * SubsetTables.ENTRIES + (1 << channel - group * SubsetTables.INPUTS);
  }

  /** Tables of a block of pixels. */
  int tables() {
    return tableRows * tableColumns * groups;
  }

  /** Groups of inputs of a run, at most. */
  int runGroups() {
    return tapsPerRun * groups;
  }
}
