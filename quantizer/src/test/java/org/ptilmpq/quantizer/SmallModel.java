package org.ptilmpq.quantizer;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;

/** Writes small ONNX classifiers with random weights, and random pictures to calibrate them on. */
final class SmallModel {

  static final int SIDE = 16;
  static final int CLASSES = 10;

  private final RandomGenerator random;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");
  private String last = "input";
  private int names;

  SmallModel(RandomGenerator random, int inputChannels) {
    this.random = random;
    graph.addInput(value("input", 1, inputChannels, SIDE, SIDE));
  }

  /** A stem, a residual block, max pooling, depthwise and grouped convolutions, global average and dense layer. */
  static SmallModel residual(RandomGenerator random) {
    SmallModel model = new SmallModel(random, 3);
    model.conv(3, 64, 3, 1, 1, 1).relu();
    String shortcut = model.last;
    model.conv(64, 64, 3, 1, 1, 1).relu().conv(64, 64, 3, 1, 1, 1).add(shortcut).relu();
    model.maxPool().conv(64, 64, 3, 1, 1, 64).relu6().conv(64, 48, 3, 2, 1, 2).relu();
    return model.globalAverage().dense(48, CLASSES);
  }

  /** Makes a residual block whose second convolution has no weight but 0. */
  static SmallModel withLayerOfZeros(RandomGenerator random) {
    SmallModel model = new SmallModel(random, 3);
    model.conv(3, 64, 3, 2, 1, 1).relu();
    String shortcut = model.last;
    model.conv(64, 32, 1, 1, 0, 1).relu().conv(new float[64 * 32 * 9], 32, 64, 3, 1, 1, 1).add(shortcut).relu();
    return model.globalAverage().dense(64, CLASSES);
  }

  /** Makes a model that ends in a pooling, as a fully convolutional classifier does. */
  static SmallModel endingInPooling(RandomGenerator random) {
    SmallModel model = new SmallModel(random, 3);
    return model.conv(3, 24, 3, 2, 1, 1).relu().conv(24, CLASSES, 1, 1, 0, 1).globalAverage().flatten();
  }

  SmallModel conv(int inputs, int outputs, int kernel, int stride, int pad, int groups) {
    int perOutput = inputs / groups * kernel * kernel;
    float[] weights = gaussian(outputs * perOutput, (float) Math.sqrt(2.0 / perOutput));
    return conv(weights, inputs, outputs, kernel, stride, pad, groups);
  }

  SmallModel conv(float[] weights, int inputs, int outputs, int kernel, int stride, int pad, int groups) {
    String w = tensor(weights, outputs, inputs / groups, kernel, kernel);
    String b = tensor(gaussian(outputs, 0.1f), outputs);
    return node(
        "Conv",
        List.of(last, w, b),
        ints("kernel_shape", kernel, kernel),
        ints("strides", stride, stride),
        ints("pads", pad, pad, pad, pad),
        attribute("group", groups));
  }

  SmallModel dense(int inputs, int outputs) {
    flatten();
    String w = tensor(gaussian(inputs * outputs, (float) Math.sqrt(8.0 / inputs)), outputs, inputs);
    String b = tensor(gaussian(outputs, 0.1f), outputs);
    return node("Gemm", List.of(last, w, b), attribute("transB", 1));
  }

  SmallModel relu() {
    return node("Relu", List.of(last));
  }

  SmallModel relu6() {
    return node("Clip", List.of(last, tensor(new float[] {0}), tensor(new float[] {6})));
  }

  SmallModel add(String other) {
    return node("Add", List.of(last, other));
  }

  SmallModel maxPool() {
    return node(
        "MaxPool",
        List.of(last),
        ints("kernel_shape", 3, 3),
        ints("strides", 2, 2),
        ints("pads", 1, 1, 1, 1));
  }

  SmallModel globalAverage() {
    return node("GlobalAveragePool", List.of(last));
  }

  SmallModel flatten() {
    return node("Flatten", List.of(last));
  }

  Path write(Path file) throws IOException {
    graph.addOutput(value(last, 1, CLASSES));
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
            .setGraph(graph)
            .build();
    return Files.write(file, model.toByteArray());
  }

  /** Writes PNG files of smooth random colours, so that neighbouring pixels are alike as in photographs. */
  static Path pictures(Path folder, int count, RandomGenerator random) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
      double[] phase = random.doubles(9).toArray();
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          int rgb = 0;
          for (int c = 0; c < 3; c++) {
            double wave = Math.sin(6 * phase[c] + (phase[3 + c] * x + phase[6 + c] * y) / 2);
            rgb = rgb << 8 | (int) Math.clamp(128 + 100 * wave + 20 * random.nextGaussian(), 0, 255);
          }
          picture.setRGB(x, y, rgb);
        }
      }
      ImageIO.write(picture, "png", folder.resolve("%04d.png".formatted(i)).toFile());
    }
    return folder;
  }

  float[] gaussian(int count, float sigma) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (sigma * random.nextGaussian());
    }
    return values;
  }

  private SmallModel node(String type, List<String> inputs, AttributeProto... attributes) {
    String output = type.toLowerCase(Locale.ROOT) + names++;
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output)
            .setOpType(type)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(Arrays.asList(attributes)));
    last = output;
    return this;
  }

  private String tensor(float[] values, long... dims) {
    String name = "constant" + names++;
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(bytes));
    Arrays.stream(dims).forEach(tensor::addDims);
    graph.addInitializer(tensor);
    return name;
  }

  private static AttributeProto ints(String name, long... values) {
    List<Long> list = new ArrayList<>();
    Arrays.stream(values).forEach(list::add);
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(list)
        .build();
  }

  private static AttributeProto attribute(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INT).setI(value).build();
  }

  private static ValueInfoProto value(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    Arrays.stream(dims).forEach(dim -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim)));
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber()).setShape(shape).build();
    return ValueInfoProto.newBuilder().setName(name).setType(TypeProto.newBuilder().setTensorType(tensor)).build();
  }
}
