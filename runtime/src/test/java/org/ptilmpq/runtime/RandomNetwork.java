package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Provenance;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;

/** Valid networks of all operations, with branches, residuals and tensors that live long; scales keep bytes lively. */
final class RandomNetwork {

  static final int CLASSES = 37;

  private static final int MAX_ELEMENTS = 24_000;

  /** Most steps of the output that a bias has: with more, deep layers would be all bias. */
  private static final int BIAS_STEPS = 30;

  /** Cases of {@link #operation}. */
  private static final int KINDS = 12;

  private final RandomGenerator random;
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<Operation> operations = new ArrayList<>();

  private RandomNetwork(RandomGenerator random) {
    this.random = random;
  }

  /** Returns a network of about this many operations: every kind once, then random ones. */
  static PqModel of(RandomGenerator random, int atLeast) {
    RandomNetwork network = new RandomNetwork(random);
    network.tensors.add(new Tensor("input", 19, 17, 3, Tensor.Type.INT8, 0.02f, -3));
    network.convolution(0, 24);
    for (int kind = 0; network.operations.size() < atLeast; kind++) {
      network.operation(kind < KINDS ? kind : random.nextInt(KINDS));
    }
    network.scores();
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < CLASSES; i++) {
      labels.add("class " + i);
    }
    return new PqModel(
        "random",
        network.tensors,
        network.operations,
        0,
        network.tensors.size() - 1,
        new Preprocessing(0, new float[] {120, 115, 105}, new float[] {60, 58, 57}),
        labels,
        new Provenance("", "", "test", "", ""));
  }

  private void operation(int kind) {
    int input = pick();
    switch (kind) {
      case 0, 1, 2 -> convolution(input, random.nextInt(1, 150));
      case 3 -> groupedConvolution(input);
      case 4 -> depthwise(input);
      case 5, 6 -> residualConvolution(input);
      case 7 -> addition(input);
      case 8 -> maxPooling(input);
      case 9 -> averagePooling(input);
      case 10 -> slice(input);
      case 11 -> {
        padding(input);
        rescale(input);
      }
      default -> throw new AssertionError(kind);
    }
  }

  /** Mostly the newest tensor, sometimes one that would be dead by now. */
  private int pick() {
    return random.nextInt(3) > 0 ? tensors.size() - 1 : random.nextInt(tensors.size());
  }

  private void convolution(int input, int channels) {
    Tensor in = tensors.get(input);
    Axis rows = Axis.convolution(random, in.height());
    Axis columns = Axis.convolution(random, in.width());
    int most = Math.max(1, MAX_ELEMENTS / (rows.size * columns.size));
    convolution(input, -1, rows, columns, 1, Math.min(channels, most));
  }

  private void groupedConvolution(int input) {
    Tensor in = tensors.get(input);
    if (in.channels() % 2 == 0 && in.channels() > 2) {
      Axis rows = Axis.convolution(random, in.height());
      Axis columns = Axis.convolution(random, in.width());
      convolution(input, -1, rows, columns, 2, 2 * random.nextInt(1, 40));
    }
  }

  private void depthwise(int input) {
    Tensor in = tensors.get(input);
    int multiplier = in.channels() < 20 ? random.nextInt(1, 3) : 1;
    Axis rows = Axis.convolution(random, in.height());
    Axis columns = Axis.convolution(random, in.width());
    convolution(input, -1, rows, columns, in.channels(), in.channels() * multiplier);
  }

  private void residualConvolution(int residual) {
    Tensor out = tensors.get(residual);
    List<Integer> inputs = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i).height() == out.height() && tensors.get(i).width() == out.width()) {
        inputs.add(i);
      }
    }
    int input = inputs.get(random.nextInt(inputs.size()));
    convolution(input, residual, Axis.same(random, out.height()), Axis.same(random, out.width()), 1, out.channels());
  }

  private void convolution(int input, int residual, Axis rows, Axis columns, int groups, int channels) {
    Tensor in = tensors.get(input);
    int inputs = rows.kernel * columns.kernel * in.channels() / groups;
    double deviation = RandomWeights.DEVIATION * in.scale() * Math.sqrt(inputs);
    double added = residual < 0 ? 0 : tensors.get(residual).scale();
    int parts = groups == in.channels() ? 1 : groups;
    Weights weights = RandomWeights.of(random, inputs, channels, parts, BIAS_STEPS * (deviation + added));
    int output = tensor(rows.size, columns.size, channels, deviation + added);
    operations.add(
        new Operation.Convolution(
            name("conv"),
            input,
            residual,
            output,
            window(rows, columns),
            groups,
            random.nextBoolean() ? tensors.get(output).zeroPoint() : -128,
            random.nextInt(4) == 0 ? 100 : 127,
            weights));
  }

  private static Operation.Window window(Axis rows, Axis columns) {
    return new Operation.Window(
        rows.kernel,
        columns.kernel,
        rows.stride,
        columns.stride,
        rows.dilation,
        columns.dilation,
        rows.pad,
        columns.pad);
  }

  private void addition(int left) {
    Tensor a = tensors.get(left);
    List<Integer> alike = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      Tensor b = tensors.get(i);
      if (b.height() == a.height() && b.width() == a.width() && b.channels() == a.channels()) {
        alike.add(i);
      }
    }
    int right = alike.get(random.nextInt(alike.size()));
    int output = tensor(a.height(), a.width(), a.channels(), 0.8 * (a.scale() + tensors.get(right).scale()));
    operations.add(new Operation.Addition(name("add"), left, right, output, -120, 125));
  }

  private void maxPooling(int input) {
    Tensor in = tensors.get(input);
    Axis rows = Axis.pool(random, in.height());
    Axis columns = Axis.pool(random, in.width());
    int output = passedOn(in, rows.size, columns.size, in.channels());
    operations.add(new Operation.MaxPooling(name("max"), input, output, window(rows, columns)));
  }

  private void averagePooling(int input) {
    Tensor in = tensors.get(input);
    Axis rows = Axis.pool(random, in.height());
    Axis columns = Axis.pool(random, in.width());
    int output =
        tensor(rows.size, columns.size, in.channels(), in.scale() / Math.sqrt(rows.kernel * columns.kernel));
    operations.add(
        new Operation.AveragePooling(
            name("mean"), input, output, window(rows, columns), random.nextBoolean(), -128, 127));
  }

  private void slice(int input) {
    Tensor in = tensors.get(input);
    int strideY = in.height() > 12 ? 2 : 1;
    int strideX = in.width() > 12 ? 2 : 1;
    int strideC = in.channels() > 60 ? 2 : 1;
    int startC = in.channels() > 8 ? random.nextInt(3) : 0;
    int output =
        passedOn(
            in,
            (in.height() + strideY - 1) / strideY,
            (in.width() + strideX - 1) / strideX,
            (in.channels() - startC + strideC - 1) / strideC);
    operations.add(new Operation.Slice(name("slice"), input, output, 0, 0, startC, strideY, strideX, strideC));
  }

  private void padding(int input) {
    Tensor in = tensors.get(input);
    int after = random.nextInt(2);
    if ((in.height() + 2L) * (in.width() + 2) * (in.channels() + 4) > MAX_ELEMENTS) {
      return;
    }
    int output = passedOn(in, in.height() + 1 + after, in.width() + after, in.channels() + 3 + after);
    operations.add(new Operation.Padding(name("pad"), input, output, 1, 0, 3));
  }

  private void rescale(int input) {
    Tensor in = tensors.get(input);
    int output = tensor(in.height(), in.width(), in.channels(), in.scale() * random.nextDouble(0.7, 1.4));
    operations.add(new Operation.Rescale(name("rescale"), input, output, -100, 127));
  }

  private void scores() {
    int input = tensors.size() - 1;
    Tensor in = tensors.get(input);
    tensors.add(new Tensor("scores", 1, 1, CLASSES, Tensor.Type.FLOAT32, 1, 0));
    double deviation = RandomWeights.DEVIATION * in.scale() * Math.sqrt(in.elements());
    Weights weights = RandomWeights.of(random, in.elements(), CLASSES, 1, BIAS_STEPS * deviation);
    operations.add(
        new Operation.Convolution(
            "scores",
            input,
            -1,
            input + 1,
            Operation.Window.of(in.height(), in.width(), 1, 1, 0, 0),
            1,
            -128,
            127,
            weights));
  }

  private int tensor(int height, int width, int channels, double scale) {
    int zeroPoint = random.nextInt(-60, 60);
    tensors.add(new Tensor(name("t"), height, width, channels, Tensor.Type.INT8, (float) scale, zeroPoint));
    return tensors.size() - 1;
  }

  private int passedOn(Tensor in, int height, int width, int channels) {
    tensors.add(new Tensor(name("t"), height, width, channels, Tensor.Type.INT8, in.scale(), in.zeroPoint()));
    return tensors.size() - 1;
  }

  private String name(String kind) {
    return kind + operations.size();
  }

  /**
   * How windows lie along an axis.
   *
   * @param size how many there are
   */
  private record Axis(int kernel, int stride, int dilation, int pad, int size) {

    static Axis convolution(RandomGenerator random, int input) {
      return fitted(random, input, random.nextInt(1, 4), random.nextInt(1, 3));
    }

    static Axis pool(RandomGenerator random, int input) {
      return fitted(random, input, random.nextInt(1, 4), 1);
    }

    /** As many windows as the input is long. */
    static Axis same(RandomGenerator random, int input) {
      int dilation = random.nextInt(1, 3);
      return random.nextBoolean() ? new Axis(1, 1, dilation, 0, input) : new Axis(3, 1, dilation, dilation, input);
    }

    private static Axis fitted(RandomGenerator random, int input, int kernel, int dilation) {
      int stride = input > 8 ? random.nextInt(1, 3) : 1;
      int extent = (kernel - 1) * dilation + 1;
      int pad = random.nextInt(extent);
      int after = random.nextInt(extent);
      int span = input + pad + after - extent;
      return span < 0 ? new Axis(1, 1, 1, 0, input) : new Axis(kernel, stride, dilation, pad, span / stride + 1);
    }
  }
}
