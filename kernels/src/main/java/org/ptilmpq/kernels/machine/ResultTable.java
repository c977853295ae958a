package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.AffineBytes;
import org.ptilmpq.kernels.arithmetic.PoolingWindow.WindowMean;
import org.ptilmpq.kernels.arithmetic.Requantization;

/** The part of a {@link Context} about tensors and results, which is all of it for functions without weights. */
final class ResultTable {

  private ResultTable() {}

  /** Writes the part of any convolution's. */
  static void write(NativeTable table, KernelSpec.Convolution spec, Requantization requantization, Emitter e) {
    table.putLong(Context.INPUT_PLACE, spec.input().offset());
    table.putLong(Context.OUTPUT_PLACE, spec.floatScores() ? 0 : spec.output().offset());
    table.putLong(Context.RESIDUAL_PLACE, spec.residual() == null ? 0 : spec.residual().offset());
    putLanes(table, Context.RESIDUAL, requantization.residual());
    putBounds(table, requantization.low(), requantization.high());
    for (int lane = 0; lane < 16; lane++) {
      table.putInt(Context.LOW_BYTES + lane * Integer.BYTES, fourTimes(spec.low()));
      table.putInt(Context.HIGH_BYTES + lane * Integer.BYTES, fourTimes(spec.high()));
    }
    int[] order = e.tileOrder();
    for (int lane = 0; lane < order.length; lane++) {
      table.putInt(Context.ORDER + lane * Integer.BYTES, order[lane]);
    }
  }

  private static int fourTimes(int value) {
    return (value & 0xFF) * 0x01010101;
  }

  /**
   * Whether sum · multiplier + offset + residual could leave 32 bits, whatever the sum. If not, it can be rounded to
   * an integer before it is clamped, since rounding keeps the order and the bounds are integers.
   */
  static boolean mayExceedInts(Requantization requantization) {
    float[] multipliers = requantization.multiplier();
    float[] offsets = requantization.offset();
    double residual = 128.0 * Math.abs(requantization.residual());
    for (int c = 0; c < multipliers.length; c++) {
      double most = 0x1p31 * Math.abs(multipliers[c]) + Math.abs(offsets[c]) + residual;
      if (most > 0x1p30) {
        return true;
      }
    }
    return false;
  }

  /** Writes the context of an addition or a rescaling. */
  static MemorySegment write(Arena arena, AffineBytes affine) {
    NativeTable table = ofTensors(affine.left(), affine.output());
    table.putLong(Context.RESIDUAL_PLACE, affine.right() == null ? 0 : affine.right().offset());
    putLanes(table, Context.MULTIPLIER, affine.leftFactor());
    putLanes(table, Context.RESIDUAL, affine.rightFactor());
    putLanes(table, Context.ADDEND, affine.offset());
    putBounds(table, affine.low(), affine.high());
    return table.copyTo(table.allocate(arena));
  }

  /** Writes the context of a maximum. */
  static MemorySegment write(Arena arena, KernelSpec.MaxPooling spec) {
    NativeTable table = ofTensors(spec.input(), spec.output());
    table.putInt(Context.FILL, Byte.MIN_VALUE);
    return table.copyTo(table.allocate(arena));
  }

  /** Writes the context of a mean, with the multipliers of all output pixels after it. */
  static MemorySegment write(Arena arena, KernelSpec.AveragePooling spec) {
    NativeTable table = ofTensors(spec.input(), spec.output());
    WindowMean means = new WindowMean(spec);
    table.putInt(Context.FILL, spec.countPadding() ? spec.input().zeroPoint() : 0);
    putLanes(table, Context.ADDEND, means.offset());
    putBounds(table, spec.low(), spec.high());
    int at = table.reserve((long) spec.output().pixels() * Float.BYTES);
    for (int i = 0; i < spec.output().pixels(); i++) {
      int inside = means.inside(i / spec.output().width(), i % spec.output().width());
      table.putFloat(at + i * Float.BYTES, means.multiplier(inside));
    }
    MemorySegment memory = table.allocate(arena);
    table.putLong(Context.PIXEL_MULTIPLIERS, memory.address() + at);
    return table.copyTo(memory);
  }

  private static NativeTable ofTensors(TensorView input, TensorView output) {
    NativeTable table = new NativeTable();
    table.reserve(Context.BYTES);
    table.putLong(Context.INPUT_PLACE, input.offset());
    table.putLong(Context.OUTPUT_PLACE, output.offset());
    return table;
  }

  private static void putLanes(NativeTable table, int at, float value) {
    for (int lane = 0; lane < 16; lane++) {
      table.putFloat(at + lane * Float.BYTES, value);
    }
  }

  private static void putBounds(NativeTable table, float low, float high) {
    putLanes(table, Context.LOW, low);
    putLanes(table, Context.HIGH, high);
  }
}
