package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.vector.FloatProduct.ExactRun;

/**
 * Register tiles of the fp32 inner product. Levels and inputs are small integers, so that as long as
 * {@code Σ |level| · |x| ≤ 2²⁴} every partial sum is a whole number that a 32-bit float holds exactly: the product is
 * an integer one, carried out by the machine's fastest multiply-add. Callers keep runs short enough ({@link ExactRun}).
 *
 * <p>A tile multiplies rows of inputs (pixels) with one strip of a {@link FloatPanel}; {@link #spill} takes its results
 * to 32 bits. The tile of seven rows suits networks for 224 × 224 pictures, whose layers have 7² · 4ⁿ pixels.
 */
final class FloatTiles {

  /** Rows of the large tiles. */
  static final int ROWS = 7;

  private static final int L = Lanes.WORDS;

  private FloatTiles() {}

  /**
   * Multiplies seven rows with two vectors of channels.
   *
   * @param f holds inputs, levels and results
   * @param xAt inputs; row r starts at {@code xAt + r · length}
   * @param at levels of one strip
   * @param length of the run
   * @param to results, seven rows of one strip
   */
  static void sevenByTwo(float[] f, int xAt, int at, int length, int to) {
    FloatVector z = FloatVector.zero(Lanes.FLOAT);
    FloatVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    FloatVector b0 = z, b1 = z, b2 = z, b3 = z, b4 = z, b5 = z, b6 = z;
    int r1 = xAt + length, r2 = r1 + length, r3 = r2 + length, r4 = r3 + length, r5 = r4 + length, r6 = r5 + length;
    for (int k = 0; k < length; k++) {
      FloatVector u = FloatVector.fromArray(Lanes.FLOAT, f, at + k * FloatPanel.STRIP);
      FloatVector v = FloatVector.fromArray(Lanes.FLOAT, f, at + k * FloatPanel.STRIP + L);
      FloatVector t = FloatVector.broadcast(Lanes.FLOAT, f[xAt + k]);
      a0 = t.fma(u, a0);
      b0 = t.fma(v, b0);
      t = FloatVector.broadcast(Lanes.FLOAT, f[r1 + k]);
      a1 = t.fma(u, a1);
      b1 = t.fma(v, b1);
      t = FloatVector.broadcast(Lanes.FLOAT, f[r2 + k]);
      a2 = t.fma(u, a2);
      b2 = t.fma(v, b2);
      t = FloatVector.broadcast(Lanes.FLOAT, f[r3 + k]);
      a3 = t.fma(u, a3);
      b3 = t.fma(v, b3);
      t = FloatVector.broadcast(Lanes.FLOAT, f[r4 + k]);
      a4 = t.fma(u, a4);
      b4 = t.fma(v, b4);
      t = FloatVector.broadcast(Lanes.FLOAT, f[r5 + k]);
      a5 = t.fma(u, a5);
      b5 = t.fma(v, b5);
      t = FloatVector.broadcast(Lanes.FLOAT, f[r6 + k]);
      a6 = t.fma(u, a6);
      b6 = t.fma(v, b6);
    }
    a0.intoArray(f, to);
    b0.intoArray(f, to + L);
    a1.intoArray(f, to + FloatPanel.STRIP);
    b1.intoArray(f, to + FloatPanel.STRIP + L);
    a2.intoArray(f, to + 2 * FloatPanel.STRIP);
    b2.intoArray(f, to + 2 * FloatPanel.STRIP + L);
    a3.intoArray(f, to + 3 * FloatPanel.STRIP);
    b3.intoArray(f, to + 3 * FloatPanel.STRIP + L);
    a4.intoArray(f, to + 4 * FloatPanel.STRIP);
    b4.intoArray(f, to + 4 * FloatPanel.STRIP + L);
    a5.intoArray(f, to + 5 * FloatPanel.STRIP);
    b5.intoArray(f, to + 5 * FloatPanel.STRIP + L);
    a6.intoArray(f, to + 6 * FloatPanel.STRIP);
    b6.intoArray(f, to + 6 * FloatPanel.STRIP + L);
  }

  /** Multiplies seven rows with the first vector of a strip whose second one holds no channel. */
  static void sevenByOne(float[] f, int xAt, int at, int length, int to) {
    FloatVector z = FloatVector.zero(Lanes.FLOAT);
    FloatVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    int r1 = xAt + length, r2 = r1 + length, r3 = r2 + length, r4 = r3 + length, r5 = r4 + length, r6 = r5 + length;
    for (int k = 0; k < length; k++) {
      FloatVector u = FloatVector.fromArray(Lanes.FLOAT, f, at + k * FloatPanel.STRIP);
      a0 = FloatVector.broadcast(Lanes.FLOAT, f[xAt + k]).fma(u, a0);
      a1 = FloatVector.broadcast(Lanes.FLOAT, f[r1 + k]).fma(u, a1);
      a2 = FloatVector.broadcast(Lanes.FLOAT, f[r2 + k]).fma(u, a2);
      a3 = FloatVector.broadcast(Lanes.FLOAT, f[r3 + k]).fma(u, a3);
      a4 = FloatVector.broadcast(Lanes.FLOAT, f[r4 + k]).fma(u, a4);
      a5 = FloatVector.broadcast(Lanes.FLOAT, f[r5 + k]).fma(u, a5);
      a6 = FloatVector.broadcast(Lanes.FLOAT, f[r6 + k]).fma(u, a6);
    }
    a0.intoArray(f, to);
    a1.intoArray(f, to + FloatPanel.STRIP);
    a2.intoArray(f, to + 2 * FloatPanel.STRIP);
    a3.intoArray(f, to + 3 * FloatPanel.STRIP);
    a4.intoArray(f, to + 4 * FloatPanel.STRIP);
    a5.intoArray(f, to + 5 * FloatPanel.STRIP);
    a6.intoArray(f, to + 6 * FloatPanel.STRIP);
  }

  /** Multiplies one row with two vectors of channels: rows that are left over, and fully connected layers. */
  static void oneByTwo(float[] f, int xAt, int at, int length, int to) {
    FloatVector a = FloatVector.zero(Lanes.FLOAT);
    FloatVector b = a;
    for (int k = 0; k < length; k++) {
      FloatVector t = FloatVector.broadcast(Lanes.FLOAT, f[xAt + k]);
      a = t.fma(FloatVector.fromArray(Lanes.FLOAT, f, at + k * FloatPanel.STRIP), a);
      b = t.fma(FloatVector.fromArray(Lanes.FLOAT, f, at + k * FloatPanel.STRIP + L), b);
    }
    a.intoArray(f, to);
    b.intoArray(f, to + L);
  }

  /**
   * Stores or adds a tile's results to rows of 32-bit sums. A method of its own: within a tile's, the JIT gives up on
   * inlining and boxes every vector.
   *
   * @param from the tile's results, {@code rows} rows of one strip
   * @param vectors of a strip that hold channels, 1 or 2
   * @param to row r goes to {@code to + r · stride}
   */
  static void spill(float[] f, int from, int rows, int vectors, int[] sums, int to, int stride, boolean add) {
    for (int half = 0; half < vectors * L; half += L) {
      if (add) {
        add(f, from + half, rows, sums, to + half, stride);
      } else {
        store(f, from + half, rows, sums, to + half, stride);
      }
    }
  }

  private static void store(float[] f, int from, int rows, int[] sums, int to, int stride) {
    for (int r = 0; r < rows; r++) {
      FloatVector run = FloatVector.fromArray(Lanes.FLOAT, f, from + r * FloatPanel.STRIP);
      ((IntVector) run.convert(VectorOperators.F2I, 0)).intoArray(sums, to + r * stride);
    }
  }

  private static void add(float[] f, int from, int rows, int[] sums, int to, int stride) {
    for (int r = 0; r < rows; r++) {
      FloatVector run = FloatVector.fromArray(Lanes.FLOAT, f, from + r * FloatPanel.STRIP);
      IntVector sum = IntVector.fromArray(Lanes.INT, sums, to + r * stride);
      sum.add((IntVector) run.convert(VectorOperators.F2I, 0)).intoArray(sums, to + r * stride);
    }
  }
}
