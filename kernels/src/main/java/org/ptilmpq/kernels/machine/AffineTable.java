package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.AffineBytes;
import org.ptilmpq.kernels.arithmetic.WindowMean;

/** The {@link Context} of functions without weights. */
final class AffineTable {

  private final NativeTable table = new NativeTable();

  private AffineTable(TensorView input, TensorView output) {
    table.reserve(Context.BYTES);
    table.putLong(Context.INPUT_PLACE, input.offset());
    table.putLong(Context.OUTPUT_PLACE, output.offset());
  }

  /** @param right null where there is one operand */
  static MemorySegment write(
      Arena arena, AffineBytes affine, TensorView left, TensorView right, TensorView output) {
    AffineTable context = new AffineTable(left, output);
    context.table.putLong(Context.RESIDUAL_PLACE, right == null ? 0 : right.offset());
    context.lanes(Context.MULTIPLIER, affine.left());
    context.lanes(Context.RESIDUAL, affine.right());
    context.lanes(Context.ADDEND, affine.offset());
    context.bounds(affine.low(), affine.high());
    return context.write(arena, 0);
  }

  static MemorySegment write(Arena arena, KernelSpec.MaxPooling spec) {
    AffineTable context = new AffineTable(spec.input(), spec.output());
    context.table.putInt(Context.FILL, Byte.MIN_VALUE);
    return context.write(arena, 0);
  }

  static MemorySegment write(Arena arena, KernelSpec.AveragePooling spec) {
    AffineTable context = new AffineTable(spec.input(), spec.output());
    WindowMean means = new WindowMean(spec);
    context.table.putInt(Context.FILL, spec.countPadding() ? spec.input().zeroPoint() : 0);
    context.lanes(Context.ADDEND, means.offset());
    context.bounds(spec.low(), spec.high());
    int at = context.table.reserve((long) spec.output().pixels() * Float.BYTES);
    for (int i = 0; i < spec.output().pixels(); i++) {
      int inside = means.inside(i / spec.output().width(), i % spec.output().width());
      context.table.putFloat(at + i * Float.BYTES, means.multiplier(inside));
    }
    return context.write(arena, at);
  }

  private void lanes(int at, float value) {
    for (int lane = 0; lane < 16; lane++) {
      table.putFloat(at + lane * Float.BYTES, value);
    }
  }

  private void bounds(float low, float high) {
    lanes(Context.LOW, low);
    lanes(Context.HIGH, high);
  }

  private MemorySegment write(Arena arena, int pixelMultipliers) {
    MemorySegment memory = arena.allocate(table.size() + (long) Frame.SLACK, 64);
    table.putLong(Context.PIXEL_MULTIPLIERS, memory.address() + pixelMultipliers);
    table.copyTo(memory);
    return memory;
  }
}
