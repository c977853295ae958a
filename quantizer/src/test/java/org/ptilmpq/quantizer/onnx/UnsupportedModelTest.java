package org.ptilmpq.quantizer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.integer;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.ints;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.number;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.tensor;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.options.OnnxException;
import org.ptilmpq.testkit.Seeds;

/** Models that can't be imported: the message says which node or tensor, and what is wrong. */
class UnsupportedModelTest {

  private final RandomGenerator random = Seeds.random("UnsupportedModelTest", 3);

  private ModelBuilder model(int opset) {
    return new ModelBuilder(opset, random).input(1, 3, 6, 5);
  }

  private static void refused(ModelBuilder model, String... parts) {
    refused(model.bytes(), parts);
  }

  private static void refused(byte[] model, String... parts) {
    assertThatThrownBy(() -> OnnxReader.read(model, Path.of("."), OptionalInt.empty()))
        .isInstanceOf(OnnxException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void operatorsAndAttributes() {
    refused(model(13).node("Resize", "x", "y"), "node 'resize0'", "operator Resize is not supported", "BatchNorm");
    ModelBuilder foreign = model(13);
    foreign
        .graph()
        .addNode(NodeProto.newBuilder().setOpType("Relu").setDomain("com.acme").addInput("x").addOutput("y"));
    refused(foreign, "node 'y'", "com.acme.Relu");
    refused(model(13).node("Relu", "x", "y", number("slope", 1)), "relu0", "attribute slope");
    refused(model(13).node("Flatten", "x", "y", text("axis", "1")), "flatten0", "axis is of type STRING");
    refused(
        model(13).integers("p", 0, 0, 1, 1, 0, 0, 1, 1).node("Pad", "x p", "y", text("mode", "reflect")), "reflect");
    refused(model(13).node("MaxPool", "x", "y", ints("kernel_shape", 2, 2), ints("dilations", 2, 2)), "dilations");
    refused(model(13).node("MaxPool", "x", "y", ints("kernel_shape", 2)), "kernel_shape has 1 entries");
    refused(
        model(13)
            .node(
                "AveragePool",
                "x",
                "y",
                ints("kernel_shape", 2, 2),
                integer("ceil_mode", 1),
                integer("count_include_pad", 1)),
        "ceil_mode together with count_include_pad");
    refused(
        model(13)
            .node(
                "MaxPool",
                "x",
                "y",
                ints("kernel_shape", 1, 1),
                ints("strides", 3, 3),
                text("auto_pad", "SAME_UPPER")),
        "SAME_UPPER");
  }

  @Test
  void softmaxInTheMiddle() {
    refused(
        model(13).node("Softmax", "x", "s", integer("axis", 1)).node("Relu", "s", "y"),
        "softmax0",
        "all of the scores");
    refused(
        model(13)
            .node("GlobalAveragePool", "x", "g")
            .node("Softmax", "g", "s", integer("axis", 1))
            .node("Relu", "s", "y"),
        "relu2",
        "Softmax");
  }

  @Test
  void brokenGraphs() {
    refused(model(13).node("Relu", "z", "y"), "node 'relu0' reads 'z'", "nothing defines");
    refused(model(13).node("Relu", "x", "z"), "nothing computes the graph's output 'y'");
    refused(model(13).node("Relu", "x", "y").node("Relu", "x", "y"), "'y' is defined twice");
    refused(
        model(13).node("Add", "x b", "a").node("Relu", "a", "b").node("Relu", "b", "y"), "depends on its own result");
    refused(model(13).node("Relu", "-", "y"), "relu0", "input 0 is missing");
    refused(model(13).node("Relu", "", "y"), "relu0", "input 0 is missing");
    refused(model(13).weights("w", 3).weights("w", 3).node("Relu", "x", "y"), "initializer 'w' occurs twice");
    refused(model(13).weights("w", 3).node("Relu", "w", "y"), "input 0 is a constant");
    refused(model(13).node("MaxPool", "x z y", "a y", ints("kernel_shape", 2, 2)), "z");
    refused(
        model(13).node("MaxPool", "x", "a i", ints("kernel_shape", 2, 2)).node("Relu", "i", "y"),
        "node 'relu1' reads 'i'",
        "not supported");
    ModelBuilder two = model(13).node("Relu", "x", "y");
    two.graph().addOutput(ValueInfoProto.newBuilder().setName("x"));
    refused(two, "2 outputs");
    refused(model(13).input(1, 3, 6, 5).node("Relu", "x", "y"), "2 inputs");
    refused(model(6).node("Relu", "x", "y"), "opset 6", "7 to 22");
    refused(model(23).node("Relu", "x", "y"), "opset 23");
    refused("no model".getBytes(StandardCharsets.UTF_8), "not an ONNX model");
    refused(new byte[0], "opset");
  }

  @Test
  void shapesThatDoNotFit() {
    refused(model(13).weights("w", 4, 2, 3, 3).node("Conv", "x w", "y"), "conv0", "input channels");
    refused(model(13).weights("w", 4, 3, 7, 7).node("Conv", "x w", "y"), "conv0", "empty shape");
    refused(model(13).weights("w", 4, 3, 3).node("Conv", "x w", "y"), "conv0", "rows and columns");
    refused(model(13).weights("w", 4, 3, 3, 3).weights("b", 5).node("Conv", "x w b", "y"), "'b' has 5 elements");
    refused(model(13).weights("w", 4, 3, 3, 3).node("Conv", "x w", "y", ints("kernel_shape", 2, 2)), "kernel_shape");
    refused(model(13).weights("w", 4, 3, 3, 3).node("Conv", "x w", "y", ints("pads", -1, 0, 0, 0)), "pads of -1");
    refused(
        model(13)
            .weights("w", 4, 3, 1, 1)
            .node("Conv", "x w", "y", ints("pads", 1 << 20, 1 << 20, 1 << 20, 1 << 20)),
        "too large");
    refused(model(13).node("Flatten", "x", "f").node("Relu", "f", "y"), "neither a row of scores nor a picture");
    refused(model(13).weights("w", 80, 4).node("Flatten", "x", "f").node("MatMul", "f w", "y"), "a row of 90");
    refused(model(13).integers("s", 7, -1).node("Reshape", "x s", "y"), "can't become");
    refused(model(13).weights("c", 6, 5).node("Add", "x c", "y"), "one number, or one per channel");
    refused(model(13).node("Transpose", "x", "y", ints("perm", 0, 1, 3, 2)), "transpose0", "channels first");
    refused(
        model(13).integers("p", 0, 0, 0, 0, 0, 1 << 30, 0, 0).node("Pad", "x p", "y"), "pad0", "too large");
    refused(new ModelBuilder(13, random).input(4, 3, 6, 5).node("Relu", "x", "y"), "batch of 4");
    refused(new ModelBuilder(13, random).input(1, 3, 6).node("Relu", "x", "y"), "3 dimensions");
    refused(new ModelBuilder(13, random).input(1, -1, 6, 5).node("Relu", "x", "y"), "leaves its channels open");
  }

  @Test
  void openSidesAreTakenFromTheCaller() throws Exception {
    refused(new ModelBuilder(13, random).input(1, 3, -1, -1).node("Relu", "x", "y"), "'x' leaves its height open");
    byte[] open = new ModelBuilder(13, random).input(-1, 3, -1, -1).node("Relu", "x", "y").bytes();
    FloatGraph graph = OnnxReader.read(open, Path.of("."), OptionalInt.of(32));
    assertThat(graph.input().shape()).isEqualTo(new Shape(32, 32, 3));
  }

  @Test
  void weightsThatAreNotNumbers() {
    refused(
        model(13).values("w", new float[] {1, Float.NaN, 1}, 1, 3, 1, 1).node("Conv", "x w", "y"),
        "tensor 'w' holds NaN at element 1");
    refused(
        model(13).values("c", new float[] {Float.POSITIVE_INFINITY}).node("Mul", "x c", "y"), "'c' holds Infinity");
    refused(model(13).values("c", new float[] {0}).node("Div", "x c", "y"), "divides channel 0 by 0");
    refused(
        model(13)
            .values("v", new float[] {-1, 1, 1}, 3)
            .weights("w", 3)
            .node("BatchNormalization", "x w w w v", "y"),
        "channel 0 of variance -1.0");
    refused(model(7).node("Clip", "x", "y", number("min", 2), number("max", 1)), "clip0", "[2.0, 1.0]");
  }

  @Test
  void tensorsThatDoNotHoldWhatTheySay() {
    refused(
        model(13).initializer(ModelBuilder.tensor("w", DataType.FLOAT, 4, 3).addFloatData(1)).node("Mul", "x w", "y"),
        "tensor 'w': 1 elements stored, 12 expected");
    refused(
        model(13)
            .initializer(ModelBuilder.tensor("w", DataType.FLOAT, Integer.MAX_VALUE, Integer.MAX_VALUE))
            .node("Mul", "x w", "y"),
        "tensor 'w'",
        "too large");
    refused(
        model(13).initializer(ModelBuilder.tensor("w", DataType.FLOAT, -1)).node("Mul", "x w", "y"), "dimension -1");
    refused(
        model(13).initializer(ModelBuilder.tensor("w", DataType.INT8, 1)).node("Mul", "x w", "y"),
        "element type INT8 is not supported");
    refused(
        model(13)
            .node("Constant", "", "c", tensor("value", ModelBuilder.tensor("", DataType.STRING, 1)))
            .node("Mul", "x c", "y"),
        "tensor 'c'",
        "STRING");
  }

  @Test
  void constantsThatGrowBeyondTheFile() {
    ModelBuilder model = model(13).integers("c0", new long[1000]);
    for (int i = 0; i < 20; i++) {
      model.node("Concat", "c" + i + " c" + i, "c" + (i + 1), integer("axis", 0));
    }
    refused(model.node("Reshape", "x c20", "y"), "grow far beyond");
  }

  @Test
  void moreConvolutionsThanTheWeightsAccountFor() {
    ModelBuilder model = model(13).weights("w", 1000, 3, 6, 5).weights("v", 1000, 1000, 1, 1).node("Conv", "x w", "c0");
    for (int i = 0; i < 25; i++) {
      model.node("Conv", "c" + i + " v", "c" + (i + 1));
    }
    refused(model.node("Relu", "c25", "y"), "grow far beyond");
  }

  @Test
  void filesOfTooManyParts() {
    byte[] nodes = new byte[3 << 20];
    for (int i = 0; i < nodes.length; i += 2) {
      nodes[i] = 1 << 3 | 2; // An empty node every two bytes.
    }
    byte[] model = new byte[nodes.length + 5];
    ByteBuffer.wrap(model).put(new byte[] {7 << 3 | 2, (byte) 0x80, (byte) 0x80, (byte) 0xC0, 1}).put(nodes);
    refused(model, "more than 1048576 nodes, attributes and names");
    GraphProto inner = GraphProto.getDefaultInstance();
    for (int depth = 0; depth < 20; depth++) {
      inner =
          GraphProto.newBuilder()
              .addNode(NodeProto.newBuilder().addAttribute(AttributeProto.newBuilder().setG(inner)))
              .build();
    }
    refused(ModelProto.newBuilder().setGraph(inner).build().toByteArray(), "nested more than 32 deep");
  }
}
