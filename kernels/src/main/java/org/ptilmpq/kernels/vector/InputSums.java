package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;

/**
 * The sums that a look-up adds for half steps, whose levels 2v + 1 are nearly sums of planes:
 * Σ (2v + 1) · x = 2 · Σ v · x + Σ x, and the second sum is the same for all channels. It is in the tables: the entry
 * of all inputs of a group is their sum.
 */
final class InputSums {

  private final KernelSpec.Convolution spec;
  private final LookupShape shape;

  /** Where in the scratch's integers the sums of each pixel that has tables are, and those of each output pixel. */
  private final int tabledAt;
  private final int sumsAt;

  /** @param at where in the scratch's integers there is room for {@link #size} */
  InputSums(KernelSpec.Convolution spec, LookupShape shape, int at) {
    this.spec = spec;
    this.shape = shape;
    tabledAt = at;
    sumsAt = at + shape.tableRows() * shape.tableColumns();
  }

  /** Integers it takes. */
  static int size(LookupShape shape) {
    return shape.tableRows() * shape.tableColumns() + shape.pixels();
  }

  /** Sums up a part of the channels of each pixel that has tables. */
  void take(int part, Scratch scratch) {
    short[] tables = scratch.shorts();
    int[] ints = scratch.ints();
    int channels = shape.channels(part, spec.input().channels());
    int whole = channels / SubsetTables.INPUTS;
    int rest = channels - whole * SubsetTables.INPUTS;
    for (int pixel = 0; pixel < sumsAt - tabledAt; pixel++) {
      int table = pixel * shape.groups() * SubsetTables.ENTRIES;
      int sum = 0;
      for (int group = 0; group < whole; group++, table += SubsetTables.ENTRIES) {
        sum += tables[table + SubsetTables.ENTRIES - 1];
      }
      if (rest > 0) {
        sum += tables[table + (1 << rest) - 1];
      }
      ints[tabledAt + pixel] = sum;
    }
  }

  /**
   * Sums up what each output pixel of a block sees of them through some taps of a row, the first of which is (y, x).
   */
  void see(int y, int x, int taps, int pixels, Scratch scratch) {
    int[] ints = scratch.ints();
    int width = shape.rowPixels(pixels);
    int strideX = shape.pointwise() ? 1 : spec.window().strideX();
    for (int pixel = 0; pixel < pixels; pixel++) {
      int row = pixel / width * spec.window().strideY() + y;
      int from = tabledAt + row * shape.tableColumns() + pixel % width * strideX + x;
      int sum = 0;
      for (int tap = 0; tap < taps; tap++) {
        sum += ints[from + tap];
      }
      ints[sumsAt + pixel] = sum;
    }
  }

  /** Where the sum of an output pixel is. */
  int of(int pixel) {
    return sumsAt + pixel;
  }
}
