package org.ptilmpq.kernels;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.KernelSpec.AveragePooling;
import org.ptilmpq.kernels.KernelSpec.MaxPooling;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.testkit.Seeds;

/** Max and average pooling against the definition, to the bit. */
class PoolingTest {

  private static final int[] CHANNELS = {1, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 130};

  @Test
  void everyNumberOfChannels() {
    RandomGenerator random = Seeds.random("everyNumberOfChannels", 30);
    for (int channels : CHANNELS) {
      check(random, 5, 7, channels, new Window(3, 3, 2, 2, 1, 1, 1, 1), 1, 1, Content.RANDOM);
    }
  }

  @Test
  void global() {
    RandomGenerator random = Seeds.random("global", 31);
    for (int[] size : new int[][] {{1, 1}, {7, 7}, {8, 8}, {5, 9}, {30, 31}}) {
      for (Content content : Content.values()) {
        Window all = new Window(size[0], size[1], 1, 1, 1, 1, 0, 0);
        check(random, size[0], size[1], 67, all, 0, 0, content);
      }
    }
  }

  /** Every window touches the input, as in any graph: padding is smaller than the kernel. */
  @Test
  void randomWindows() {
    RandomGenerator random = Seeds.random("randomWindows", 32);
    for (int i = 0; i < 200; i++) {
      int kernelHeight = random.nextInt(1, 6);
      int kernelWidth = random.nextInt(1, 6);
      Window window =
          new Window(
              kernelHeight,
              kernelWidth,
              random.nextInt(1, 4),
              random.nextInt(1, 4),
              1,
              1,
              random.nextInt(kernelHeight),
              random.nextInt(kernelWidth));
      int height = kernelHeight + random.nextInt(9);
      int width = kernelWidth + random.nextInt(9);
      int padBottom = random.nextInt(kernelHeight);
      int padRight = random.nextInt(kernelWidth);
      check(random, height, width, random.nextInt(1, 140), window, padBottom, padRight, Content.RANDOM);
    }
  }

  private static void check(
      RandomGenerator random,
      int height,
      int width,
      int channels,
      Window window,
      int padBottom,
      int padRight,
      Content content) {
    ArenaLayout layout = new ArenaLayout(random);
    boolean unlike = random.nextInt(3) > 0;
    float scale = (float) random.nextDouble(0.01, 0.1);
    int zero = random.nextInt(-128, 128);
    int outputHeight = (height + window.padTop() + padBottom - window.kernelHeight()) / window.strideY() + 1;
    int outputWidth = (width + window.padLeft() + padRight - window.kernelWidth()) / window.strideX() + 1;
    TensorView input = layout.place(height, width, channels, scale, zero);
    TensorView output =
        layout.place(
            outputHeight,
            outputWidth,
            channels,
            unlike ? scale * (float) random.nextDouble(0.3, 1.5) : scale,
            unlike ? random.nextInt(-128, 128) : zero);
    byte[] arena = layout.arena();
    for (int i = 0; i < input.elements(); i++) {
      arena[input.offset() + i] = (byte) content.value(random, Byte.SIZE, i % channels);
    }

    MaxPooling max = new MaxPooling(input, output, window);
    byte[] expected = arena.clone();
    NaivePooling.write(max, expected);
    KernelTester.check(KernelCase.of(max, arena, expected, max), random);

    int low = random.nextInt(-128, 0);
    int high = random.nextInt(0, 128);
    for (boolean countPadding : new boolean[] {false, true}) {
      for (int[] range : new int[][] {{-128, 127}, {low, high}}) {
        AveragePooling average = new AveragePooling(input, output, window, countPadding, range[0], range[1]);
        expected = arena.clone();
        NaivePooling.write(average, expected, average);
        KernelTester.check(KernelCase.of(average, arena, expected, average), random);
      }
    }
  }
}
