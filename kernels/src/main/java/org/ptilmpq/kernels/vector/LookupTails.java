package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.vector.RequantizeRows.SumLanes;

/**
 * The contribution of sparse tails to the sums of a look-up. Most listed inputs have a tail in one or two of a block's
 * channels, which are multiplied one by one. The others are a product in fp32 lanes like {@link FloatTiles}. That is
 * exact: what a tail adds is a multiple of 2ᵇ, b the block's width, and at most 2¹², so that {@value #ROWS} of them
 * times bytes are at most 2²⁵⁻ᵇ such units, b ≥ 1, and a float holds all whole numbers to 2²⁴. The inputs are read from
 * the tables, where the entry with one bit set is an input itself, so that padding and strides are already taken care
 * of.
 */
final class LookupTails {

  /** Inputs that are multiplied at a time in lanes. */
  static final int ROWS = 64;

  /** Tails that are multiplied at a time one by one. */
  static final int SINGLES = 512;

  /** Inputs with more tails go to the lanes. */
  static final int FEW = 4;

  /** Floats that a panel takes, with the results of a tile after it. */
  static final int FLOATS = (ROWS + LookupTiles.ROWS) * PackedWeights.BLOCK;

  private static final int L = Lanes.WORDS;

  private LookupTails() {}

  /** Unpacks the tails of one listed input: 64 floats in even-odd order. */
  static void unpack(PackedWeights weights, Block block, int row, long channels, float[] panel, int at) {
    Arrays.fill(panel, at, at + PackedWeights.BLOCK, 0);
    for (long left = channels; left != 0; left &= left - 1) {
      int j = Long.numberOfTrailingZeros(left);
      panel[at + SumLanes.evenOddLane(j)] = weights.tail(block, row, j) << block.width();
    }
  }

  /**
   * Adds tails one by one to the sums of seven pixels.
   *
   * @param tables the seven pixels' tables start at {@code at} and then {@code step} further each
   * @param ints sums, the seven pixels' from {@code to} on and then {@code stride} further each; and the tails, from
   *     {@code tail} on three numbers each: where the input is in the tables, the channel's lane, what it counts
   */
  static void addSeven(short[] tables, int at, int step, int[] ints, int tail, int count, int to, int stride) {
    for (int i = tail; i < tail + 3 * count; i += 3) {
      int x = at + ints[i];
      int sum = to + ints[i + 1];
      int level = ints[i + 2];
      ints[sum] += level * tables[x];
      ints[sum + stride] += level * tables[x + step];
      ints[sum + 2 * stride] += level * tables[x + 2 * step];
      ints[sum + 3 * stride] += level * tables[x + 3 * step];
      ints[sum + 4 * stride] += level * tables[x + 4 * step];
      ints[sum + 5 * stride] += level * tables[x + 5 * step];
      ints[sum + 6 * stride] += level * tables[x + 6 * step];
    }
  }

  /** Adds tails one by one to the sums of one pixel. */
  static void addOne(short[] tables, int at, int[] ints, int tail, int count, int to) {
    for (int i = tail; i < tail + 3 * count; i += 3) {
      ints[to + ints[i + 1]] += ints[i + 2] * tables[at + ints[i]];
    }
  }

  /**
   * Multiplies seven pixels with the channels of one vector of 16-bit lanes.
   *
   * @param tables the seven pixels' tables start at {@code at} and then {@code step} further each
   * @param entries where each listed input is from there
   * @param entry the first of them
   * @param rows listed inputs
   * @param f panel, from {@code panel} on; results, rows of two vectors, from {@code to} on
   */
  static void multiply(
      short[] tables, int at, int step, int[] entries, int entry, int rows, float[] f, int panel, int to) {
    FloatVector z = FloatVector.zero(Lanes.FLOAT);
    FloatVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z;
    FloatVector b0 = z, b1 = z, b2 = z, b3 = z, b4 = z, b5 = z, b6 = z;
    int r1 = at + step, r2 = r1 + step, r3 = r2 + step, r4 = r3 + step, r5 = r4 + step, r6 = r5 + step;
    for (int k = 0; k < rows; k++) {
      int e = entries[entry + k];
      FloatVector u = FloatVector.fromArray(Lanes.FLOAT, f, panel + k * PackedWeights.BLOCK);
      FloatVector v = FloatVector.fromArray(Lanes.FLOAT, f, panel + k * PackedWeights.BLOCK + L);
      FloatVector t = FloatVector.broadcast(Lanes.FLOAT, tables[at + e]);
      a0 = t.fma(u, a0);
      b0 = t.fma(v, b0);
      t = FloatVector.broadcast(Lanes.FLOAT, tables[r1 + e]);
      a1 = t.fma(u, a1);
      b1 = t.fma(v, b1);
      t = FloatVector.broadcast(Lanes.FLOAT, tables[r2 + e]);
      a2 = t.fma(u, a2);
      b2 = t.fma(v, b2);
      t = FloatVector.broadcast(Lanes.FLOAT, tables[r3 + e]);
      a3 = t.fma(u, a3);
      b3 = t.fma(v, b3);
      t = FloatVector.broadcast(Lanes.FLOAT, tables[r4 + e]);
      a4 = t.fma(u, a4);
      b4 = t.fma(v, b4);
      t = FloatVector.broadcast(Lanes.FLOAT, tables[r5 + e]);
      a5 = t.fma(u, a5);
      b5 = t.fma(v, b5);
      t = FloatVector.broadcast(Lanes.FLOAT, tables[r6 + e]);
      a6 = t.fma(u, a6);
      b6 = t.fma(v, b6);
    }
    a0.intoArray(f, to);
    b0.intoArray(f, to + L);
    a1.intoArray(f, to + 2 * L);
    b1.intoArray(f, to + 3 * L);
    a2.intoArray(f, to + 4 * L);
    b2.intoArray(f, to + 5 * L);
    a3.intoArray(f, to + 6 * L);
    b3.intoArray(f, to + 7 * L);
    a4.intoArray(f, to + 8 * L);
    b4.intoArray(f, to + 9 * L);
    a5.intoArray(f, to + 10 * L);
    b5.intoArray(f, to + 11 * L);
    a6.intoArray(f, to + 12 * L);
    b6.intoArray(f, to + 13 * L);
  }
}
