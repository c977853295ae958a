package org.ptilmpq.cli;

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
import java.awt.Color;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** An ONNX classifier with random weights, two convolutions, a global average and a fully connected layer. */
final class SmallOnnx {

  static final int CLASSES = 5;
  private static final int CHANNELS = 32;

  private final RandomGenerator random;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("small");

  private SmallOnnx(RandomGenerator random) {
    this.random = random;
  }

  /**
   * Writes the classifier.
   *
   * @param side of its input; its work grows with the square
   */
  static Path write(Path file, int side, RandomGenerator random) throws IOException {
    return Files.write(file, new SmallOnnx(random).model(side).toByteArray());
  }

  /** Writes pictures of one colour each, named 000.png, 001.png … */
  static Path pictures(Path folder, int count, RandomGenerator random) throws IOException {
    Files.createDirectories(folder);
    for (int i = 0; i < count; i++) {
      ColourModel.picture(folder.resolve("%03d.png".formatted(i)), new Color(random.nextInt(1 << 24)));
    }
    return folder;
  }

  private ModelProto model(int side) {
    graph.addInput(value("pixels", 1, 3, side, side));
    conv("stem", "pixels", 3);
    node("Relu", "stem.relu", "stem");
    conv("body", "stem.relu", CHANNELS);
    node("Relu", "body.relu", "body");
    node("GlobalAveragePool", "mean", "body.relu");
    node("Flatten", "flat", "mean");
    tensor("head.w", 0.5, CHANNELS, CLASSES);
    tensor("head.b", 0.1, CLASSES);
    node("Gemm", "scores", "flat", "head.w", "head.b");
    graph.addOutput(value("scores", 1, CLASSES));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build();
  }

  private void conv(String name, String input, int inputs) {
    tensor(name + ".w", Math.sqrt(2.0 / (9 * inputs)), CHANNELS, inputs, 3, 3);
    node("Conv", name, input, name + ".w").addAttribute(
        AttributeProto.newBuilder()
            .setName("pads")
            .setType(AttributeProto.AttributeType.INTS)
            .addAllInts(List.of(1L, 1L, 1L, 1L)));
  }

  private NodeProto.Builder node(String type, String output, String... inputs) {
    return graph.addNodeBuilder().setName(output).setOpType(type).addAllInput(Arrays.asList(inputs)).addOutput(output);
  }

  private void tensor(String name, double sigma, long... dims) {
    int count = (int) Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      bytes.putFloat((float) (sigma * random.nextGaussian()));
    }
    TensorProto.Builder tensor = graph.addInitializerBuilder().setName(name);
    tensor.setDataType(TensorProto.DataType.FLOAT.getNumber()).setRawData(ByteString.copyFrom(bytes.flip()));
    Arrays.stream(dims).forEach(tensor::addDims);
  }

  private static ValueInfoProto value(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    Arrays.stream(dims).forEach(dim -> shape.addDimBuilder().setDimValue(dim));
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
