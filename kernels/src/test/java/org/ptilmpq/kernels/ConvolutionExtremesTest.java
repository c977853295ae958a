package org.ptilmpq.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.KernelSpec.Convolution;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.testkit.Seeds;

/** Where sums are as large as they can be: runs of exact floats, 32-bit accumulators, requantization that cancels. */
class ConvolutionExtremesTest {

  private static final int[] ZERO_POINTS = {-128, -1, 0, 1, 127};

  private static final List<TailPlaces> MANY_TAILS =
      List.of(TailPlaces.FEW, TailPlaces.EVERYWHERE, TailPlaces.FILLING, TailPlaces.OVERFILLING);

  /** With these the levels of 8-bit codes reach 32,640, so that only runs of four inputs are exact in floats. */
  private static WeightGroup coarsest(int channels) {
    return WeightGroup.twoRegion(channels, 8, 0, 255);
  }

  @Test
  void extremeInputsCodesAndZeroPoints() {
    RandomGenerator random = Seeds.random("extremeInputsCodesAndZeroPoints", 20);
    for (int zeroPoint : ZERO_POINTS) {
      for (Content inputs : List.of(Content.RANDOM, Content.LEAST, Content.GREATEST, Content.ALIGNED)) {
        for (Content codes : List.of(Content.RANDOM, Content.LEAST, Content.GREATEST, Content.ALIGNED)) {
          for (int groups : new int[] {1, 67}) {
            KernelTester.check(
                ConvolutionCase.seeded(random.nextLong())
                    .input(3, 4, 67)
                    .window(2, 1, 1, 1)
                    .groups(groups)
                    .outputChannels(67)
                    .contents(inputs, codes)
                    .inputZero(zeroPoint)
                    .weights(WeightGroup.uniform(30, 8), WeightGroup.halfStep(17, 8), coarsest(20))
                    .build(),
                random);
          }
        }
      }
    }
  }

  /**
   * Sums that grow as fast as they can for 250 inputs and then return: what a float lost near 2²⁴ shows in a total that
   * a float holds exactly.
   */
  @Test
  void everyRunLengthStaysExact() {
    RandomGenerator random = Seeds.random("everyRunLengthStaysExact", 21);
    for (int ratio = 4; ratio <= 255; ratio += 1 + ratio / 32) {
      for (int knee : new int[] {0, 3}) {
        KernelTester.check(
            ConvolutionCase.seeded(random.nextLong())
                .input(3, 3, 2 * Content.TURN)
                .inputZero(0)
                .outputChannels(5)
                .floatScores()
                .contents(Content.ALIGNED, Content.TURNING)
                .weights(WeightGroup.twoRegion(5, 8, knee, ratio))
                .build(),
            random);
      }
    }
  }

  /**
   * Levels up to about ±2047: outermost dense codes and outermost tails with the sign of the input, so that the runs
   * that the tails allow are filled, and then the sums return.
   */
  @Test
  void everyRunLengthOfTailsStaysExact() {
    RandomGenerator random = Seeds.random("everyRunLengthOfTailsStaysExact", 25);
    for (int width = 1; width <= 8; width++) {
      for (int planes = 1; planes <= 12 - width; planes++) {
        for (TailPlaces places : MANY_TAILS) {
          KernelTester.check(
              ConvolutionCase.seeded(random.nextLong())
                  .input(3, 3, 2 * Content.TURN)
                  .inputZero(0)
                  .outputChannels(5)
                  .floatScores()
                  .contents(Content.ALIGNED, Content.TURNING)
                  .weights(WeightGroup.sparseTails(5, width))
                  .tails(places, planes)
                  .build(),
              random);
        }
      }
    }
  }

  /** 193 levels of −8 and 63 of −2,056 times −128 are 2²⁴, the most that a run of 256 may add up to. */
  @Test
  void runOfTailsThatIsExactlyFull() {
    RandomGenerator random = Seeds.random("runOfTailsThatIsExactlyFull", 28);
    for (int channels : new int[] {1, 64, 65}) {
      KernelTester.check(
          ConvolutionCase.seeded(random.nextLong())
              .input(3, 3, 511)
              .inputZero(0)
              .outputChannels(channels)
              .floatScores()
              .contents(Content.LEAST, Content.LEAST)
              .weights(WeightGroup.sparseTails(channels, 4))
              .tails(TailPlaces.FILLING, 8)
              .build(),
          random);
    }
  }

  /**
   * Sums as large as they can be, of inputs that have the signs of a channel's weights, over as many inputs as look-ups
   * add up in 16 bits, fewer and more.
   */
  @Test
  void sumsOf16BitsThatAreExactlyFull() {
    RandomGenerator random = Seeds.random("sumsOf16BitsThatAreExactlyFull", 29);
    for (int width = 1; width <= 8; width++) {
      for (Content side : List.of(Content.LEAST, Content.GREATEST, Content.ALIGNED)) {
        for (WeightGroup group : List.of(WeightGroup.uniform(66, width), WeightGroup.halfStep(66, width))) {
          for (int inputs : new int[] {255, 256, 257, 700}) {
            KernelTester.check(
                ConvolutionCase.seeded(random.nextLong())
                    .input(3, 5, inputs)
                    .inputZero(0)
                    .outputChannels(66)
                    .floatScores()
                    .contents(side, side)
                    .weights(group)
                    .build(),
                random);
          }
        }
      }
    }
  }

  @Test
  void extremeInputsAndTails() {
    RandomGenerator random = Seeds.random("extremeInputsAndTails", 26);
    for (int zeroPoint : ZERO_POINTS) {
      for (Content inputs : List.of(Content.RANDOM, Content.LEAST, Content.GREATEST, Content.ALIGNED)) {
        for (Content codes : List.of(Content.RANDOM, Content.LEAST, Content.GREATEST, Content.ALIGNED)) {
          for (int groups : new int[] {1, 67}) {
            KernelTester.check(
                ConvolutionCase.seeded(random.nextLong())
                    .input(3, 4, 67)
                    .window(2, 1, 1, 1)
                    .groups(groups)
                    .outputChannels(67)
                    .contents(inputs, codes)
                    .inputZero(zeroPoint)
                    .weights(
                        WeightGroup.sparseTails(1, 1),
                        WeightGroup.sparseTails(65, 4),
                        WeightGroup.sparseTails(1, 8))
                    .tails(TailPlaces.EVERYWHERE, 11)
                    .build(),
                random);
          }
        }
      }
    }
  }

  /** 8,196 levels of −2,047 and one of −3 add up to 2²⁴ − 1, the most that leaves room for inputs of −128. */
  @Test
  void tailsUpToTheLimitOf32Bits() {
    RandomGenerator random = Seeds.random("tailsUpToTheLimitOf32Bits", 27);
    for (byte x : new byte[] {-128, 127}) {
      KernelTester.check(manyTails(x, -3), random);
    }
    for (KernelSet set : List.of(new ScalarKernels(), KernelProvider.choose().kernels())) {
      assertThatThrownBy(() -> set.prepare(manyTails((byte) 1, -4).spec()))
          .as(set.name())
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("16777216");
    }
  }

  private static KernelCase manyTails(byte x, int lastLevel) {
    byte[] codes = new byte[8_197];
    int[] tails = new int[codes.length];
    // 1 − 128 · 2⁴ = −2,047.
    Arrays.fill(codes, (byte) 1);
    Arrays.fill(tails, -128);
    codes[codes.length - 1] = (byte) lastLevel;
    tails[codes.length - 1] = 0;
    byte[][] allCodes = {codes, codes};
    int[][] allTails = {tails, tails};
    List<WeightGroup> groups = List.of(WeightGroup.sparseTails(2, 4));
    RandomWeights weights =
        RandomWeights.of(groups, codes.length, allCodes, allTails, new int[] {0, 1}, true);
    TensorView input = new TensorView(0, 1, 1, codes.length, 1, 0);
    TensorView output = new TensorView(codes.length, 1, 1, 2, 1, 0);
    byte[] arena = new byte[codes.length];
    Arrays.fill(arena, x);
    Convolution spec = convolution(input, output, true, 1, weights, new float[] {0.7f, 1}, new float[2]);
    String what = "8197 inputs of " + x + ", levels -2047 and " + lastLevel;
    float[] expectedScores = new float[2];
    long[] sums = NaiveConvolution.sums(input, output, POINTWISE, 1, weights, arena);
    NaiveConvolution.write(spec, weights, sums, arena.clone(), expectedScores, what);
    return new KernelCase(spec, arena, new float[2], arena, expectedScores, what);
  }

  /** Σ |level| = 2²⁴ − 1 is the most that leaves room for inputs of −128: 514 · 32640 + 255. */
  @Test
  void sumsUpToTheLimitOf32Bits() {
    RandomGenerator random = Seeds.random("sumsUpToTheLimitOf32Bits", 22);
    for (int codeOfTheRest : new int[] {1, -1}) {
      for (byte sign : new byte[] {1, -1}) {
        byte[] codes = new byte[515];
        Arrays.fill(codes, (byte) (sign < 0 ? -128 : 127));
        codes[514] = (byte) codeOfTheRest;
        for (int x : new int[] {-128, 127}) {
          KernelTester.check(scores(codes, x, false), random);
          KernelTester.check(scores(codes, x, true), random);
        }
      }
    }
  }

  /**
   * Σ |level| = 131,070 with inputs of −128 are just below 2²⁴, which fp32 lanes hold. 163,965 are too many: the sum
   * passes 2²⁴ on its way with an odd number, and comes back. Taps are added row by row or, where windows are 3 × 3,
   * column by column.
   */
  @Test
  void depthwiseSumsOnEitherSideOfExactFloats() {
    RandomGenerator random = Seeds.random("depthwiseSumsOnEitherSideOfExactFloats", 29);
    byte[] full = {-128, -128, -128, -128, 1, 1, 0, 0, 0};
    byte[] beyond = {-128, -128, -128, -128, 3, -128, 0, 0, 0};
    for (int channels : new int[] {4, 16, 70}) {
      for (int height : new int[] {1, 3, 9}) {
        for (int x : new int[] {-128, -127, 127}) {
          KernelTester.check(depthwise(full, new int[] {x, x, x, x, -x - 1, x, x, x, x}, channels, height), random);
        }
        KernelTester.check(
            depthwise(beyond, new int[] {-128, -128, -128, -128, 127, 127, 0, 0, 0}, channels, height), random);
      }
    }
  }

  /** One window of nine taps; its bias leaves a few of the sum, so that a difference of one shows. */
  private static KernelCase depthwise(byte[] codes, int[] inputs, int channels, int height) {
    TensorView input = new TensorView(0, height, 9 / height, channels, 1, 0);
    TensorView output = new TensorView(input.elements(), 1, 1, channels, 1, 0);
    byte[] arena = new byte[input.elements() + channels];
    byte[] ordered = new byte[9];
    for (int tap = 0; tap < 9; tap++) {
      int place = height == 3 ? tap % 3 * 3 + tap / 3 : tap;
      ordered[place] = codes[tap];
      Arrays.fill(arena, place * channels, (place + 1) * channels, (byte) inputs[tap]);
    }
    byte[][] all = new byte[channels][];
    Arrays.fill(all, ordered);
    RandomWeights weights = weights(List.of(coarsest(channels)), all);
    float[] scales = new float[channels];
    Arrays.fill(scales, 1);
    float[] biases = new float[channels];
    Convolution unbiased = convolution(input, output, false, channels, weights, scales, biases);
    long[] sums = NaiveConvolution.sums(input, output, unbiased.window(), channels, weights, arena);
    for (int c = 0; c < channels; c++) {
      biases[c] = c % 7 - sums[c];
    }
    Convolution spec = convolution(input, output, false, channels, weights, scales, biases);
    byte[] expected = arena.clone();
    String what = "depthwise sums of " + sums[0] + ", " + channels + " channels, height " + height;
    NaiveConvolution.write(spec, weights, sums, expected, new float[0], what);
    return KernelCase.of(spec, arena, expected, what);
  }

  @Test
  void refusesSumsBeyond32Bits() {
    byte[] codes = new byte[515];
    Arrays.fill(codes, (byte) -128);
    codes[514] = 2;
    for (KernelSet set : List.of(new ScalarKernels(), KernelProvider.choose().kernels())) {
      for (boolean depthwise : new boolean[] {false, true}) {
        assertThatThrownBy(() -> set.prepare(scores(codes, 0, depthwise).spec()))
            .as(set.name())
            .isInstanceOf(ArithmeticException.class)
            .hasMessageContaining("sums can leave 32 bits")
            .hasMessageContaining("16777470");
      }
    }
    codes[514] = 1;
    assertThat(KernelProvider.choose().kernels().prepare(scores(codes, 0, false).spec()).units()).isPositive();
  }

  /** From 131,072 inputs of 8 bits on it depends on the codes whether sums fit. */
  @Test
  void moreInputsThanAnyCodesCouldHave() {
    RandomGenerator random = Seeds.random("moreInputsThanAnyCodesCouldHave", 24);
    int inputs = (1 << 17) + 5;
    for (WeightGroup grid : List.of(WeightGroup.uniform(3, 8), WeightGroup.halfStep(3, 7))) {
      ConvolutionCase test = ConvolutionCase.seeded(random.nextLong()).input(1, 1, inputs).outputChannels(3);
      KernelTester.check(test.weights(grid).build(), random);
    }
    byte[][] codes = new byte[3][inputs];
    for (byte[] channel : codes) {
      Arrays.fill(channel, (byte) -128);
    }
    RandomWeights weights = weights(List.of(WeightGroup.uniform(3, 8)), codes);
    TensorView input = new TensorView(0, 1, 1, inputs, 1, 0);
    TensorView output = new TensorView(inputs, 1, 1, 3, 1, 0);
    Convolution spec = convolution(input, output, false, 1, weights, new float[] {1, 1, 1}, new float[3]);
    for (KernelSet set : List.of(new ScalarKernels(), KernelProvider.choose().kernels())) {
      assertThatThrownBy(() -> set.prepare(spec)).isInstanceOf(ArithmeticException.class);
    }
  }

  @Test
  void refusesFactorsBeyondAFloat() {
    TensorView input = new TensorView(0, 1, 1, 1, 1e30f, 0);
    TensorView output = new TensorView(1, 1, 1, 1, 1e-30f, 0);
    RandomWeights weights = weights(List.of(WeightGroup.uniform(1, 1)), new byte[][] {{-1}});
    Convolution spec = convolution(input, output, false, 1, weights, new float[] {1}, new float[] {0});
    for (KernelSet set : List.of(new ScalarKernels(), KernelProvider.choose().kernels())) {
      assertThatThrownBy(() -> set.prepare(spec))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("leaves the range of a float");
    }
  }

  /**
   * Products near 2²⁰ that the offset cancels to about a byte. A fused multiply-add would keep the product's lower bits
   * and give other bytes.
   */
  @Test
  void productsAreRoundedBeforeTheyAreAdded() {
    RandomGenerator random = Seeds.random("productsAreRoundedBeforeTheyAreAdded", 23);
    int channels = 130;
    byte[][] codes = new byte[channels][40];
    for (byte[] channel : codes) {
      for (int k = 0; k < channel.length; k++) {
        channel[k] = (byte) random.nextInt(90, 128);
      }
    }
    RandomWeights weights = weights(List.of(WeightGroup.uniform(channels, 8)), codes);
    byte[] arena = new byte[40 + channels];
    Arrays.fill(arena, 0, 40, (byte) 101);
    TensorView input = new TensorView(0, 1, 1, 40, 1, 0);
    TensorView output = new TensorView(40, 1, 1, channels, 1, 0);
    long[] sums = NaiveConvolution.sums(input, output, POINTWISE, 1, weights, arena);
    float[] scales = new float[channels];
    float[] biases = new float[channels];
    for (int c = 0; c < channels; c++) {
      scales[c] = (float) random.nextDouble(2, 4);
      biases[c] = (float) -Math.rint((double) scales[c] * sums[c]) + random.nextInt(-100, 100) + 0.5f;
    }
    Convolution spec = convolution(input, output, false, 1, weights, scales, biases);
    byte[] expected = arena.clone();
    NaiveConvolution.write(spec, weights, sums, expected, new float[0], "cancelling offsets");
    KernelTester.check(KernelCase.of(spec, arena, expected, "cancelling offsets"), random);
  }

  private static final Window POINTWISE = new Window(1, 1, 1, 1, 1, 1, 0, 0);

  /**
   * One output pixel that sees 515 inputs of one value: a pointwise layer, or 103 × 5 taps depthwise on 70 channels.
   */
  private static KernelCase scores(byte[] codes, int x, boolean depthwise) {
    int channels = depthwise ? 70 : 3;
    TensorView input =
        depthwise ? new TensorView(0, 103, 5, channels, 1, 0) : new TensorView(0, 1, 1, codes.length, 1, 0);
    TensorView output = new TensorView(input.elements(), 1, 1, channels, 0x1p24f, 0);
    byte[][] all = new byte[channels][];
    Arrays.fill(all, codes);
    RandomWeights weights = weights(List.of(coarsest(channels)), all);
    float[] scales = new float[channels];
    Arrays.fill(scales, 0.7f);
    byte[] arena = new byte[input.elements() + output.elements()];
    Arrays.fill(arena, 0, input.elements(), (byte) x);
    Convolution spec =
        convolution(input, output, !depthwise, depthwise ? channels : 1, weights, scales, new float[channels]);
    String what = "515 inputs of " + x + ", codes " + codes[0] + " and " + codes[514] + ", depthwise " + depthwise;
    if (x == 0) {
      return KernelCase.of(spec, arena, arena, what);
    }
    byte[] expected = arena.clone();
    float[] scores = new float[channels];
    float[] expectedScores = new float[channels];
    long[] sums = NaiveConvolution.sums(input, output, spec.window(), spec.groups(), weights, arena);
    NaiveConvolution.write(spec, weights, sums, expected, expectedScores, what);
    return new KernelCase(spec, arena, scores, expected, expectedScores, what);
  }

  private static RandomWeights weights(List<WeightGroup> groups, byte[][] codes) {
    int[] order = new int[codes.length];
    Arrays.setAll(order, i -> i);
    return RandomWeights.of(groups, codes[0].length, codes, order, true);
  }

  private static Convolution convolution(
      TensorView input,
      TensorView output,
      boolean floatScores,
      int groups,
      RandomWeights weights,
      float[] scales,
      float[] biases) {
    Window window = new Window(input.height(), input.width(), 1, 1, 1, 1, 0, 0);
    return new Convolution(
        input, null, output, floatScores, window, groups, weights.packed(), scales, biases, -128, 127);
  }
}
