package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.ptilmpq.kernels.vector.RequantizeRows.SumLanes;
import org.ptilmpq.kernels.vector.SubsetTables.InputSums;

/**
 * Register tiles of the look-up product: seven pixels times one to three bit planes of a vector of channels stay in
 * registers as sums of 16 bits, over at most {@value LookupShape#RUN} inputs. A permute looks up what a plane selects
 * of {@link SubsetTables#INPUTS} inputs, an addition adds it.
 *
 * <p>All tiles have the same parameters: {@code s} holds tables, indices and results; the tables of the seven pixels'
 * first groups start at {@code at} and then {@code step} further each; the indices of a group start at {@code index},
 * those of the next one {@code next} further; results go to {@code to}, [plane][pixel].
 */
final class LookupTiles {

  /** Pixels of a tile: networks for 224 × 224 pictures have rows of 7 · 2ⁿ. */
  static final int ROWS = 7;

  /** Planes of the largest tile: with three, sums, indices and a table fill the registers. */
  static final int MAX_PLANES = 3;

  private static final int L = Lanes.SHORTS;

  private LookupTiles() {}

  /** Looks up {@code planes} planes, at most {@value #MAX_PLANES}. */
  static void lookUp(short[] s, int at, int step, int index, int next, int groups, int planes, int to) {
    switch (planes) {
      case 1 -> onePlane(s, at, step, index, next, groups, to);
      case 2 -> twoPlanes(s, at, step, index, next, groups, to);
      default -> threePlanes(s, at, step, index, next, groups, to);
    }
  }

  /** Looks up one plane for seven pixels. */
  static void onePlane(short[] s, int at, int step, int index, int next, int groups, int to) {
    ShortVector z = ShortVector.zero(Lanes.SHORT);
    ShortVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    int r1 = step, r2 = r1 + step, r3 = r2 + step, r4 = r3 + step, r5 = r4 + step, r6 = r5 + step;
    for (int g = 0, t = at, i = index; g < groups; g++, t += L, i += next) {
      ShortVector u = ShortVector.fromArray(Lanes.SHORT, s, i);
      ShortVector sums = ShortVector.fromArray(Lanes.SHORT, s, t);
      a0 = u.selectFrom(sums).add(a0);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r1);
      a1 = u.selectFrom(sums).add(a1);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r2);
      a2 = u.selectFrom(sums).add(a2);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r3);
      a3 = u.selectFrom(sums).add(a3);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r4);
      a4 = u.selectFrom(sums).add(a4);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r5);
      a5 = u.selectFrom(sums).add(a5);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r6);
      a6 = u.selectFrom(sums).add(a6);
    }
    a0.intoArray(s, to);
    a1.intoArray(s, to + L);
    a2.intoArray(s, to + 2 * L);
    a3.intoArray(s, to + 3 * L);
    a4.intoArray(s, to + 4 * L);
    a5.intoArray(s, to + 5 * L);
    a6.intoArray(s, to + 6 * L);
  }

  /** Looks up two planes for seven pixels. */
  static void twoPlanes(short[] s, int at, int step, int index, int next, int groups, int to) {
    ShortVector z = ShortVector.zero(Lanes.SHORT);
    ShortVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    ShortVector b0 = z, b1 = z, b2 = z, b3 = z, b4 = z, b5 = z, b6 = z;
    int r1 = step, r2 = r1 + step, r3 = r2 + step, r4 = r3 + step, r5 = r4 + step, r6 = r5 + step;
    for (int g = 0, t = at, i = index; g < groups; g++, t += L, i += next) {
      ShortVector u = ShortVector.fromArray(Lanes.SHORT, s, i);
      ShortVector v = ShortVector.fromArray(Lanes.SHORT, s, i + L);
      ShortVector sums = ShortVector.fromArray(Lanes.SHORT, s, t);
      a0 = u.selectFrom(sums).add(a0);
      b0 = v.selectFrom(sums).add(b0);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r1);
      a1 = u.selectFrom(sums).add(a1);
      b1 = v.selectFrom(sums).add(b1);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r2);
      a2 = u.selectFrom(sums).add(a2);
      b2 = v.selectFrom(sums).add(b2);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r3);
      a3 = u.selectFrom(sums).add(a3);
      b3 = v.selectFrom(sums).add(b3);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r4);
      a4 = u.selectFrom(sums).add(a4);
      b4 = v.selectFrom(sums).add(b4);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r5);
      a5 = u.selectFrom(sums).add(a5);
      b5 = v.selectFrom(sums).add(b5);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r6);
      a6 = u.selectFrom(sums).add(a6);
      b6 = v.selectFrom(sums).add(b6);
    }
    a0.intoArray(s, to);
    a1.intoArray(s, to + L);
    a2.intoArray(s, to + 2 * L);
    a3.intoArray(s, to + 3 * L);
    a4.intoArray(s, to + 4 * L);
    a5.intoArray(s, to + 5 * L);
    a6.intoArray(s, to + 6 * L);
    b0.intoArray(s, to + 7 * L);
    b1.intoArray(s, to + 8 * L);
    b2.intoArray(s, to + 9 * L);
    b3.intoArray(s, to + 10 * L);
    b4.intoArray(s, to + 11 * L);
    b5.intoArray(s, to + 12 * L);
    b6.intoArray(s, to + 13 * L);
  }

  /** Looks up three planes for seven pixels. */
  static void threePlanes(short[] s, int at, int step, int index, int next, int groups, int to) {
    ShortVector z = ShortVector.zero(Lanes.SHORT);
    ShortVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    ShortVector b0 = z, b1 = z, b2 = z, b3 = z, b4 = z, b5 = z, b6 = z;
    ShortVector c0 = z, c1 = z, c2 = z, c3 = z, c4 = z, c5 = z, c6 = z;
    int r1 = step, r2 = r1 + step, r3 = r2 + step, r4 = r3 + step, r5 = r4 + step, r6 = r5 + step;
    for (int g = 0, t = at, i = index; g < groups; g++, t += L, i += next) {
      ShortVector u = ShortVector.fromArray(Lanes.SHORT, s, i);
      ShortVector v = ShortVector.fromArray(Lanes.SHORT, s, i + L);
      ShortVector w = ShortVector.fromArray(Lanes.SHORT, s, i + 2 * L);
      ShortVector sums = ShortVector.fromArray(Lanes.SHORT, s, t);
      a0 = u.selectFrom(sums).add(a0);
      b0 = v.selectFrom(sums).add(b0);
      c0 = w.selectFrom(sums).add(c0);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r1);
      a1 = u.selectFrom(sums).add(a1);
      b1 = v.selectFrom(sums).add(b1);
      c1 = w.selectFrom(sums).add(c1);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r2);
      a2 = u.selectFrom(sums).add(a2);
      b2 = v.selectFrom(sums).add(b2);
      c2 = w.selectFrom(sums).add(c2);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r3);
      a3 = u.selectFrom(sums).add(a3);
      b3 = v.selectFrom(sums).add(b3);
      c3 = w.selectFrom(sums).add(c3);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r4);
      a4 = u.selectFrom(sums).add(a4);
      b4 = v.selectFrom(sums).add(b4);
      c4 = w.selectFrom(sums).add(c4);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r5);
      a5 = u.selectFrom(sums).add(a5);
      b5 = v.selectFrom(sums).add(b5);
      c5 = w.selectFrom(sums).add(c5);
      sums = ShortVector.fromArray(Lanes.SHORT, s, t + r6);
      a6 = u.selectFrom(sums).add(a6);
      b6 = v.selectFrom(sums).add(b6);
      c6 = w.selectFrom(sums).add(c6);
    }
    a0.intoArray(s, to);
    a1.intoArray(s, to + L);
    a2.intoArray(s, to + 2 * L);
    a3.intoArray(s, to + 3 * L);
    a4.intoArray(s, to + 4 * L);
    a5.intoArray(s, to + 5 * L);
    a6.intoArray(s, to + 6 * L);
    b0.intoArray(s, to + 7 * L);
    b1.intoArray(s, to + 8 * L);
    b2.intoArray(s, to + 9 * L);
    b3.intoArray(s, to + 10 * L);
    b4.intoArray(s, to + 11 * L);
    b5.intoArray(s, to + 12 * L);
    b6.intoArray(s, to + 13 * L);
    c0.intoArray(s, to + 14 * L);
    c1.intoArray(s, to + 15 * L);
    c2.intoArray(s, to + 16 * L);
    c3.intoArray(s, to + 17 * L);
    c4.intoArray(s, to + 18 * L);
    c5.intoArray(s, to + 19 * L);
    c6.intoArray(s, to + 20 * L);
  }

  /**
   * Puts planes together: the last one is negative. Results are in the order of {@link SumLanes#evenOdd}: a 16-bit lane
   * is half of a 32-bit one, and two shifts widen all even lanes, one all odd ones.
   *
   * @param from sums of {@code planes} planes, [plane][pixel]
   * @param inputSums of half steps, whose planes count twice: where the rows' {@link InputSums} are; else negative
   * @param rows pixels to take
   * @param to row r goes to {@code to + r · stride}
   * @param add whether to add to what is there
   */
  static void spill(
      short[] s, int from, int planes, int inputSums, int rows, int[] sums, int to, int stride, boolean add) {
    int shift = inputSums < 0 ? 0 : 1;
    for (int r = 0; r < rows; r++) {
      int at = to + r * stride;
      IntVector top =
          ShortVector.fromArray(Lanes.SHORT, s, from + ((planes - 1) * ROWS + r) * L).reinterpretAsInts();
      IntVector even = top.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 17 - planes - shift).neg();
      IntVector odd =
          top.lanewise(VectorOperators.ASHR, 16).lanewise(VectorOperators.LSHL, planes - 1 + shift).neg();
      for (int plane = 0; plane < planes - 1; plane++) {
        IntVector pairs = ShortVector.fromArray(Lanes.SHORT, s, from + (plane * ROWS + r) * L).reinterpretAsInts();
        even = pairs.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16 - plane - shift).add(even);
        odd = pairs.lanewise(VectorOperators.ASHR, 16).lanewise(VectorOperators.LSHL, plane + shift).add(odd);
      }
      if (inputSums >= 0) {
        even = IntVector.broadcast(Lanes.INT, sums[inputSums + r]).add(even);
        odd = IntVector.broadcast(Lanes.INT, sums[inputSums + r]).add(odd);
      }
      if (add) {
        even = IntVector.fromArray(Lanes.INT, sums, at).add(even);
        odd = IntVector.fromArray(Lanes.INT, sums, at + Lanes.WORDS).add(odd);
      }
      even.intoArray(sums, at);
      odd.intoArray(sums, at + Lanes.WORDS);
    }
  }
}
