package org.ptilmpq.format;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The recipe of the golden file: a small network with every operation, grid and width that the format knows. It uses no
 * random numbers and must never change; a new version of the format gets a recipe of its own beside it.
 */
final class GoldenModel {

  /** Operations by their index in the model. */
  static final int CONVOLUTION = 0;

  static final int MAX_POOLING = 1;
  static final int SLICE = 2;
  static final int PADDING = 3;
  static final int DEPTHWISE = 4;
  static final int GROUPED = 5;
  static final int RESIDUAL = 6;
  static final int ADDITION = 7;
  static final int RESCALE = 8;
  static final int AVERAGE_POOLING = 9;
  static final int CLASSIFIER = 10;

  private static final Grid UNIFORM = new Grid.Uniform();
  private static final Grid HALF_STEP = new Grid.HalfStep();

  private GoldenModel() {}

  /** Writes the golden file; see {@link GoldenFileTest} for when. */
  public static void main(String[] arguments) throws IOException {
    PqWriter.write(model(), Path.of(arguments[0]));
  }

  static PqModel model() {
    List<Tensor> tensors =
        List.of(
            int8("picture", 8, 8, 3, 0.0187f, -14),
            int8("conv", 4, 4, 67, 0.05f, -128),
            int8("pool", 2, 2, 67, 0.05f, -128),
            int8("slice", 2, 2, 6, 0.05f, -128),
            int8("pad", 4, 4, 8, 0.05f, -128),
            int8("depthwise", 4, 4, 8, 0.25f, 3),
            int8("grouped", 4, 4, 8, 0.125f, 0),
            int8("residual", 4, 4, 8, 0.031f, 127),
            int8("sum", 4, 4, 8, 0.062f, -1),
            int8("rescaled", 4, 4, 8, 0.06f, -128),
            int8("mean", 1, 1, 8, 0.03f, -128),
            new Tensor("scores", 1, 1, 5, Tensor.Type.FLOAT32, 1, 0));
    List<Operation> operations =
        List.of(
            convolution("conv", 0, -1, 1, 3, 2, 1, 1, 1, -128, 100, ordinary()),
            new Operation.MaxPooling("pool", 1, 2, Operation.Window.of(2, 2, 2, 2, 0, 0)),
            new Operation.Slice("slice", 2, 3, 0, 0, 1, 1, 1, 11),
            new Operation.Padding("pad", 3, 4, 1, 1, 1),
            convolution("depthwise", 4, -1, 5, 3, 1, 1, 1, 8, -128, 127, depthwise()),
            convolution("grouped", 5, -1, 6, 1, 1, 1, 0, 2, -128, 127, grouped()),
            convolution("residual", 6, 4, 7, 3, 1, 2, 2, 1, -128, 127, dilated()),
            new Operation.Addition("sum", 7, 4, 8, -1, 127),
            new Operation.Rescale("rescaled", 8, 9, -128, 0),
            new Operation.AveragePooling("mean", 9, 10, Operation.Window.of(4, 4, 1, 1, 0, 0), true, -128, 127),
            convolution("classifier", 10, -1, 11, 1, 1, 1, 0, 1, -128, 127, classifier()));
    return new PqModel(
        "golden-1.0",
        tensors,
        operations,
        0,
        11,
        new Preprocessing(9, new float[] {123.675f, 116.28f, 103.53f}, new float[] {58.395f, 57.12f, 57.375f}),
        List.of("cat", "", "Würger", "大熊猫", "dog"),
        new Provenance("golden.onnx", "0123456789abcdef".repeat(4), "GoldenModel", "none", "--bits 3.5"));
  }

  private static Tensor int8(String name, int height, int width, int channels, float scale, int zeroPoint) {
    return new Tensor(name, height, width, channels, Tensor.Type.INT8, scale, zeroPoint);
  }

  private static Operation.Convolution convolution(
      String name,
      int input,
      int residual,
      int output,
      int kernel,
      int stride,
      int dilation,
      int pad,
      int groups,
      int low,
      int high,
      Weights weights) {
    return new Operation.Convolution(
        name,
        input,
        residual,
        output,
        new Operation.Window(kernel, kernel, stride, stride, dilation, dilation, pad, pad),
        groups,
        low,
        high,
        weights);
  }

  /** More than one block, a block of two channels, a group of width 0, a permutation. */
  private static Weights ordinary() {
    List<ChannelGroup> groups = List.of(new ChannelGroup(66, 4, UNIFORM), new ChannelGroup(1, 0, UNIFORM));
    int[] order = IntStream.range(0, 67).map(position -> position * 5 % 67).toArray();
    return weights(27, groups, order);
  }

  private static Weights depthwise() {
    return weights(9, List.of(new ChannelGroup(3, 1, HALF_STEP), new ChannelGroup(5, 2, UNIFORM)), new int[0]);
  }

  /** Groups and permutation stay within the two halves. */
  private static Weights grouped() {
    List<ChannelGroup> groups =
        List.of(
            new ChannelGroup(4, 3, new Grid.TwoRegion(1, 3)),
            new ChannelGroup(2, 3, HALF_STEP),
            new ChannelGroup(2, 5, UNIFORM));
    return weights(4, groups, new int[] {3, 1, 0, 2, 4, 7, 6, 5});
  }

  private static Weights dilated() {
    return weights(72, List.of(new ChannelGroup(7, 2, HALF_STEP), new ChannelGroup(1, 7, UNIFORM)), new int[0]);
  }

  private static Weights classifier() {
    List<ChannelGroup> groups =
        List.of(new ChannelGroup(3, 8, new Grid.TwoRegion(31, 4)), new ChannelGroup(2, 6, UNIFORM));
    return weights(8, groups, new int[] {4, 2, 0, 1, 3});
  }

  private static Weights weights(int inputs, List<ChannelGroup> groups, int[] order) {
    int channels = groups.stream().mapToInt(ChannelGroup::channels).sum();
    float[] scales = new float[channels];
    float[] biases = new float[channels];
    short[][] codes = new short[channels][inputs];
    int position = 0;
    for (ChannelGroup group : groups) {
      for (int j = 0; j < group.channels(); j++, position++) {
        scales[position] = 0.01f + position * 0.0005f;
        biases[position] = position % 7 * 0.25f - 0.75f;
        for (int k = 0; k < inputs && group.width() > 0; k++) {
          int unused = Integer.SIZE - group.width();
          codes[position][k] = (short) (position * 31 + k * 17 + k * k << unused >> unused);
        }
      }
    }
    MemorySegment packed = BitPacking.pack(groups, inputs, codes);
    return new Weights(inputs, groups, order, scales, biases, packed, MemorySegment.NULL);
  }
}
