package org.ptilmpq.kernels;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.ptilmpq.kernels.KernelSpec.Convolution;
import org.ptilmpq.kernels.KernelSpec.Window;

/**
 * Builds a convolution with random weights and inputs, and its true result. What isn't set is random or as plain as
 * possible; the seed decides everything random. Scales and biases are chosen so that results spread over the bytes.
 */
final class ConvolutionCase {

  /** Where the residual lies. */
  enum Residual {
    NONE,
    APART,
    IN_PLACE
  }

  private final long seed;
  private final RandomGenerator random;
  private int height = 1;
  private int width = 1;
  private int inputChannels = 1;
  private int outputChannels = 1;
  private int groups = 1;
  private Window window = new Window(1, 1, 1, 1, 1, 1, 0, 0);
  private int padBottom;
  private int padRight;
  private Residual residual = Residual.NONE;
  private boolean floatScores;
  private boolean shuffled;
  private boolean ties;
  private Content inputs = Content.RANDOM;
  private Content codes = Content.RANDOM;
  private int inputZero;
  private List<WeightGroup> weightGroups;
  private TailPlaces tailPlaces = TailPlaces.ANY;
  private int tailPlanes;

  private ConvolutionCase(long seed) {
    this.seed = seed;
    random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(seed);
    inputZero = random.nextInt(-128, 128);
  }

  static ConvolutionCase seeded(long seed) {
    return new ConvolutionCase(seed);
  }

  ConvolutionCase input(int height, int width, int channels) {
    this.height = height;
    this.width = width;
    inputChannels = channels;
    return this;
  }

  ConvolutionCase outputChannels(int channels) {
    outputChannels = channels;
    return this;
  }

  ConvolutionCase groups(int groups) {
    this.groups = groups;
    return this;
  }

  ConvolutionCase window(Window window, int padBottom, int padRight) {
    this.window = window;
    this.padBottom = padBottom;
    this.padRight = padRight;
    return this;
  }

  /** A square window with the same of everything on all sides. */
  ConvolutionCase window(int kernel, int stride, int dilation, int padding) {
    return window(
        new Window(kernel, kernel, stride, stride, dilation, dilation, padding, padding), padding, padding);
  }

  ConvolutionCase residual(Residual residual) {
    this.residual = residual;
    return this;
  }

  ConvolutionCase floatScores() {
    floatScores = true;
    return this;
  }

  /** The packed order of the channels isn't the output's. */
  ConvolutionCase shuffled() {
    shuffled = true;
    return this;
  }

  /** Factors are powers of two, so that many results lie halfway between two bytes. */
  ConvolutionCase ties() {
    ties = true;
    return this;
  }

  ConvolutionCase contents(Content inputs, Content codes) {
    this.inputs = inputs;
    this.codes = codes;
    return this;
  }

  ConvolutionCase inputZero(int zeroPoint) {
    inputZero = zeroPoint;
    return this;
  }

  /** Widths and grids; their channels must add up to the output's. */
  ConvolutionCase weights(WeightGroup... groups) {
    weightGroups = List.of(groups);
    return this;
  }

  /** Where groups with tails have them, and how many planes they have, as far as levels of 12 bits allow. */
  ConvolutionCase tails(TailPlaces places, int planes) {
    tailPlaces = places;
    tailPlanes = planes;
    return this;
  }

  /** Any convolution of at most about a million multiplications. */
  static ConvolutionCase random(long seed) {
    ConvolutionCase any = new ConvolutionCase(seed);
    any.randomize();
    return any;
  }

  private void randomize() {
    int kernelHeight = size(1, 7);
    int kernelWidth = size(1, 7);
    window =
        new Window(
            kernelHeight,
            kernelWidth,
            size(1, 3),
            size(1, 3),
            size(1, 3),
            size(1, 3),
            random.nextInt(kernelHeight + 1),
            random.nextInt(kernelWidth + 1));
    padBottom = random.nextInt(kernelHeight + 1);
    padRight = random.nextInt(kernelWidth + 1);
    switch (random.nextInt(4)) {
      case 0 -> {
        groups = inputChannels = size(2, 140);
        outputChannels = inputChannels * (random.nextBoolean() ? 1 : size(1, 3));
      }
      case 1 -> {
        groups = size(2, 5);
        inputChannels = groups * size(1, 20);
        outputChannels = groups * size(1, 40);
      }
      default -> {
        inputChannels = size(1, 140);
        outputChannels = size(1, 140);
      }
    }
    height = reach(window.kernelHeight(), window.dilationY(), window.padTop() + padBottom) + size(0, 9);
    width = reach(window.kernelWidth(), window.dilationX(), window.padLeft() + padRight) + size(0, 9);
    while (multiplications() > 1 << 20 && outputChannels / groups > 1) {
      outputChannels = outputChannels / groups / 2 * groups;
    }
    residual = Residual.values()[random.nextInt(3)];
    floatScores = random.nextInt(8) == 0;
    residual = floatScores && residual == Residual.IN_PLACE ? Residual.APART : residual;
    shuffled = random.nextBoolean();
    ties = random.nextInt(4) == 0;
    inputs = Content.values()[Math.max(0, random.nextInt(-4, Content.values().length))];
    codes = Content.values()[Math.max(0, random.nextInt(-4, Content.values().length))];
  }

  private static int reach(int kernel, int dilation, int padding) {
    return Math.max(1, dilation * (kernel - 1) + 1 - padding);
  }

  /** Small sizes are likelier than large ones. */
  private int size(int least, int greatest) {
    return Math.min(random.nextInt(least, greatest + 1), random.nextInt(least, greatest + 1));
  }

  private long multiplications() {
    return (long) outputHeight() * outputWidth() * outputChannels * weightInputs();
  }

  private int outputHeight() {
    int covered = height + window.padTop() + padBottom - window.dilationY() * (window.kernelHeight() - 1) - 1;
    return covered / window.strideY() + 1;
  }

  private int outputWidth() {
    int covered = width + window.padLeft() + padRight - window.dilationX() * (window.kernelWidth() - 1) - 1;
    return covered / window.strideX() + 1;
  }

  private int weightInputs() {
    return window.taps() * inputChannels / groups;
  }

  /** The spec, the arena and the true result. */
  KernelCase build() {
    RandomWeights weights = weights();
    ArenaLayout layout = new ArenaLayout(random);
    TensorView input = layout.place(height, width, inputChannels, scale(), inputZero);
    TensorView output = layout.place(outputHeight(), outputWidth(), outputChannels, scale(), random.nextInt(-128, 128));
    TensorView added =
        switch (residual) {
          case NONE -> null;
          case APART -> layout.place(outputHeight(), outputWidth(), outputChannels, scale(), random.nextInt(-128, 128));
          case IN_PLACE ->
              new TensorView(
                  output.offset(), outputHeight(), outputWidth(), outputChannels, scale(), random.nextInt(-128, 128));
        };
    byte[] arena = layout.arena();
    fill(arena, input);
    long[] sums = NaiveConvolution.sums(input, output, window, groups, weights, arena);
    float[] scales = new float[outputChannels];
    float[] biases = new float[outputChannels];
    chooseFactors(sums, NaiveConvolution.levelSums(weights), input, output, scales, biases);
    int low = random.nextBoolean() ? -128 : output.zeroPoint();
    int high = random.nextInt(4) == 0 ? random.nextInt(low, 128) : 127;
    Convolution spec =
        new Convolution(
            input, added, output, floatScores, window, groups, weights.packed(), scales, biases, low, high);
    byte[] expected = arena.clone();
    float[] scores = new float[floatScores ? output.elements() : 0];
    float[] expectedScores = scores.clone();
    NaiveConvolution.write(spec, weights, sums, expected, expectedScores, this);
    return new KernelCase(spec, arena, scores, expected, expectedScores, this);
  }

  private RandomWeights weights() {
    int part = groups == inputChannels && groups > 1 ? outputChannels : outputChannels / groups;
    if (weightGroups == null) {
      weightGroups = RandomWeights.groups(random, outputChannels, part, weightInputs() > 500 ? 16 : 255);
    }
    int[] order = new int[outputChannels];
    Arrays.setAll(order, i -> i);
    if (shuffled) {
      order = RandomWeights.shuffled(random, outputChannels, part);
    }
    return RandomWeights.of(random, weightGroups, weightInputs(), order, !shuffled, codes, tailPlaces, tailPlanes);
  }

  private void fill(byte[] arena, TensorView input) {
    int seen = inputChannels / groups;
    for (int i = 0; i < input.elements(); i++) {
      arena[input.offset() + i] = (byte) inputs.value(random, Byte.SIZE, i % inputChannels % seen);
    }
  }

  /** Scales of the channels make their greatest result about 100 steps of the output from its zero point. */
  private void chooseFactors(
      long[] sums, long[] levelSums, TensorView input, TensorView output, float[] scales, float[] biases) {
    for (int c = 0; c < outputChannels; c++) {
      double greatest = 1;
      for (int i = c; i < sums.length; i += outputChannels) {
        greatest = Math.max(greatest, Math.abs(sums[i] - input.zeroPoint() * levelSums[c]));
      }
      double multiplier = random.nextDouble(60, 160) / greatest;
      double bias = random.nextDouble(-50, 50);
      if (ties) {
        multiplier = Math.min(0.5, Math.scalb(1.0, Math.getExponent(multiplier)));
        bias = Math.rint(bias) / 2;
      }
      scales[c] = (float) (multiplier * output.scale() / input.scale());
      biases[c] = (float) (bias * output.scale());
    }
  }

  private float scale() {
    float scale = (float) Math.exp(random.nextDouble(-6, 2));
    return ties ? Math.scalb(1f, Math.getExponent(scale)) : scale;
  }

  @Override
  public String toString() {
    return ("convolution of seed %dL: input %d×%d×%d with zero point %d and %s values, %d output channels, %d groups, "
            + "%s, padBottom %d, padRight %d, residual %s, floatScores %s, shuffled %s, ties %s, %s codes on %s, "
            + "tails %s of %d planes")
        .formatted(
            seed,
            height,
            width,
            inputChannels,
            inputZero,
            inputs,
            outputChannels,
            groups,
            window,
            padBottom,
            padRight,
            residual,
            floatScores,
            shuffled,
            ties,
            codes,
            weightGroups,
            tailPlaces,
            tailPlanes);
  }
}
