package org.ptilmpq.kernels;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.kernels.ConvolutionCase.Residual;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.testkit.Seeds;

/** Convolutions of every shape against the definition, to the bit. */
class ConvolutionTest {

  /** Channels on either side of a byte of lanes, of vectors of every width, and of a block. */
  private static final int[] CHANNELS = {1, 3, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 130};

  /** Kernel, stride, dilation, padding. */
  private static final int[][] WINDOWS = {
    {1, 1, 1, 0},
    {1, 1, 1, 1},
    {1, 2, 1, 0},
    {2, 1, 1, 0},
    {2, 2, 1, 1},
    {3, 1, 1, 0},
    {3, 1, 1, 1},
    {3, 1, 2, 2},
    {3, 2, 1, 1},
    {3, 2, 2, 1},
    {3, 3, 1, 0},
    {4, 1, 1, 2},
    {4, 2, 2, 3},
    {5, 1, 1, 2},
    {5, 2, 2, 2},
    {7, 1, 1, 3},
    {7, 2, 1, 3},
    {7, 3, 2, 6}
  };

  @Test
  void everyWindowOnOddSizes() {
    RandomGenerator random = Seeds.random("everyWindowOnOddSizes", 1);
    int[][] sizes = {{9, 7, 1, 1}, {7, 9, 3, 17}, {8, 13, 13, 5}, {11, 7, 17, 33}};
    for (int[] w : WINDOWS) {
      for (int[] size : sizes) {
        int reach = w[2] * (w[0] - 1) + 1 - 2 * w[3];
        check(
            ConvolutionCase.seeded(random.nextLong())
                .window(w[0], w[1], w[2], w[3])
                .input(Math.max(size[0], reach), Math.max(size[1], reach), size[2])
                .outputChannels(size[3]),
            random);
      }
    }
  }

  @Test
  void everyWindowDepthwiseAndGrouped() {
    RandomGenerator random = Seeds.random("everyWindowDepthwiseAndGrouped", 2);
    // Input channels, groups, output channels: depthwise, with a multiplier, grouped.
    int[][] sizes = {{5, 5, 5}, {67, 67, 67}, {130, 130, 130}, {9, 9, 27}, {12, 4, 20}, {6, 2, 140}};
    for (int[] w : WINDOWS) {
      for (int[] size : sizes) {
        int reach = w[2] * (w[0] - 1) + 1 - 2 * w[3];
        check(
            ConvolutionCase.seeded(random.nextLong())
                .window(w[0], w[1], w[2], w[3])
                .input(Math.max(5, reach), Math.max(6, reach), size[0])
                .groups(size[1])
                .outputChannels(size[2]),
            random);
      }
    }
  }

  /** Rows shorter than a register tile and longer, and channels on either side of a vector of floats. */
  @Test
  void depthwiseOfFewChannels() {
    RandomGenerator random = Seeds.random("depthwiseOfFewChannels", 10);
    int[][] sizes = {{1, 1}, {3, 2}, {5, 6}, {4, 7}, {7, 8}, {3, 15}, {2, 29}};
    for (int channels : new int[] {3, 4, 5, 7, 8, 12, 16, 17, 24, 31, 32, 40, 96, 144}) {
      for (int[] size : sizes) {
        for (int stride = 1; stride <= 3; stride++) {
          check(depthwise(random, size, channels).window(3, stride, 1, 1), random);
        }
        check(depthwise(random, size, channels).window(new Window(3, 3, 2, 2, 1, 1, 0, 0), 2, 2), random);
        check(depthwise(random, size, channels).window(new Window(3, 3, 1, 2, 2, 1, 2, 1), 2, 1), random);
        check(depthwise(random, size, channels).window(new Window(3, 3, 2, 1, 1, 2, 1, 3), 1, 2), random);
        check(depthwise(random, size, channels).window(5, 1 + random.nextInt(2), 1, 2).shuffled(), random);
      }
    }
  }

  private static ConvolutionCase depthwise(RandomGenerator random, int[] size, int channels) {
    return ConvolutionCase.seeded(random.nextLong())
        .input(size[0], size[1], channels)
        .groups(channels)
        .outputChannels(channels);
  }

  @Test
  void everyNumberOfChannels() {
    RandomGenerator random = Seeds.random("everyNumberOfChannels", 3);
    for (int outputs : CHANNELS) {
      for (int inputs : new int[] {1, 16, 65, CHANNELS[random.nextInt(CHANNELS.length)]}) {
        check(ConvolutionCase.seeded(random.nextLong()).input(3, 3, inputs).outputChannels(outputs), random);
      }
      check(
          ConvolutionCase.seeded(random.nextLong()).input(1, 1, 70).outputChannels(outputs).floatScores().shuffled(),
          random);
      check(
          ConvolutionCase.seeded(random.nextLong())
              .window(3, 1, 1, 1)
              .input(3, 2, outputs)
              .groups(outputs)
              .outputChannels(outputs)
              .shuffled(),
          random);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void everyWidthOnEveryGrid(int width) {
    RandomGenerator random = Seeds.random("everyWidthOnEveryGrid " + width, 40 + width);
    int half = width == 0 ? 0 : 1 << width - 1;
    WeightGroup[] grids = {
      WeightGroup.uniform(69, width),
      WeightGroup.halfStep(69, width),
      WeightGroup.twoRegion(69, width, 0, 2),
      WeightGroup.twoRegion(69, width, half / 2, 3),
      WeightGroup.twoRegion(69, width, half - 1, 16),
      WeightGroup.twoRegion(69, width, half, 7),
      WeightGroup.twoRegion(69, width, half / 4, 255)
    };
    for (WeightGroup grid : grids) {
      for (Residual residual : Residual.values()) {
        check(
            ConvolutionCase.seeded(random.nextLong())
                .input(4, 4, 29)
                .window(2, 1, 1, 0)
                .outputChannels(69)
                .residual(residual)
                .shuffled()
                .weights(grid),
            random);
      }
    }
  }

  /** Dense widths and planes of tails as far as levels of 12 bits allow, tails anywhere, blocks of all sizes. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void tailsOfAnyNumberOfPlanesAnywhere(int width) {
    RandomGenerator random = Seeds.random("tailsOfAnyNumberOfPlanesAnywhere " + width, 50 + width);
    for (int planes = 1; planes <= 12 - width; planes++) {
      for (TailPlaces places : TailPlaces.values()) {
        int channels = new int[] {1, 17, 64, 65, 129}[random.nextInt(5)];
        check(
            ConvolutionCase.seeded(random.nextLong())
                .input(4, 4, 29)
                .window(2, 1, 1, 0)
                .outputChannels(channels)
                .residual(Residual.values()[random.nextInt(3)])
                .shuffled()
                .weights(WeightGroup.sparseTails(channels, width))
                .tails(places, planes),
            random);
        check(
            ConvolutionCase.seeded(random.nextLong())
                .input(4, 5, 67)
                .window(3, 1, 1, 1)
                .groups(67)
                .outputChannels(67)
                .weights(WeightGroup.uniform(2, 3), WeightGroup.sparseTails(65, width))
                .tails(places, planes),
            random);
      }
    }
  }

  @Test
  void tailsInGroupedConvolutionsAndScores() {
    RandomGenerator random = Seeds.random("tailsInGroupedConvolutionsAndScores", 60);
    for (TailPlaces places : TailPlaces.values()) {
      check(
          ConvolutionCase.seeded(random.nextLong())
              .input(5, 4, 22)
              .window(3, 2, 1, 1)
              .groups(2)
              .outputChannels(160)
              .weights(WeightGroup.sparseTails(80, 3), WeightGroup.sparseTails(70, 6), WeightGroup.uniform(10, 0))
              .tails(places, 0),
          random);
      check(
          ConvolutionCase.seeded(random.nextLong())
              .input(1, 1, 700)
              .outputChannels(100)
              .floatScores()
              .shuffled()
              .weights(WeightGroup.sparseTails(100, 4))
              .tails(places, 5),
          random);
    }
  }

  @Test
  void asymmetricWindows() {
    RandomGenerator random = Seeds.random("asymmetricWindows", 5);
    Window[] windows = {
      new Window(1, 3, 1, 2, 1, 1, 0, 2),
      new Window(3, 1, 2, 1, 2, 1, 0, 0),
      new Window(2, 5, 1, 3, 1, 2, 1, 0),
      new Window(5, 3, 3, 1, 1, 1, 4, 0)
    };
    for (Window window : windows) {
      for (int pad = 0; pad < 3; pad++) {
        check(
            ConvolutionCase.seeded(random.nextLong())
                .window(window, pad, 2 - pad)
                .input(9, 11, 6)
                .outputChannels(19)
                .residual(Residual.IN_PLACE),
            random);
      }
    }
  }

  /** Layers that differ in nothing but the blocks of their weights are cut differently, and may share no code. */
  @Test
  void sameShapeInOtherBlocks() {
    RandomGenerator random = Seeds.random("sameShapeInOtherBlocks", 94);
    for (int height : new int[] {16, 15}) {
      // Fewer blocks first, and then more of them first.
      WeightGroup[][] blocks = {
        {WeightGroup.uniform(128, 4)},
        {WeightGroup.uniform(32, 4), WeightGroup.uniform(64, 3), WeightGroup.uniform(32, 4)},
        {WeightGroup.uniform(32, 4), WeightGroup.uniform(32, 3), WeightGroup.uniform(32, 2), WeightGroup.uniform(32, 5)}
      };
      for (int i = 0; i < blocks.length; i++) {
        check(
            ConvolutionCase.seeded(random.nextLong())
                .input(height, 16, 32)
                .window(3, 1, 1, 1)
                .outputChannels(128)
                .weights(blocks[height == 16 ? i : blocks.length - 1 - i]),
            random);
      }
    }
  }

  /** Few channels of pictures, wide windows, rows longer than a register tile. */
  @Test
  void firstLayers() {
    RandomGenerator random = Seeds.random("firstLayers", 90);
    for (int inputs : new int[] {1, 3, 4}) {
      for (int outputs : new int[] {1, 16, 17, 64, 100}) {
        check(firstLayer(random, 9, 28, inputs, outputs).window(7, 2, 1, 3), random);
        check(firstLayer(random, 5, 14, inputs, outputs).window(3, 1, 1, 1).shuffled(), random);
        check(firstLayer(random, 8, 26, inputs, outputs).window(3, 2, 1, 1), random);
      }
    }
  }

  @Test
  void windowsThatReachFarOut() {
    RandomGenerator random = Seeds.random("windowsThatReachFarOut", 92);
    check(firstLayer(random, 1, 3, 3, 20).window(new Window(5, 5, 1, 1, 1, 1, 4, 4), 4, 11), random);
    check(firstLayer(random, 2, 1, 3, 20).window(new Window(2, 3, 3, 3, 1, 1, 1, 9), 1, 11), random);
    check(firstLayer(random, 1, 7, 3, 20).window(new Window(1, 2, 1, 1, 1, 1, 0, 0), 0, 1), random);
  }

  private static ConvolutionCase firstLayer(RandomGenerator random, int height, int width, int inputs, int outputs) {
    return ConvolutionCase.seeded(random.nextLong()).input(height, width, inputs).outputChannels(outputs);
  }

  /** A window of one tap sees nothing but the padding below the picture and beside it. */
  @Test
  void singleTapsOutsideThePicture() {
    RandomGenerator random = Seeds.random("singleTapsOutsideThePicture", 8);
    Window tap = new Window(1, 1, 1, 1, 1, 1, 0, 0);
    for (int[] padding : new int[][] {{1, 0}, {0, 1}, {3, 2}}) {
      for (int inputs : new int[] {4, 70}) {
        check(
            ConvolutionCase.seeded(random.nextLong())
                .window(tap, padding[0], padding[1])
                .input(3, 5, inputs)
                .outputChannels(33),
            random);
      }
    }
  }

  @Test
  void runsOfInputsEndAnywhere() {
    RandomGenerator random = Seeds.random("runsOfInputsEndAnywhere", 6);
    for (int inputs : new int[] {254, 255, 256, 257, 258, 511, 512, 513, 767, 768, 769, 1025}) {
      check(ConvolutionCase.seeded(random.nextLong()).input(3, 3, inputs).outputChannels(35), random);
      check(
          ConvolutionCase.seeded(random.nextLong())
              .input(2, 2, inputs)
              .outputChannels(18)
              .contents(Content.ALIGNED, Content.ALIGNED)
              .weights(WeightGroup.twoRegion(18, 8, 0, 1 + random.nextInt(64))),
          random);
      check(
          ConvolutionCase.seeded(random.nextLong())
              .input(2, 2, inputs)
              .outputChannels(70)
              .contents(Content.ALIGNED, Content.ALIGNED)
              .weights(WeightGroup.sparseTails(70, 4))
              .tails(TailPlaces.ANY, 1 + random.nextInt(8)),
          random);
    }
  }

  @Test
  void manyPixelsAndManyBlocks() {
    RandomGenerator random = Seeds.random("manyPixelsAndManyBlocks", 7);
    for (int[] size : new int[][] {{1, 6}, {2, 3}, {1, 7}, {1, 8}, {7, 18}, {1, 127}, {16, 16}, {19, 20}}) {
      check(
          ConvolutionCase.seeded(random.nextLong())
              .input(size[0], size[1], 5)
              .outputChannels(330)
              .residual(Residual.APART)
              .shuffled(),
          random);
      check(
          ConvolutionCase.seeded(random.nextLong()).input(size[0], size[1], 6).groups(2).outputChannels(300), random);
    }
  }

  @Test
  void resultsHalfwayBetweenBytes() {
    RandomGenerator random = Seeds.random("resultsHalfwayBetweenBytes", 8);
    for (Residual residual : Residual.values()) {
      for (int channels : new int[] {17, 64}) {
        check(
            ConvolutionCase.seeded(random.nextLong())
                .input(5, 5, channels)
                .outputChannels(channels)
                .residual(residual)
                .ties(),
            random);
        check(
            ConvolutionCase.seeded(random.nextLong())
                .window(3, 1, 1, 1)
                .input(5, 5, channels)
                .groups(channels)
                .outputChannels(channels)
                .residual(residual)
                .ties(),
            random);
      }
    }
  }

  @Test
  void randomConvolutions() {
    RandomGenerator random = Seeds.random("randomConvolutions", 9);
    for (int i = 0; i < 300; i++) {
      check(ConvolutionCase.random(random.nextLong()), random);
    }
  }

  private static void check(ConvolutionCase test, RandomGenerator random) {
    KernelTester.check(test.build(), random);
  }
}
