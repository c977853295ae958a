package org.ptilmpq.format;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Seeded valid models of every operation, grid and width, at odd sizes. */
final class RandomModels {

  private static final int KINDS = 9;

  private final RandomGenerator random;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();

  private RandomModels(RandomGenerator random) {
    this.random = random;
  }

  /** A model of {@code operations} operations of random kinds and a fully connected layer at the end. */
  static PqModel model(RandomGenerator random, int operations) {
    return new RandomModels(random).build(operations);
  }

  private PqModel build(int count) {
    int height = from(1, 12);
    int width = from(1, 12);
    tensor(height, width, 3);
    for (int i = 0; i < count; i++) {
      operation(random.nextInt(KINDS), random.nextInt(tensors.size()));
    }
    int classes = from(1, 12);
    classifier(classes);
    List<String> labels =
        random.nextBoolean()
            ? List.of()
            : IntStream.range(0, classes).mapToObj(i -> i == 0 ? "" : "Klasse №" + i).toList();
    int resize = random.nextBoolean() ? 0 : Math.min(height, width) + random.nextInt(5);
    return new PqModel(
        "random",
        tensors,
        operations,
        0,
        tensors.size() - 1,
        new Preprocessing(resize, new float[] {123.675f, 0, -3}, new float[] {58.395f, 1, 0.25f}),
        labels,
        new Provenance("model.onnx", random.nextBoolean() ? "0a".repeat(32) : "", "test", "", "--bits 3"));
  }

  private void operation(int kind, int input) {
    Tensor in = tensors.get(input);
    String name = "op" + operations.size();
    int low = from(-128, 0);
    int high = from(low, 127);
    switch (kind) {
      case 0, 1, 2 -> convolution(name, input, kind, low, high);
      case 3 -> {
        int output = tensor(in.height(), in.width(), in.channels());
        operations.add(new Operation.Addition(name, input, input, output, low, high));
      }
      case 4 -> {
        Axis rows = poolAxis(in.height());
        Axis columns = poolAxis(in.width());
        int output = sameQuantization(in, rows.outputs, columns.outputs, in.channels());
        operations.add(new Operation.MaxPooling(name, input, output, window(rows, columns)));
      }
      case 5 -> {
        Axis rows = poolAxis(in.height());
        Axis columns = poolAxis(in.width());
        int output = tensor(rows.outputs, columns.outputs, in.channels());
        operations.add(
            new Operation.AveragePooling(
                name,
                input,
                output,
                window(rows, columns),
                random.nextBoolean(),
                low,
                high));
      }
      case 6 -> slice(name, input);
      case 7 -> {
        int top = from(0, 2);
        int left = from(0, 2);
        int front = from(0, 2);
        int output =
            sameQuantization(
                in, in.height() + top + from(0, 2), in.width() + left + from(0, 2), in.channels() + front + from(0, 2));
        operations.add(new Operation.Padding(name, input, output, top, left, front));
      }
      default -> {
        int output = tensor(in.height(), in.width(), in.channels());
        operations.add(new Operation.Rescale(name, input, output, low, high));
      }
    }
  }

  /** The windows of a pool along one axis: at least one tap of each position lies on the input. */
  private record Axis(int kernel, int stride, int pad, int outputs) {}

  private static Operation.Window window(Axis rows, Axis columns) {
    return Operation.Window.of(rows.kernel, columns.kernel, rows.stride, columns.stride, rows.pad, columns.pad);
  }

  private Axis poolAxis(int size) {
    int kernel = from(1, Math.min(3, size));
    int stride = from(1, 2);
    int pad = random.nextInt(kernel);
    return new Axis(kernel, stride, pad, (size + pad - kernel) / stride + 1);
  }

  /** @param kind 0: ordinary, 1: depthwise, 2: of several groups */
  private void convolution(String name, int input, int kind, int low, int high) {
    Tensor in = tensors.get(input);
    int divisor = IntStream.of(3, 2, 1).filter(d -> in.channels() % d == 0).findFirst().orElseThrow();
    int groups = kind == 0 ? 1 : kind == 1 ? in.channels() : divisor;
    int outputs = kind == 0 ? oddChannels() : groups * from(1, 2);
    int dilation = from(1, 2);
    int kernel = from(1, 3);
    int extent = (kernel - 1) * dilation + 1;
    int stride = from(1, 3);
    // Padding that lets at least one window fit; the bottom and right sides get as much again.
    int pad = from(Math.max(0, (extent - Math.min(in.height(), in.width()) + 1) / 2), extent);
    int output =
        tensor(
            (in.height() + 2 * pad - extent) / stride + 1, (in.width() + 2 * pad - extent) / stride + 1, outputs);
    Tensor out = tensors.get(output);
    int residual = random.nextInt(3) == 0 ? twin(out) : -1;
    boolean depthwise = groups == in.channels();
    Weights weights =
        weights(kernel * kernel * (in.channels() / groups), outputs, depthwise ? 1 : groups);
    operations.add(
        new Operation.Convolution(
            name,
            input,
            residual,
            output,
            new Operation.Window(kernel, kernel, stride, stride, dilation, dilation, pad, pad),
            groups,
            low,
            high,
            weights));
  }

  /** Another tensor of the same shape, if some earlier operation filled one; else −1. */
  private int twin(Tensor out) {
    return IntStream.range(0, tensors.size() - 1)
        .filter(
            i -> {
              Tensor t = tensors.get(i);
              return t.height() == out.height() && t.width() == out.width() && t.channels() == out.channels();
            })
        .findFirst()
        .orElse(-1);
  }

  private void slice(String name, int input) {
    Tensor in = tensors.get(input);
    int startY = random.nextInt(in.height());
    int startX = random.nextInt(in.width());
    int startC = random.nextInt(in.channels());
    int strideY = from(1, 3);
    int strideX = from(1, 3);
    int strideC = from(1, 3);
    int output =
        sameQuantization(
            in,
            (in.height() - 1 - startY) / strideY + 1,
            (in.width() - 1 - startX) / strideX + 1,
            (in.channels() - 1 - startC) / strideC + 1);
    operations.add(
        new Operation.Slice(name, input, output, startY, startX, startC, strideY, strideX, strideC));
  }

  private void classifier(int classes) {
    int input = tensors.size() - 1;
    Tensor in = tensors.get(input);
    tensors.add(new Tensor("scores", 1, 1, classes, Tensor.Type.FLOAT32, 1, 0));
    operations.add(
        new Operation.Convolution(
            "classifier",
            input,
            -1,
            input + 1,
            Operation.Window.of(in.height(), in.width(), 1, 1, 0, 0),
            1,
            -128,
            127,
            weights(in.elements(), classes, 1)));
  }

  /** @param parts of equally many channels that neither groups nor the order cross */
  private Weights weights(int inputs, int channels, int parts) {
    List<ChannelGroup> groups = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    int partChannels = channels / parts;
    for (int part = 0; part < parts; part++) {
      List<Integer> within =
          new ArrayList<>(IntStream.range(part * partChannels, (part + 1) * partChannels).boxed().toList());
      Collections.shuffle(within, Random.from(random));
      order.addAll(within);
      for (int left = partChannels; left > 0; ) {
        int some = from(1, left);
        groups.add(group(some));
        left -= some;
      }
    }
    float[] scales = new float[channels];
    float[] biases = new float[channels];
    for (int i = 0; i < channels; i++) {
      scales[i] = random.nextFloat(1e-4f, 0.5f);
      biases[i] = random.nextFloat(-10, 10);
    }
    if (random.nextBoolean()) {
      round(scales, biases);
    }
    int[] channelOrder =
        random.nextInt(3) == 0 ? new int[0] : order.stream().mapToInt(Integer::intValue).toArray();
    PackedCodes packed = PackedCodes.pack(groups, inputs, codes(groups, inputs));
    return new Weights(inputs, groups, channelOrder, scales, biases, packed.codes(), packed.tails());
  }

  /** Rounds as a quantizer does for short files: to few significant bits, to multiples of a power of two. */
  private static void round(float[] scales, float[] biases) {
    for (int i = 0; i < scales.length; i++) {
      scales[i] = Float.intBitsToFloat(Float.floatToIntBits(scales[i]) >> 18 << 18);
      biases[i] = Math.round(biases[i] * 64) / 64f;
    }
  }

  private ChannelGroup group(int channels) {
    int width = from(0, 8);
    Grid grid =
        switch (width == 0 ? 0 : random.nextInt(5)) {
          case 0 -> new Grid.Uniform();
          case 1 -> new Grid.HalfStep();
          case 2, 3 -> new Grid.SparseTails();
          default -> new Grid.TwoRegion(random.nextInt(4), from(1, 5));
        };
    return new ChannelGroup(channels, width, grid);
  }

  /** Random codes of every channel, [packed position][input]. */
  short[][] codes(List<ChannelGroup> groups, int inputs) {
    short[][] codes = new short[groups.stream().mapToInt(ChannelGroup::channels).sum()][inputs];
    int position = 0;
    for (ChannelGroup group : groups) {
      // Levels with tails mostly have no more bits than the planes hold, and in some groups never more.
      boolean tails = group.grid() instanceof Grid.SparseTails && random.nextInt(5) > 0;
      for (int j = 0; j < group.channels(); j++, position++) {
        for (int k = 0; k < inputs && group.width() > 0; k++) {
          int bits = tails && random.nextInt(20) == 0 ? from(group.width(), 12) : group.width();
          codes[position][k] = (short) from(-(1 << bits - 1), (1 << bits - 1) - 1);
        }
      }
    }
    return codes;
  }

  private int oddChannels() {
    return random.nextInt(8) == 0 ? from(60, 140) : from(1, 20);
  }

  private int tensor(int height, int width, int channels) {
    tensors.add(
        new Tensor(
            "t" + tensors.size(),
            height,
            width,
            channels,
            Tensor.Type.INT8,
            random.nextFloat(1e-3f, 1),
            from(-128, 127)));
    return tensors.size() - 1;
  }

  private int sameQuantization(Tensor in, int height, int width, int channels) {
    tensors.add(
        new Tensor("t" + tensors.size(), height, width, channels, Tensor.Type.INT8, in.scale(), in.zeroPoint()));
    return tensors.size() - 1;
  }

  private int from(int least, int greatest) {
    return random.nextInt(least, greatest + 1);
  }
}
