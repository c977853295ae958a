package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * Small ONNX models for tests. The graph's input is "x", its output "y"; weights are random, of mean 0, and large
 * enough that a missing one shows.
 */
final class ModelBuilder {

  private final int opset;
  private final RandomGenerator random;
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private int nodes;

  ModelBuilder(int opset, RandomGenerator random) {
    this.opset = opset;
    this.random = random;
    graph.addOutput(ValueInfoProto.newBuilder().setName("y").setType(floats()));
  }

  /** The graph's input; a dimension of −1 is open. */
  ModelBuilder input(long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dim : dims) {
      shape.addDim(
          dim < 0 ? Dimension.newBuilder().setDimParam("N") : Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Builder type = floats();
    type.getTensorTypeBuilder().setShape(shape);
    graph.addInput(ValueInfoProto.newBuilder().setName("x").setType(type));
    return this;
  }

  private static TypeProto.Builder floats() {
    return TypeProto.newBuilder()
        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT_VALUE));
  }

  /** An initializer of random floats. */
  ModelBuilder weights(String name, long... dims) {
    return weightsBetween(name, -1, 1, dims);
  }

  /** An initializer of random floats in a range. */
  ModelBuilder weightsBetween(String name, float low, float high, long... dims) {
    float[] values = new float[(int) Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(low, high);
    }
    return values(name, values, dims);
  }

  /** An initializer of given floats. */
  ModelBuilder values(String name, float[] values, long... dims) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return initializer(tensor(name, DataType.FLOAT, dims).setRawData(ByteString.copyFrom(raw)));
  }

  /** An initializer that is a vector of integers. */
  ModelBuilder integers(String name, long... values) {
    TensorProto.Builder tensor = tensor(name, DataType.INT64, values.length);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    return initializer(tensor);
  }

  ModelBuilder initializer(TensorProto.Builder tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** The four parameters of a batch normalization: name.0 … name.3. */
  ModelBuilder norm(String name, int channels) {
    return weightsBetween(name + ".0", 0.5f, 1.5f, channels)
        .weights(name + ".1", channels)
        .weights(name + ".2", channels)
        .weightsBetween(name + ".3", 0.5f, 2, channels);
  }

  /** A node; {@code inputs} are separated by blanks, "-" stands for one left out. */
  ModelBuilder node(String operator, String inputs, String output, AttributeProto... attributes) {
    List<String> names = Arrays.stream(inputs.split(" ")).map(name -> name.equals("-") ? "" : name).toList();
    graph.addNode(
        NodeProto.newBuilder()
            .setName(operator.toLowerCase(Locale.ROOT) + nodes++)
            .setOpType(operator)
            .addAllInput(inputs.isEmpty() ? List.of() : names)
            .addAllOutput(List.of(output.split(" ")))
            .addAllAttribute(List.of(attributes)));
    return this;
  }

  GraphProto.Builder graph() {
    return graph;
  }

  ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(opset))
        .setGraph(graph)
        .build();
  }

  byte[] bytes() {
    return model().toByteArray();
  }

  static TensorProto.Builder tensor(String name, DataType type, long... dims) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type.getNumber());
    Arrays.stream(dims).forEach(tensor::addDims);
    return tensor;
  }

  static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    Arrays.stream(values).forEach(attribute::addInts);
    return attribute.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.INT).setI(value).build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.FLOAT).setF(value).build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto tensor(String name, TensorProto.Builder value) {
    return AttributeProto.newBuilder().setName(name).setType(AttributeType.TENSOR).setT(value).build();
  }
}
