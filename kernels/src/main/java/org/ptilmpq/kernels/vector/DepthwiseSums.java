package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;

/**
 * The inner product of depthwise convolutions: sums of a row of output pixels for one vector of channels, in fp32 lanes
 * that are exact as those of {@link FloatTiles}. Bytes become floats as they are loaded. Windows of 3 × 3 go through
 * the input column by column: a column takes part in up to three windows, whose sums are carried along, so that each
 * byte is loaded once per row of outputs instead of nine times.
 */
final class DepthwiseSums {

  /** Pixels of {@link #anyWindow}'s register tile: networks for 224 × 224 pictures have rows of 7 · 2ⁿ. */
  static final int TILE = 7;

  /** Results that are written before the first one, of windows that begin left of the row. */
  static final int BEFORE = 2;

  private static final int L = Lanes.WORDS;

  private DepthwiseSums() {}

  /**
   * Sums windows of 3 × 3 next to each other.
   *
   * @param bytes rows of the input
   * @param top the first byte of the window's upper row; {@code middle} and {@code bottom} likewise
   * @param stride from a column to the next one
   * @param pixels of the output
   * @param levels of the first tap from {@code level} on; one vector per tap
   * @param sums results, one vector per pixel, from {@code to} on; {@link #BEFORE} vectors before them are overwritten
   */
  static void everyColumn(
      byte[] bytes,
      int top,
      int middle,
      int bottom,
      int stride,
      int pixels,
      float[] levels,
      int level,
      float[] sums,
      int to) {
    FloatVector w00 = FloatVector.fromArray(Lanes.FLOAT, levels, level);
    FloatVector w01 = FloatVector.fromArray(Lanes.FLOAT, levels, level + L);
    FloatVector w02 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 2 * L);
    FloatVector w10 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 3 * L);
    FloatVector w11 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 4 * L);
    FloatVector w12 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 5 * L);
    FloatVector w20 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 6 * L);
    FloatVector w21 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 7 * L);
    FloatVector w22 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 8 * L);
    FloatVector oneColumn = FloatVector.zero(Lanes.FLOAT);
    FloatVector twoColumns = oneColumn;
    for (int column = 0; column < pixels + 2; column++) {
      int at = column * stride;
      FloatVector x0 =
          (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, top + at).castShape(Lanes.FLOAT, 0);
      FloatVector x1 =
          (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, middle + at).castShape(Lanes.FLOAT, 0);
      FloatVector x2 =
          (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, bottom + at).castShape(Lanes.FLOAT, 0);
      x2.fma(w22, x1.fma(w12, x0.fma(w02, twoColumns))).intoArray(sums, to + (column - 2) * L);
      twoColumns = x2.fma(w21, x1.fma(w11, x0.fma(w01, oneColumn)));
      oneColumn = x2.fma(w20, x1.fma(w10, x0.mul(w00)));
    }
  }

  /** Sums windows of 3 × 3 that are two columns apart. The column left of the first one is also loaded. */
  static void everyOtherColumn(
      byte[] bytes,
      int top,
      int middle,
      int bottom,
      int stride,
      int pixels,
      float[] levels,
      int level,
      float[] sums,
      int to) {
    FloatVector w00 = FloatVector.fromArray(Lanes.FLOAT, levels, level);
    FloatVector w01 = FloatVector.fromArray(Lanes.FLOAT, levels, level + L);
    FloatVector w02 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 2 * L);
    FloatVector w10 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 3 * L);
    FloatVector w11 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 4 * L);
    FloatVector w12 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 5 * L);
    FloatVector w20 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 6 * L);
    FloatVector w21 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 7 * L);
    FloatVector w22 = FloatVector.fromArray(Lanes.FLOAT, levels, level + 8 * L);
    FloatVector oneColumn = FloatVector.zero(Lanes.FLOAT);
    for (int pixel = -1; pixel < pixels; pixel++) {
      int at = (2 * pixel + 1) * stride;
      FloatVector x0 =
          (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, top + at).castShape(Lanes.FLOAT, 0);
      FloatVector x1 =
          (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, middle + at).castShape(Lanes.FLOAT, 0);
      FloatVector x2 =
          (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, bottom + at).castShape(Lanes.FLOAT, 0);
      FloatVector twoColumns = x2.fma(w21, x1.fma(w11, x0.fma(w01, oneColumn)));
      at += stride;
      x0 = (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, top + at).castShape(Lanes.FLOAT, 0);
      x1 = (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, middle + at).castShape(Lanes.FLOAT, 0);
      x2 = (FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, bottom + at).castShape(Lanes.FLOAT, 0);
      x2.fma(w22, x1.fma(w12, x0.fma(w02, twoColumns))).intoArray(sums, to + pixel * L);
      oneColumn = x2.fma(w20, x1.fma(w10, x0.mul(w00)));
    }
  }

  /**
   * Sums seven windows of any kind.
   *
   * @param at place of the first window, to which the entries of {@code taps} are added
   * @param stride from a window to the next one
   * @param taps where the first window sees its inputs
   * @param count of the taps
   */
  static void anyWindow(
      byte[] bytes, int at, int stride, int[] taps, int count, float[] levels, int level, float[] sums, int to) {
    FloatVector z = FloatVector.zero(Lanes.FLOAT);
    FloatVector s0 = z, s1 = z, s2 = z, s3 = z, s4 = z, s5 = z, s6 = z;
    for (int tap = 0; tap < count; tap++) {
      int x = at + taps[tap];
      FloatVector w = FloatVector.fromArray(Lanes.FLOAT, levels, level + tap * L);
      s0 = w.fma(ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, x).castShape(Lanes.FLOAT, 0), s0);
      s1 = w.fma(ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, x + stride).castShape(Lanes.FLOAT, 0), s1);
      s2 = w.fma(ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, x + 2 * stride).castShape(Lanes.FLOAT, 0), s2);
      s3 = w.fma(ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, x + 3 * stride).castShape(Lanes.FLOAT, 0), s3);
      s4 = w.fma(ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, x + 4 * stride).castShape(Lanes.FLOAT, 0), s4);
      s5 = w.fma(ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, x + 5 * stride).castShape(Lanes.FLOAT, 0), s5);
      s6 = w.fma(ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, x + 6 * stride).castShape(Lanes.FLOAT, 0), s6);
    }
    s0.intoArray(sums, to);
    s1.intoArray(sums, to + L);
    s2.intoArray(sums, to + 2 * L);
    s3.intoArray(sums, to + 3 * L);
    s4.intoArray(sums, to + 4 * L);
    s5.intoArray(sums, to + 5 * L);
    s6.intoArray(sums, to + 6 * L);
  }
}
