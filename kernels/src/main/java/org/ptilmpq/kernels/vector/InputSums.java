package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.IntVector;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Scratch;

/**
 * What a look-up adds for half steps, whose levels 2v + 1 are no sums of planes, but nearly: Σ (2v + 1) · x = 2 · Σ v · x + Σ x,
 * and the second sum is the same for all channels. It is in the tables: the entry of all inputs of a group is their sum.
 */
final class InputSums {

  private final KernelSpec.Convolution spec;
  private final LookupShape shape;
  private final int sumsAt;

  /** @param sumsAt where in the scratch's integers there is room for one a pixel */
  InputSums(KernelSpec.Convolution spec, LookupShape shape, int sumsAt) {
    this.spec = spec;
    this.shape = shape;
    this.sumsAt = sumsAt;
  }

  /**
   * Sums up what each pixel of a block sees of a part of the channels.
   *
   * @param rowStep 16-bit numbers from the tables of a row of output pixels to the next, {@code step} from pixel to pixel
   */
  void compute(int part, int pixels, int rowStep, int step, Scratch scratch) {
    short[] tables = scratch.shorts();
    int kernelWidth = spec.window().kernelWidth();
    int channels = Math.min(shape.partChannels(), spec.input().channels() - part * shape.partChannels());
    int width = shape.pointwise() ? pixels : shape.width();
    for (int pixel = 0; pixel < pixels; pixel++) {
      int first = pixel / width * rowStep + pixel % width * step;
      int sum = 0;
      for (int tap = 0; tap < spec.window().taps(); tap++) {
        for (int channel = 0; channel < channels; channel += SubsetTables.INPUTS) {
          int last = Math.min(channels, channel + SubsetTables.INPUTS) - 1;
          // From the entry of the group's last channel to that of it and all before.
          int others = (1 << last - channel) - 1;
          sum += tables[first + shape.entry(tap, last, kernelWidth) + others];
        }
      }
      scratch.ints()[sumsAt + pixel] = sum;
    }
  }

  /** Adds them to a block's sums, which are at {@code at} and then {@code stride} further each. */
  void add(Block block, int pixels, int at, int stride, int[] ints) {
    int lanes = PlaneIndices.vectors(block.channels()) * Lanes.SHORTS;
    for (int pixel = 0; pixel < pixels; pixel++) {
      int sum = ints[sumsAt + pixel];
      int from = at + pixel * stride;
      for (int lane = from; lane < from + lanes; lane += Lanes.WORDS) {
        IntVector.fromArray(Lanes.INT, ints, lane).add(sum).intoArray(ints, lane);
      }
    }
  }
}
