package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.TileSizes;

/**
 * Register tiles of the inner product in 16-bit lanes: twice the lanes of floats, and on NEON one multiply-add each. A tile
 * multiplies rows of inputs (pixels) with one strip of a {@link ShortPanel}, run by run. Within a run sums can't leave 16 bits
 * ({@link ShortRuns}); between runs what is above the low byte of each sum is <em>carried</em> to a second lane, which counts
 * 256 times. So nothing leaves the registers before the tile of inputs is done, and short runs cost little: three cheap
 * operations a vector. {@link #spill} then puts both lanes together in 32 bits.
 *
 * <p>All tiles have the same parameters: {@code s} holds inputs, levels and results; row r has its inputs from {@code x + r ·
 * ROW} on, the strip its levels from {@code at} on; runs end at {@code ends}, the first one is {@code run} and begins at input
 * k0, the last one ends at k1; results go to {@code to}, rows of one strip, the low lanes of all {@value #ROWS} rows before the
 * high ones, which must be 0 where there is more than one run. The tile of seven rows suits networks for 224 × 224 pictures,
 * whose layers have 7² · 4ⁿ pixels.
 */
final class ShortTiles {

  /** Rows of the large tiles. */
  static final int ROWS = TileSizes.UNIT;

  /**
   * From one row of inputs to the next: a constant, so that one register addresses all of them. It is no power of 2, for the
   * caches.
   */
  static final int ROW = ShortRuns.TILE + 32;

  private static final int L = Lanes.SHORTS;
  private static final int STRIP = ShortPanel.STRIP;

  /** From the low lanes of a tile's results to the high ones. */
  private static final int HIGH = ROWS * STRIP;

  /** 16-bit numbers of one tile's results. */
  static final int RESULTS = 2 * HIGH;

  private static final short LOW_BYTE = 0xFF;

  private ShortTiles() {}

  /** Clears the high lanes of results at {@code to}, before a tile of several runs. */
  static void clearHigh(short[] s, int to) {
    Arrays.fill(s, to + HIGH, to + RESULTS, (short) 0);
  }

  /** Seven rows times two vectors of channels. */
  static void sevenByTwo(short[] s, int x, int at, int[] ends, int run, int k0, int k1, int to) {
    ShortVector z = ShortVector.zero(Lanes.SHORT);
    ShortVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    ShortVector b0 = z, b1 = z, b2 = z, b3 = z, b4 = z, b5 = z, b6 = z;
    int levels = at - x * STRIP;
    int last = x + k1 - k0;
    int carried = to + HIGH;
    for (int i = x, r = run; ; r++) {
      int end = x + ends[r] - k0;
      do {
        ShortVector u = ShortVector.fromArray(Lanes.SHORT, s, levels + i * STRIP);
        ShortVector v = ShortVector.fromArray(Lanes.SHORT, s, levels + i * STRIP + L);
        ShortVector t = ShortVector.broadcast(Lanes.SHORT, s[i]);
        a0 = t.mul(u).add(a0);
        b0 = t.mul(v).add(b0);
        t = ShortVector.broadcast(Lanes.SHORT, s[i + ROW]);
        a1 = t.mul(u).add(a1);
        b1 = t.mul(v).add(b1);
        t = ShortVector.broadcast(Lanes.SHORT, s[i + 2 * ROW]);
        a2 = t.mul(u).add(a2);
        b2 = t.mul(v).add(b2);
        t = ShortVector.broadcast(Lanes.SHORT, s[i + 3 * ROW]);
        a3 = t.mul(u).add(a3);
        b3 = t.mul(v).add(b3);
        t = ShortVector.broadcast(Lanes.SHORT, s[i + 4 * ROW]);
        a4 = t.mul(u).add(a4);
        b4 = t.mul(v).add(b4);
        t = ShortVector.broadcast(Lanes.SHORT, s[i + 5 * ROW]);
        a5 = t.mul(u).add(a5);
        b5 = t.mul(v).add(b5);
        t = ShortVector.broadcast(Lanes.SHORT, s[i + 6 * ROW]);
        a6 = t.mul(u).add(a6);
        b6 = t.mul(v).add(b6);
      } while (++i < end);
      if (i >= last) {
        break;
      }
      ShortVector high = ShortVector.fromArray(Lanes.SHORT, s, carried);
      a0.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried);
      a0 = a0.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + STRIP);
      a1.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + STRIP);
      a1 = a1.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 2 * STRIP);
      a2.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 2 * STRIP);
      a2 = a2.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 3 * STRIP);
      a3.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 3 * STRIP);
      a3 = a3.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 4 * STRIP);
      a4.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 4 * STRIP);
      a4 = a4.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 5 * STRIP);
      a5.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 5 * STRIP);
      a5 = a5.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 6 * STRIP);
      a6.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 6 * STRIP);
      a6 = a6.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + L);
      b0.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + L);
      b0 = b0.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + STRIP + L);
      b1.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + STRIP + L);
      b1 = b1.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 2 * STRIP + L);
      b2.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 2 * STRIP + L);
      b2 = b2.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 3 * STRIP + L);
      b3.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 3 * STRIP + L);
      b3 = b3.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 4 * STRIP + L);
      b4.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 4 * STRIP + L);
      b4 = b4.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 5 * STRIP + L);
      b5.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 5 * STRIP + L);
      b5 = b5.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 6 * STRIP + L);
      b6.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 6 * STRIP + L);
      b6 = b6.and(LOW_BYTE);
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
  static void sevenByOne(short[] s, int x, int at, int[] ends, int run, int k0, int k1, int to) {
    ShortVector z = ShortVector.zero(Lanes.SHORT);
    ShortVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    int levels = at - x * STRIP;
    int last = x + k1 - k0;
    int carried = to + HIGH;
    for (int i = x, r = run; ; r++) {
      int end = x + ends[r] - k0;
      do {
        ShortVector u = ShortVector.fromArray(Lanes.SHORT, s, levels + i * STRIP);
        a0 = ShortVector.broadcast(Lanes.SHORT, s[i]).mul(u).add(a0);
        a1 = ShortVector.broadcast(Lanes.SHORT, s[i + ROW]).mul(u).add(a1);
        a2 = ShortVector.broadcast(Lanes.SHORT, s[i + 2 * ROW]).mul(u).add(a2);
        a3 = ShortVector.broadcast(Lanes.SHORT, s[i + 3 * ROW]).mul(u).add(a3);
        a4 = ShortVector.broadcast(Lanes.SHORT, s[i + 4 * ROW]).mul(u).add(a4);
        a5 = ShortVector.broadcast(Lanes.SHORT, s[i + 5 * ROW]).mul(u).add(a5);
        a6 = ShortVector.broadcast(Lanes.SHORT, s[i + 6 * ROW]).mul(u).add(a6);
      } while (++i < end);
      if (i >= last) {
        break;
      }
      ShortVector high = ShortVector.fromArray(Lanes.SHORT, s, carried);
      a0.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried);
      a0 = a0.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + STRIP);
      a1.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + STRIP);
      a1 = a1.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 2 * STRIP);
      a2.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 2 * STRIP);
      a2 = a2.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 3 * STRIP);
      a3.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 3 * STRIP);
      a3 = a3.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 4 * STRIP);
      a4.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 4 * STRIP);
      a4 = a4.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 5 * STRIP);
      a5.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 5 * STRIP);
      a5 = a5.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + 6 * STRIP);
      a6.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + 6 * STRIP);
      a6 = a6.and(LOW_BYTE);
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
  static void oneByTwo(short[] s, int x, int at, int[] ends, int run, int k0, int k1, int to) {
    int levels = at - x * STRIP;
    int last = x + k1 - k0;
    int carried = to + HIGH;
    ShortVector z = ShortVector.zero(Lanes.SHORT);
    ShortVector a = z, b = z;
    for (int i = x, r = run; ; r++) {
      int end = x + ends[r] - k0;
      do {
        ShortVector t = ShortVector.broadcast(Lanes.SHORT, s[i]);
        a = t.mul(ShortVector.fromArray(Lanes.SHORT, s, levels + i * STRIP)).add(a);
        b = t.mul(ShortVector.fromArray(Lanes.SHORT, s, levels + i * STRIP + L)).add(b);
      } while (++i < end);
      if (i >= last) {
        break;
      }
      ShortVector high = ShortVector.fromArray(Lanes.SHORT, s, carried);
      a.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried);
      a = a.and(LOW_BYTE);
      high = ShortVector.fromArray(Lanes.SHORT, s, carried + L);
      b.lanewise(VectorOperators.ASHR, 8).add(high).intoArray(s, carried + L);
      b = b.and(LOW_BYTE);
    }
    a.intoArray(s, to);
    b.intoArray(s, to + L);
  }

  /**
   * Stores or adds a tile's results to rows of 32-bit sums, in the order of {@link SumLanes#evenOdd}: a 16-bit lane is half
   * of a 32-bit one, and two shifts widen all even lanes, one all odd ones.
   *
   * @param from the tile's results
   * @param vectors of a strip that hold channels, 1 or 2
   * @param carried whether there was more than one run, and high lanes count
   * @param to row r goes to {@code to + r · stride}
   */
  static void spill(
      short[] s, int from, int rows, int vectors, boolean carried, int[] sums, int to, int stride, boolean add) {
    for (int half = 0; half < vectors * L; half += L) {
      if (carried) {
        spillBoth(s, from + half, rows, sums, to + half, stride, add);
      } else if (add) {
        addLow(s, from + half, rows, sums, to + half, stride);
      } else {
        storeLow(s, from + half, rows, sums, to + half, stride);
      }
    }
  }

  private static void storeLow(short[] s, int from, int rows, int[] sums, int to, int stride) {
    for (int r = 0; r < rows; r++) {
      IntVector pairs = ShortVector.fromArray(Lanes.SHORT, s, from + r * STRIP).reinterpretAsInts();
      pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16).intoArray(sums, to + r * stride);
      pairs.lanewise(VectorOperators.ASHR, 16).intoArray(sums, to + r * stride + Lanes.WORDS);
    }
  }

  private static void addLow(short[] s, int from, int rows, int[] sums, int to, int stride) {
    for (int r = 0; r < rows; r++) {
      int at = to + r * stride;
      IntVector pairs = ShortVector.fromArray(Lanes.SHORT, s, from + r * STRIP).reinterpretAsInts();
      IntVector even = IntVector.fromArray(Lanes.INT, sums, at);
      IntVector odd = IntVector.fromArray(Lanes.INT, sums, at + Lanes.WORDS);
      even.add(pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16)).intoArray(sums, at);
      odd.add(pairs.lanewise(VectorOperators.ASHR, 16)).intoArray(sums, at + Lanes.WORDS);
    }
  }

  private static void spillBoth(short[] s, int from, int rows, int[] sums, int to, int stride, boolean add) {
    for (int r = 0; r < rows; r++) {
      int at = to + r * stride;
      IntVector low = ShortVector.fromArray(Lanes.SHORT, s, from + r * STRIP).reinterpretAsInts();
      IntVector high = ShortVector.fromArray(Lanes.SHORT, s, from + HIGH + r * STRIP).reinterpretAsInts();
      IntVector even =
          high.lanewise(VectorOperators.LSHL, 16)
              .lanewise(VectorOperators.ASHR, 8)
              .add(low.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
      IntVector odd =
          high.lanewise(VectorOperators.ASHR, 16)
              .lanewise(VectorOperators.LSHL, 8)
              .add(low.lanewise(VectorOperators.ASHR, 16));
      if (add) {
        even = IntVector.fromArray(Lanes.INT, sums, at).add(even);
        odd = IntVector.fromArray(Lanes.INT, sums, at + Lanes.WORDS).add(odd);
      }
      even.intoArray(sums, at);
      odd.intoArray(sums, at + Lanes.WORDS);
    }
  }
}
