package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.arithmetic.Requantization;

/** The part of any convolution's {@link Context} about its tensors and its results. */
final class ResultTable {

  private ResultTable() {}

  static void write(NativeTable table, KernelSpec.Convolution spec, Requantization requantization, Emitter e) {
    table.putLong(Context.INPUT_PLACE, spec.input().offset());
    table.putLong(Context.OUTPUT_PLACE, spec.floatScores() ? 0 : spec.output().offset());
    table.putLong(Context.RESIDUAL_PLACE, spec.residual() == null ? 0 : spec.residual().offset());
    for (int lane = 0; lane < 16; lane++) {
      table.putFloat(Context.RESIDUAL + lane * Float.BYTES, requantization.residual());
      table.putFloat(Context.LOW + lane * Float.BYTES, requantization.low());
      table.putFloat(Context.HIGH + lane * Float.BYTES, requantization.high());
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
}
