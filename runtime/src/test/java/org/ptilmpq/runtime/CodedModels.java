package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.random.RandomGenerator;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PackedCodes;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Provenance;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;

/**
 * Models of random layers all of which a compressed file codes with tables, however small they are: the encoder does so
 * when a model has more than 2^20 levels, and 2^17 of them are in layers of up to 2^14 before. Layers of zeros make up
 * both numbers: eight at the beginning, which are coded adaptively, and a large one at the end.
 */
final class CodedModels {

  private static final int SIDE = 9;
  private static final int ADAPTIVE_LAYERS = 8;
  private static final int ADAPTIVE_INPUTS = 256;
  private static final int ADAPTIVE_CHANNELS = 64;

  /** Input channels of the large layer, whose kernel is as large as its input. */
  private static final int LARGE_INPUT_CHANNELS = 204;

  static final int LARGE_INPUTS = LARGE_INPUT_CHANNELS * SIDE * SIDE;
  static final int LARGE_CHANNELS = 64;

  private static final int[][] KERNELS = {{1, 1}, {1, 1}, {3, 3}, {3, 3}, {2, 2}, {7, 7}};

  private final RandomGenerator random;
  private final int mostLevels;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();

  /** Tensors to read from, by their channels. */
  private final Map<Integer, Integer> inputs = new HashMap<>();

  private CodedModels(RandomGenerator random, int mostLevels) {
    this.random = random;
    this.mostLevels = mostLevels;
  }

  /**
   * A model.
   *
   * @param layers with random levels
   * @param mostLevels about what each of them has at most
   */
  static PqModel of(RandomGenerator random, int layers, int mostLevels) {
    CodedModels model = new CodedModels(random, mostLevels);
    model.tensor(SIDE, SIDE, 3);
    for (int i = 0; i < ADAPTIVE_LAYERS; i++) {
      int output = model.tensor(SIDE, SIDE, ADAPTIVE_CHANNELS);
      model.convolution(ADAPTIVE_INPUTS, output, 1, 1, 1, zeros(ADAPTIVE_INPUTS, ADAPTIVE_CHANNELS));
    }
    for (int i = 0; i < layers; i++) {
      model.layer();
    }
    return model.with(zeros(LARGE_INPUTS, LARGE_CHANNELS));
  }

  /** Returns a model of the large layer alone: each level is this one, dense part and tail. */
  static PqModel of(int level) {
    CodedModels model = new CodedModels(null, 0);
    model.tensor(SIDE, SIDE, 3);
    List<ChannelGroup> groups = List.of(new ChannelGroup(LARGE_CHANNELS, 8, new Grid.SparseTails()));
    short[][] levels = new short[LARGE_CHANNELS][LARGE_INPUTS];
    for (short[] row : levels) {
      Arrays.fill(row, (short) level);
    }
    return model.with(weights(groups, LARGE_INPUTS, levels));
  }

  private PqModel with(Weights large) {
    tensors.add(new Tensor("scores", 1, 1, LARGE_CHANNELS, Tensor.Type.FLOAT32, 1, 0));
    int scores = tensors.size() - 1;
    convolution(LARGE_INPUT_CHANNELS, scores, SIDE, SIDE, 1, large);
    return new PqModel(
        "coded",
        tensors,
        operations,
        0,
        scores,
        new Preprocessing(0, new float[3], new float[] {1, 1, 1}),
        List.of(),
        new Provenance("", "", "", "", ""));
  }

  private static Weights zeros(int inputs, int channels) {
    List<ChannelGroup> groups = List.of(new ChannelGroup(channels, 1, new Grid.Uniform()));
    return weights(groups, inputs, new short[channels][inputs]);
  }

  // ---- shapes

  private void layer() {
    int[] kernel = kernel();
    int taps = kernel[0] * kernel[1];
    int groups = 1;
    int seen = 1;
    int channels;
    switch (random.nextInt(4)) {
      case 0 -> {
        // Depthwise.
        groups = random.nextInt(1, 100);
        channels = groups * random.nextInt(1, 3);
      }
      case 1 -> {
        groups = random.nextInt(2, 5);
        seen = random.nextInt(1, 20);
        channels = groups * random.nextInt(1, 40);
      }
      default -> {
        seen = random.nextInt(1, 71);
        channels = random.nextInt(1, 201);
      }
    }
    if (random.nextBoolean()) {
      seen = Math.clamp(mostLevels / (taps * channels), 1, seen);
    }
    channels = groups * Math.clamp(mostLevels / (taps * seen * groups), 1, channels / groups);
    int output = tensor(SIDE - kernel[0] + 1, SIDE - kernel[1] + 1, channels);
    List<ChannelGroup> widths = groups(channels, seen == 1 ? 1 : groups);
    Weights weights = weights(widths, taps * seen, levels(widths, seen, taps));
    convolution(groups * seen, output, kernel[0], kernel[1], groups, weights);
  }

  private int[] kernel() {
    int length = random.nextInt(2, SIDE + 1);
    return switch (random.nextInt(4)) {
      case 0 -> new int[] {1, length};
      case 1 -> new int[] {length, 1};
      default -> KERNELS[random.nextInt(KERNELS.length)];
    };
  }

  /** Blocks end with groups and after 64 channels. */
  private List<ChannelGroup> groups(int channels, int parts) {
    List<ChannelGroup> groups = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      for (int left = channels / parts; left > 0; left -= groups.getLast().channels()) {
        int some = random.nextBoolean() ? left : random.nextInt(1, left + 1);
        // A layer without levels isn't coded.
        groups.add(group(some, groups.isEmpty() ? 1 : 0));
      }
    }
    return groups;
  }

  private ChannelGroup group(int channels, int leastWidth) {
    int width = random.nextInt(leastWidth, 9);
    Grid grid =
        switch (width == 0 ? 0 : random.nextInt(6)) {
          case 0 -> new Grid.Uniform();
          case 1 -> new Grid.HalfStep();
          case 2 -> new Grid.TwoRegion(random.nextInt(1 << width - 1), random.nextInt(1, 5));
          default -> new Grid.SparseTails();
        };
    return new ChannelGroup(channels, width, grid);
  }

  // ---- levels

  private short[][] levels(List<ChannelGroup> groups, int seen, int taps) {
    IntBinaryOperator filling = filling(seen);
    int channels = groups.stream().mapToInt(ChannelGroup::channels).sum();
    short[][] levels = new short[channels][seen * taps];
    int position = 0;
    for (ChannelGroup group : groups) {
      int least = group.width() == 0 ? 0 : -(1 << group.width() - 1);
      int greatest = group.width() == 0 ? 0 : -least - 1;
      if (group.width() > 0 && group.grid() instanceof Grid.SparseTails) {
        // As many planes of tails as there can be, or fewer, of which one alone is only for tails of −1.
        int most = Grid.SparseTails.LEVEL_BITS;
        int bits = random.nextInt(4) == 0 ? most : random.nextInt(group.width(), most + 1);
        least = -(1 << bits - 1);
        greatest = random.nextInt(4) == 0 ? greatest : -least - 1;
      }
      for (int end = position + group.channels(); position < end; position++) {
        for (int k = 0; k < seen * taps; k++) {
          levels[position][k] = (short) Math.clamp(filling.applyAsInt(position, k), least, greatest);
        }
      }
    }
    return levels;
  }

  /** Levels from position and input, which have yet to be cut to what a group holds. */
  private IntBinaryOperator filling(int seen) {
    double deviation = Math.exp(random.nextDouble(-1, 5));
    double[] smooth = random.doubles(200L * seen, -3, 3).toArray();
    return switch (random.nextInt(9)) {
      case 0 -> (position, k) -> 0;
      case 1 -> (position, k) -> -1;
      case 2 -> (position, k) -> random.nextBoolean() ? 2047 : -2048;
      case 3 -> (position, k) -> random.nextInt(-2048, 2048);
      case 4 -> (position, k) -> random.nextInt(200) == 0 ? random.nextInt(-2048, 2048) : 0;
      case 5 -> (position, k) -> random.nextInt(20) == 0 ? random.nextInt(-300, 300) : random.nextInt(-3, 4);
      case 6 -> (position, k) -> random.nextInt(-140, 141);
      case 7 ->
          // Kernels whose taps are alike: what the contexts are for.
          (position, k) ->
              (int) Math.rint(deviation * (smooth[position * seen + k % seen] + 0.3 * random.nextGaussian()));
      default -> (position, k) -> (int) Math.rint(random.nextGaussian() * deviation);
    };
  }

  private static Weights weights(List<ChannelGroup> groups, int inputs, short[][] levels) {
    float[] scales = new float[levels.length];
    Arrays.fill(scales, 0.25f);
    PackedCodes packed = PackedCodes.pack(groups, inputs, levels);
    float[] biases = new float[levels.length];
    return new Weights(inputs, groups, new int[0], scales, biases, packed.codes(), packed.tails());
  }

  // ---- graph

  private int tensor(int height, int width, int channels) {
    tensors.add(new Tensor("t" + tensors.size(), height, width, channels, Tensor.Type.INT8, 1, 0));
    return tensors.size() - 1;
  }

  private void convolution(int channels, int output, int height, int width, int groups, Weights weights) {
    int input = inputs.computeIfAbsent(channels, this::input);
    add(input, output, height, width, groups, weights);
  }

  /** From the picture, by channels without codes. */
  private int input(int channels) {
    List<ChannelGroup> none = List.of(new ChannelGroup(channels, 0, new Grid.Uniform()));
    int output = tensor(SIDE, SIDE, channels);
    add(0, output, 1, 1, 1, weights(none, 3, new short[channels][3]));
    return output;
  }

  private void add(int input, int output, int height, int width, int groups, Weights weights) {
    String name = "conv" + operations.size();
    operations.add(
        new Operation.Convolution(
            name, input, -1, output, Operation.Window.of(height, width, 1, 1, 0, 0), groups, -128, 127, weights));
  }

  // ---- comparison

  static void assertSameWeights(PqModel actual, PqModel expected) {
    assertThat(difference(actual, expected)).isNull();
  }

  /** Where the weights of two models differ; null if nowhere. */
  private static String difference(PqModel actual, PqModel expected) {
    for (int i = 0; i < expected.operations().size(); i++) {
      if (expected.operations().get(i) instanceof Operation.Convolution convolution) {
        var other = (Operation.Convolution) actual.operations().get(i);
        long codes = other.weights().codes().mismatch(convolution.weights().codes());
        long tails = other.weights().tails().mismatch(convolution.weights().tails());
        if (codes >= 0 || tails >= 0) {
          return "operation %d: codes at %d, tails at %d of %s %dx%d groups %d, %s"
              .formatted(
                  i,
                  codes,
                  tails,
                  convolution.weights().inputs(),
                  convolution.window().kernelHeight(),
                  convolution.window().kernelWidth(),
                  convolution.groups(),
                  convolution.weights().groups());
        }
      }
    }
    return null;
  }
}
