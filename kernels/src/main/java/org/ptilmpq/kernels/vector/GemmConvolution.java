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

/**
 * Convolution and fully connected layer as a matrix product that unpacks as it goes. A unit of work is a few output
 * pixels times all channels, or times one block of channels where there are hardly any pixels; neighbouring units are
 * done together. For each run of inputs: gather the pixels' inputs, then for each block of up to 64 channels unpack
 * its levels and multiply. Nothing larger than a run of a block is ever unpacked.
 */
final class GemmConvolution implements Kernel {

  /** Output pixels of a unit. */
  private static final int UNIT = TileSizes.UNIT;

  /** The most inputs times blocks whose levels are kept rather than unpacked for each part of a chunk. */
  private static final int MAX_KEPT = 256;

  /** With fewer pixels, blocks of channels are units. */
  private static final int FEW_PIXELS = TileSizes.LEAST;

  /** Blocks of channels that share one gathering of inputs. */
  private static final int BLOCKS_AT_ONCE = 4;

  private final KernelSpec.Convolution spec;
  private final TileSizes tiles;
  private final PackedWeights weights;
  private final Block[] blocks;
  private final FloatProduct product;
  private final RequantizeRows requantize;

  /** Pixels at a time, at most. */
  private final int mostPixels;

  /** Sums of a pixel. */
  private final int sumStride;

  /** Whether a call unpacks the levels of all blocks first. */
  private final boolean keepsLevels;

  /** Pixels and blocks of a unit. */
  private final int unitPixels;
  private final int unitBlocks;

  GemmConvolution(KernelSpec.Convolution spec, TileSizes tiles) {
    this.spec = spec;
    this.tiles = tiles;
    weights = spec.weights();
    blocks = weights.blocks().toArray(Block[]::new);
    mostPixels = mostPixels(spec, tiles);
    product = new FloatProduct(spec, mostPixels, panels(spec, tiles));
    sumStride = sumStride(weights);
    keepsLevels = hasFewInputs(spec, tiles) && weights.inputs() <= product.run();
    boolean fewPixels = spec.output().pixels() < FEW_PIXELS;
    unitPixels = fewPixels ? spec.output().pixels() : UNIT;
    unitBlocks = fewPixels ? 1 : blocks.length;
    Requantization factors = Requantization.of(spec, LevelSums.of(weights));
    requantize = new RequantizeRows(spec, factors, SumLanes.of(weights, false), mostPixels, codes(product.run()));
  }

  static ScratchSize scratch(KernelSpec.Convolution spec, TileSizes tiles) {
    int pixels = mostPixels(spec, tiles);
    return new ScratchSize(0, pixels * sumStride(spec.weights()) + Lanes.BYTES)
        .max(FloatProduct.scratch(spec, pixels, panels(spec, tiles)))
        .max(RequantizeRows.scratch(spec, pixels, codes(FloatProduct.longestRun(spec.weights()))));
  }

  /** Bytes of the codes of a block and a run of inputs, which come first in the scratch's bytes. */
  private static int codes(int run) {
    return run * PackedWeights.BLOCK;
  }

  private static int mostPixels(KernelSpec.Convolution spec, TileSizes tiles) {
    return Math.min(hasFewInputs(spec, tiles) ? tiles.keptPixels() : tiles.pixels(), spec.output().pixels());
  }

  private static int sumStride(PackedWeights weights) {
    return Math.min(BLOCKS_AT_ONCE, weights.blocks().size()) * PackedWeights.BLOCK;
  }

  /** Whether the levels of all blocks may be kept for a whole chunk of pixels. */
  private static boolean hasFewInputs(KernelSpec.Convolution spec, TileSizes tiles) {
    int all = spec.weights().blocks().size();
    boolean few = spec.weights().inputs() * all <= MAX_KEPT && all <= BLOCKS_AT_ONCE;
    return few && spec.groups() == 1 && spec.output().pixels() > tiles.keptPixels();
  }

  /** Blocks whose levels are kept. */
  private static int panels(KernelSpec.Convolution spec, TileSizes tiles) {
    return hasFewInputs(spec, tiles) ? spec.weights().blocks().size() : 1;
  }

  @Override
  public int units() {
    return Math.ceilDiv(spec.output().pixels(), unitPixels) * Math.ceilDiv(blocks.length, unitBlocks);
  }

  @Override
  public int chunk(int threads) {
    int least = unitBlocks < blocks.length ? 1 : tiles.chunkPixels() / UNIT;
    return Kernel.chunk(units(), threads, least);
  }

  @Override
  public String method() {
    return "fp32 lanes";
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    float[] scores = tensors.scores();
    if (unitBlocks < blocks.length) {
      compute(arena, scores, 0, unitPixels, first, end, scratch);
      return;
    }
    int from = first * unitPixels;
    int to = Math.min(spec.output().pixels(), end * unitPixels);
    if (keepsLevels) {
      for (int b = 0; b < blocks.length; b++) {
        if (blocks[b].width() > 0) {
          product.unpack(b, 0, weights.inputs(), scratch, b);
        }
      }
    }
    int parts = Math.ceilDiv(to - from, mostPixels);
    int part = Math.ceilDiv(Math.ceilDiv(to - from, parts), UNIT) * UNIT;
    for (int pixel = from; pixel < to; pixel += part) {
      compute(arena, scores, pixel, Math.min(part, to - pixel), 0, blocks.length, scratch);
    }
  }

  private void compute(byte[] arena, float[] scores, int pixel, int pixels, int from, int end, Scratch scratch) {
    requantize.takeResiduals(arena, pixel, pixels, from, end, scratch);
    for (int block = from; block < end; ) {
      int to = sameGroup(block, Math.min(end, block + BLOCKS_AT_ONCE));
      boolean gathered = weights.inputs() <= product.run() && block > from && group(block) == group(block - 1);
      multiply(arena, pixel, pixels, block, to, gathered, scratch);
      requantize.requantize(arena, scores, pixel, pixels, block, to, sumStride, scratch);
      block = to;
    }
    requantize.write(arena, pixel, pixels, from, end, scratch);
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

  /** @param gathered whether the blocks before have left all inputs in the scratch */
  private void multiply(byte[] arena, int pixel, int pixels, int from, int to, boolean gathered, Scratch scratch) {
    for (int k = 0; k < weights.inputs(); k += product.run()) {
      int end = Math.min(weights.inputs(), k + product.run());
      if (!gathered) {
        product.gather(arena, pixel, pixels, group(from), k, end, scratch);
      }
      for (int b = from; b < to; b++) {
        int at = (b - from) * PackedWeights.BLOCK;
        if (blocks[b].width() > 0) {
          int panel = keepsLevels ? b : 0;
          if (!keepsLevels) {
            product.unpack(b, k, end, scratch, panel);
          }
          product.multiply(b, pixels, k, end, scratch, panel, at, sumStride);
        } else if (k == 0) {
          clear(scratch.ints(), at, pixels);
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
