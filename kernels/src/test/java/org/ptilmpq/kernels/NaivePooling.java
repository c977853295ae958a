package org.ptilmpq.kernels;

import org.ptilmpq.kernels.KernelSpec.AveragePooling;
import org.ptilmpq.kernels.KernelSpec.MaxPooling;
import org.ptilmpq.kernels.KernelSpec.Window;

/** Pooling from its definition, a tap at a time. */
final class NaivePooling {

  private NaivePooling() {}

  static void write(MaxPooling spec, byte[] arena) {
    TensorView output = spec.output();
    for (int i = 0; i < output.elements(); i++) {
      int greatest = Byte.MIN_VALUE;
      for (int tap = 0; tap < spec.window().taps(); tap++) {
        int at = place(spec.input(), output, spec.window(), i, tap);
        greatest = at < 0 ? greatest : Math.max(greatest, arena[at]);
      }
      arena[output.offset() + i] = (byte) greatest;
    }
  }

  static void write(AveragePooling spec, byte[] arena, Object what) {
    TensorView output = spec.output();
    TensorView input = spec.input();
    double ratio = (double) input.scale() / output.scale();
    float offset = (float) (output.zeroPoint() - ratio * input.zeroPoint());
    for (int i = 0; i < output.elements(); i++) {
      long sum = 0;
      int count = 0;
      for (int tap = 0; tap < spec.window().taps(); tap++) {
        int at = place(input, output, spec.window(), i, tap);
        sum += at >= 0 ? arena[at] : spec.countPadding() ? input.zeroPoint() : 0;
        count += at >= 0 || spec.countPadding() ? 1 : 0;
      }
      byte result = NaiveMath.toByte((float) sum * (float) (ratio / count) + offset, spec.low(), spec.high());
      double ideal = ratio * ((double) sum / count - input.zeroPoint()) + output.zeroPoint();
      NaiveMath.assertNear(result, ideal, 128 * ratio * 3 + 256, spec.low(), spec.high(), what);
      arena[output.offset() + i] = result;
    }
  }

  /** Where in the arena a tap of the window of output element i lies, or −1 outside the input. */
  private static int place(TensorView input, TensorView output, Window window, int i, int tap) {
    int pixel = i / output.channels();
    int row = pixel / output.width() * window.strideY() - window.padTop() + tap / window.kernelWidth();
    int column = pixel % output.width() * window.strideX() - window.padLeft() + tap % window.kernelWidth();
    boolean inside = row >= 0 && row < input.height() && column >= 0 && column < input.width();
    return inside
        ? input.offset() + (row * input.width() + column) * input.channels() + i % output.channels()
        : -1;
  }
}
