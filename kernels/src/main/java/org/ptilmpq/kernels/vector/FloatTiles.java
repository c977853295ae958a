package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Register tiles of the fp32 inner product. Levels and inputs are small integers, so that as long as
 * {@code Σ |level| · |x| ≤ 2²⁴} every partial sum is a whole number that a 32-bit float holds exactly: the product is an
 * integer one, carried out by the machine's fastest multiply-add. Callers keep runs short enough ({@link ExactRun}).
 *
 * <p>A tile multiplies rows of inputs (pixels) with one strip of a {@link LevelPanel} and stores or adds 32-bit sums. The
 * tile of seven rows suits networks for 224 × 224 pictures, whose layers have 7² · 4ⁿ pixels.
 */
final class FloatTiles {

  /** Rows of the large tiles. */
  static final int ROWS = 7;

  private static final int L = Lanes.WORDS;

  private FloatTiles() {}

  /**
   * Seven rows times two vectors of channels.
   *
   * @param x inputs; row r starts at {@code xAt + r · stride}
   * @param panel levels of one strip, from {@code at}
   * @param length of the run
   * @param sums row r starts at {@code to + r · sumStride}
   * @param add to the sums there, or overwrite them
   */
  static void sevenByTwo(
      float[] x, int xAt, int stride, float[] panel, int at, int length, int[] sums, int to, int sumStride, boolean add) {
    FloatVector z = FloatVector.zero(Lanes.FLOAT);
    FloatVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    FloatVector b0 = z, b1 = z, b2 = z, b3 = z, b4 = z, b5 = z, b6 = z;
    int r1 = xAt + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride, r5 = r4 + stride, r6 = r5 + stride;
    for (int k = 0; k < length; k++) {
      FloatVector u = FloatVector.fromArray(Lanes.FLOAT, panel, at + k * LevelPanel.STRIP);
      FloatVector v = FloatVector.fromArray(Lanes.FLOAT, panel, at + k * LevelPanel.STRIP + L);
      FloatVector t = FloatVector.broadcast(Lanes.FLOAT, x[xAt + k]);
      a0 = t.fma(u, a0);
      b0 = t.fma(v, b0);
      t = FloatVector.broadcast(Lanes.FLOAT, x[r1 + k]);
      a1 = t.fma(u, a1);
      b1 = t.fma(v, b1);
      t = FloatVector.broadcast(Lanes.FLOAT, x[r2 + k]);
      a2 = t.fma(u, a2);
      b2 = t.fma(v, b2);
      t = FloatVector.broadcast(Lanes.FLOAT, x[r3 + k]);
      a3 = t.fma(u, a3);
      b3 = t.fma(v, b3);
      t = FloatVector.broadcast(Lanes.FLOAT, x[r4 + k]);
      a4 = t.fma(u, a4);
      b4 = t.fma(v, b4);
      t = FloatVector.broadcast(Lanes.FLOAT, x[r5 + k]);
      a5 = t.fma(u, a5);
      b5 = t.fma(v, b5);
      t = FloatVector.broadcast(Lanes.FLOAT, x[r6 + k]);
      a6 = t.fma(u, a6);
      b6 = t.fma(v, b6);
    }
    store(a0, b0, sums, to, add);
    store(a1, b1, sums, to + sumStride, add);
    store(a2, b2, sums, to + 2 * sumStride, add);
    store(a3, b3, sums, to + 3 * sumStride, add);
    store(a4, b4, sums, to + 4 * sumStride, add);
    store(a5, b5, sums, to + 5 * sumStride, add);
    store(a6, b6, sums, to + 6 * sumStride, add);
  }

  /** Seven rows times the first vector of a strip whose second one holds no channel. */
  static void sevenByOne(
      float[] x, int xAt, int stride, float[] panel, int at, int length, int[] sums, int to, int sumStride, boolean add) {
    FloatVector z = FloatVector.zero(Lanes.FLOAT);
    FloatVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    int r1 = xAt + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride, r5 = r4 + stride, r6 = r5 + stride;
    for (int k = 0; k < length; k++) {
      FloatVector u = FloatVector.fromArray(Lanes.FLOAT, panel, at + k * LevelPanel.STRIP);
      a0 = FloatVector.broadcast(Lanes.FLOAT, x[xAt + k]).fma(u, a0);
      a1 = FloatVector.broadcast(Lanes.FLOAT, x[r1 + k]).fma(u, a1);
      a2 = FloatVector.broadcast(Lanes.FLOAT, x[r2 + k]).fma(u, a2);
      a3 = FloatVector.broadcast(Lanes.FLOAT, x[r3 + k]).fma(u, a3);
      a4 = FloatVector.broadcast(Lanes.FLOAT, x[r4 + k]).fma(u, a4);
      a5 = FloatVector.broadcast(Lanes.FLOAT, x[r5 + k]).fma(u, a5);
      a6 = FloatVector.broadcast(Lanes.FLOAT, x[r6 + k]).fma(u, a6);
    }
    store(a0, sums, to, add);
    store(a1, sums, to + sumStride, add);
    store(a2, sums, to + 2 * sumStride, add);
    store(a3, sums, to + 3 * sumStride, add);
    store(a4, sums, to + 4 * sumStride, add);
    store(a5, sums, to + 5 * sumStride, add);
    store(a6, sums, to + 6 * sumStride, add);
  }

  /** One row times two vectors of channels: rows that are left over, and fully connected layers. */
  static void oneByTwo(float[] x, int xAt, float[] panel, int at, int length, int[] sums, int to, boolean add) {
    FloatVector a = FloatVector.zero(Lanes.FLOAT);
    FloatVector b = a;
    for (int k = 0; k < length; k++) {
      FloatVector t = FloatVector.broadcast(Lanes.FLOAT, x[xAt + k]);
      a = t.fma(FloatVector.fromArray(Lanes.FLOAT, panel, at + k * LevelPanel.STRIP), a);
      b = t.fma(FloatVector.fromArray(Lanes.FLOAT, panel, at + k * LevelPanel.STRIP + L), b);
    }
    store(a, b, sums, to, add);
  }

  private static void store(FloatVector a, FloatVector b, int[] sums, int to, boolean add) {
    store(a, sums, to, add);
    store(b, sums, to + L, add);
  }

  private static void store(FloatVector a, int[] sums, int to, boolean add) {
    IntVector sum = (IntVector) a.convert(VectorOperators.F2I, 0);
    if (add) {
      sum = sum.add(IntVector.fromArray(Lanes.INT, sums, to));
    }
    sum.intoArray(sums, to);
  }
}
