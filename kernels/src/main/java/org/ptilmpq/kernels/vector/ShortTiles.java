package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Register tiles of the inner product in 16-bit lanes: twice the lanes of floats, and on NEON one multiply-add each. Sums
 * wrap around at 16 bits, and callers keep runs so short that none does ({@link ShortRuns}).
 *
 * <p>A tile multiplies rows of inputs (pixels) with one strip of a {@link ShortPanel}; {@link #spill} takes its results to
 * 32 bits. The tile of seven rows suits networks for 224 × 224 pictures, whose layers have 7² · 4ⁿ pixels.
 */
final class ShortTiles {

  /** Rows of the large tiles. */
  static final int ROWS = 7;

  private static final int L = Lanes.SHORTS;
  private static final int STRIP = ShortPanel.STRIP;

  private ShortTiles() {}

  /**
   * Seven rows times two vectors of channels.
   *
   * @param s holds inputs, levels and results
   * @param xAt inputs; row r starts at {@code xAt + r · stride}
   * @param at levels of one strip
   * @param length of the run
   * @param to results, seven rows of one strip
   */
  static void sevenByTwo(short[] s, int xAt, int stride, int at, int length, int to) {
    ShortVector z = ShortVector.zero(Lanes.SHORT);
    ShortVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    ShortVector b0 = z, b1 = z, b2 = z, b3 = z, b4 = z, b5 = z, b6 = z;
    int r1 = xAt + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride, r5 = r4 + stride, r6 = r5 + stride;
    for (int k = 0; k < length; k++) {
      ShortVector u = ShortVector.fromArray(Lanes.SHORT, s, at + k * STRIP);
      ShortVector v = ShortVector.fromArray(Lanes.SHORT, s, at + k * STRIP + L);
      ShortVector t = ShortVector.broadcast(Lanes.SHORT, s[xAt + k]);
      a0 = t.mul(u).add(a0);
      b0 = t.mul(v).add(b0);
      t = ShortVector.broadcast(Lanes.SHORT, s[r1 + k]);
      a1 = t.mul(u).add(a1);
      b1 = t.mul(v).add(b1);
      t = ShortVector.broadcast(Lanes.SHORT, s[r2 + k]);
      a2 = t.mul(u).add(a2);
      b2 = t.mul(v).add(b2);
      t = ShortVector.broadcast(Lanes.SHORT, s[r3 + k]);
      a3 = t.mul(u).add(a3);
      b3 = t.mul(v).add(b3);
      t = ShortVector.broadcast(Lanes.SHORT, s[r4 + k]);
      a4 = t.mul(u).add(a4);
      b4 = t.mul(v).add(b4);
      t = ShortVector.broadcast(Lanes.SHORT, s[r5 + k]);
      a5 = t.mul(u).add(a5);
      b5 = t.mul(v).add(b5);
      t = ShortVector.broadcast(Lanes.SHORT, s[r6 + k]);
      a6 = t.mul(u).add(a6);
      b6 = t.mul(v).add(b6);
    }
    a0.intoArray(s, to);
    b0.intoArray(s, to + L);
    a1.intoArray(s, to + STRIP);
    b1.intoArray(s, to + STRIP + L);
    a2.intoArray(s, to + 2 * STRIP);
    b2.intoArray(s, to + 2 * STRIP + L);
    a3.intoArray(s, to + 3 * STRIP);
    b3.intoArray(s, to + 3 * STRIP + L);
    a4.intoArray(s, to + 4 * STRIP);
    b4.intoArray(s, to + 4 * STRIP + L);
    a5.intoArray(s, to + 5 * STRIP);
    b5.intoArray(s, to + 5 * STRIP + L);
    a6.intoArray(s, to + 6 * STRIP);
    b6.intoArray(s, to + 6 * STRIP + L);
  }

  /** Seven rows times the first vector of a strip whose second one holds no channel. */
  static void sevenByOne(short[] s, int xAt, int stride, int at, int length, int to) {
    ShortVector z = ShortVector.zero(Lanes.SHORT);
    ShortVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    int r1 = xAt + stride, r2 = r1 + stride, r3 = r2 + stride, r4 = r3 + stride, r5 = r4 + stride, r6 = r5 + stride;
    for (int k = 0; k < length; k++) {
      ShortVector u = ShortVector.fromArray(Lanes.SHORT, s, at + k * STRIP);
      a0 = ShortVector.broadcast(Lanes.SHORT, s[xAt + k]).mul(u).add(a0);
      a1 = ShortVector.broadcast(Lanes.SHORT, s[r1 + k]).mul(u).add(a1);
      a2 = ShortVector.broadcast(Lanes.SHORT, s[r2 + k]).mul(u).add(a2);
      a3 = ShortVector.broadcast(Lanes.SHORT, s[r3 + k]).mul(u).add(a3);
      a4 = ShortVector.broadcast(Lanes.SHORT, s[r4 + k]).mul(u).add(a4);
      a5 = ShortVector.broadcast(Lanes.SHORT, s[r5 + k]).mul(u).add(a5);
      a6 = ShortVector.broadcast(Lanes.SHORT, s[r6 + k]).mul(u).add(a6);
    }
    a0.intoArray(s, to);
    a1.intoArray(s, to + STRIP);
    a2.intoArray(s, to + 2 * STRIP);
    a3.intoArray(s, to + 3 * STRIP);
    a4.intoArray(s, to + 4 * STRIP);
    a5.intoArray(s, to + 5 * STRIP);
    a6.intoArray(s, to + 6 * STRIP);
  }

  /** One row times two vectors of channels: rows that are left over, and fully connected layers. */
  static void oneByTwo(short[] s, int xAt, int at, int length, int to) {
    ShortVector a = ShortVector.zero(Lanes.SHORT);
    ShortVector b = a;
    for (int k = 0; k < length; k++) {
      ShortVector t = ShortVector.broadcast(Lanes.SHORT, s[xAt + k]);
      a = t.mul(ShortVector.fromArray(Lanes.SHORT, s, at + k * STRIP)).add(a);
      b = t.mul(ShortVector.fromArray(Lanes.SHORT, s, at + k * STRIP + L)).add(b);
    }
    a.intoArray(s, to);
    b.intoArray(s, to + L);
  }

  /**
   * Stores or adds a tile's results to rows of 32-bit sums, in the order of {@link SumLanes#evenOdd}: a 16-bit lane is half
   * of a 32-bit one, and two shifts widen all even lanes, one all odd ones.
   *
   * @param from the tile's results, {@code rows} rows of one strip
   * @param vectors of a strip that hold channels, 1 or 2
   * @param to row r goes to {@code to + r · stride}
   */
  static void spill(short[] s, int from, int rows, int vectors, int[] sums, int to, int stride, boolean add) {
    for (int half = 0; half < vectors * L; half += L) {
      if (add) {
        add(s, from + half, rows, sums, to + half, stride);
      } else {
        store(s, from + half, rows, sums, to + half, stride);
      }
    }
  }

  private static void store(short[] s, int from, int rows, int[] sums, int to, int stride) {
    for (int r = 0; r < rows; r++) {
      IntVector pairs = ShortVector.fromArray(Lanes.SHORT, s, from + r * STRIP).reinterpretAsInts();
      pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16).intoArray(sums, to + r * stride);
      pairs.lanewise(VectorOperators.ASHR, 16).intoArray(sums, to + r * stride + Lanes.WORDS);
    }
  }

  private static void add(short[] s, int from, int rows, int[] sums, int to, int stride) {
    for (int r = 0; r < rows; r++) {
      int at = to + r * stride;
      IntVector pairs = ShortVector.fromArray(Lanes.SHORT, s, from + r * STRIP).reinterpretAsInts();
      IntVector even = IntVector.fromArray(Lanes.INT, sums, at);
      IntVector odd = IntVector.fromArray(Lanes.INT, sums, at + Lanes.WORDS);
      even.add(pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16)).intoArray(sums, at);
      odd.add(pairs.lanewise(VectorOperators.ASHR, 16)).intoArray(sums, at + Lanes.WORDS);
    }
  }
}
