package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.TensorView;

/**
 * Gathers what a block of output pixels sees of a run of inputs, as rows of floats: a tile of the im2col matrix, which is
 * never made as a whole. Inputs are numbered with the channels innermost, then kernel columns, then kernel rows.
 */
final class InputTile {

  private final TensorView input;
  private final Window window;
  private final int outputWidth;
  private final int channels;

  InputTile(KernelSpec.Convolution spec) {
    input = spec.input();
    window = spec.window();
    outputWidth = spec.output().width();
    channels = spec.input().channels() / spec.groups();
  }

  /**
   * Fills row r of {@code rows} (from {@code at + r · (k1 − k0)}) with inputs {@code k0} up to {@code k1} of pixel
   * {@code firstPixel + r}.
   *
   * @param group which part of a grouped convolution's input channels
   */
  void gather(byte[] arena, int firstPixel, int pixels, int group, int k0, int k1, float[] rows, int at) {
    int stride = k1 - k0;
    for (int r = 0; r < pixels; r++) {
      int y = (firstPixel + r) / outputWidth;
      int x = (firstPixel + r) % outputWidth;
      int to = at + r * stride;
      for (int k = k0; k < k1; ) {
        int tap = k / channels;
        int channel = k % channels;
        int count = Math.min(channels - channel, k1 - k);
        int row = y * window.strideY() - window.padTop() + tap / window.kernelWidth() * window.dilationY();
        int column = x * window.strideX() - window.padLeft() + tap % window.kernelWidth() * window.dilationX();
        if (row >= 0 && row < input.height() && column >= 0 && column < input.width()) {
          int from =
              input.offset() + (row * input.width() + column) * input.channels() + group * channels + channel;
          widen(arena, from, count, rows, to);
        } else {
          Arrays.fill(rows, to, to + count, input.zeroPoint());
        }
        k += count;
        to += count;
      }
    }
  }

  private static void widen(byte[] arena, int from, int count, float[] rows, int to) {
    for (int i = 0; i < count; i++) {
      rows[to + i] = arena[from + i];
    }
  }
}
