package org.ptilmpq.quantizer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.integer;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.ints;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.number;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.tensor;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.text;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Passes;
import org.ptilmpq.testkit.Seeds;

/** Every operator in every form its opsets have, against ONNX Runtime. */
class OperatorAgreementTest {

  private final RandomGenerator random = Seeds.random("OperatorAgreementTest", 5);

  private ModelBuilder model(int opset) {
    return new ModelBuilder(opset, random);
  }

  private FloatGraph check(ModelBuilder model) throws Exception {
    return Agreement.check("", model.bytes(), random);
  }

  @Test
  void batchNormalization() throws Exception {
    for (int opset : new int[] {7, 9, 14, 15, 22}) {
      FloatGraph graph =
          check(
              model(opset)
                  .input(-1, 3, 6, 5)
                  .weights("w", 4, 3, 3, 3)
                  .norm("n", 4)
                  .node("Conv", "x w", "c")
                  .node(
                      "BatchNormalization",
                      "c n.0 n.1 n.2 n.3",
                      "y",
                      number("epsilon", 1e-3f),
                      number("momentum", 0.8f)));
      assertThat(graph.nodes()).hasSize(1);
    }
    check(model(9).input(1, 3, 6, 5).norm("n", 3).node("BatchNormalization", "x n.0 n.1 n.2 n.3", "y"));
    FloatGraph ofScores =
        check(
            model(13)
                .input(1, 3, 6, 5)
                .weights("w", 90, 7)
                .norm("n", 7)
                .node("Flatten", "x", "f")
                .node("Gemm", "f w", "g")
                .node("BatchNormalization", "g n.0 n.1 n.2 n.3", "y"));
    assertThat(ofScores.nodes()).hasSize(1);
  }

  @Test
  void clip() throws Exception {
    check(model(7).input(1, 3, 6, 5).node("Clip", "x", "y", number("min", -0.5f), number("max", 1)));
    check(model(7).input(1, 3, 6, 5).node("Clip", "x", "y", number("max", 1)));
    check(model(11).input(1, 3, 6, 5).values("low", new float[] {0}).node("Clip", "x low", "y"));
    check(
        model(13)
            .input(1, 3, 6, 5)
            .values("high", new float[] {1})
            .node("Clip", "x - high", "y"));
    check(model(13).input(1, 3, 6, 5).node("Clip", "x", "y"));
  }

  @Test
  void residualBlock() throws Exception {
    FloatGraph graph =
        check(
            model(13)
                .input(1, 4, 6, 5)
                .weights("w1", 4, 4, 3, 3)
                .weights("w2", 4, 4, 3, 3)
                .norm("n1", 4)
                .norm("n2", 4)
                .node("Conv", "x w1", "c1", ints("pads", 1, 1, 1, 1))
                .node("BatchNormalization", "c1 n1.0 n1.1 n1.2 n1.3", "b1")
                .node("Relu", "b1", "r1")
                .node("Conv", "r1 w2", "c2", ints("pads", 1, 1, 1, 1))
                .node("BatchNormalization", "c2 n2.0 n2.1 n2.2 n2.3", "b2")
                .node("Add", "b2 x", "a")
                .node("Relu", "a", "y"));
    assertThat(graph.nodes()).hasSize(2);
  }

  @Test
  void constantsAddedAndMultiplied() throws Exception {
    for (String operator : new String[] {"Add", "Sub", "Mul", "Div"}) {
      for (long[] dims : new long[][] {{}, {1}, {3, 1, 1}, {1, 3, 1, 1}}) {
        check(model(13).input(1, 3, 6, 5).weightsBetween("c", 0.5f, 2, dims).node(operator, "x c", "y"));
        if (!operator.equals("Div")) {
          check(model(13).input(1, 3, 6, 5).weightsBetween("c", 0.5f, 2, dims).node(operator, "c x", "y"));
        }
      }
    }
  }

  @Test
  void constantNodes() throws Exception {
    check(
        model(13)
            .input(1, 3, 6, 5)
            .node("Constant", "", "c", number("value_float", 2.5f))
            .node("Mul", "x c", "y"));
    check(
        model(13)
            .input(1, 3, 6, 5)
            .node("Constant", "", "c", tensor("value", ModelBuilder.tensor("", DataType.FLOAT, 1).addFloatData(3)))
            .node("Identity", "c", "d")
            .node("Add", "d x", "y"));
    check(
        model(13)
            .input(1, 3, 6, 5)
            .node("Constant", "", "s", ints("value_ints", 0, -1))
            .weights("w", 90, 4)
            .node("Reshape", "x s", "f")
            .node("MatMul", "f w", "y"));
  }

  @Test
  void globalMeans() throws Exception {
    check(model(13).input(-1, 3, 6, 5).node("GlobalAveragePool", "x", "y"));
    check(model(13).input(1, 3, 6, 5).node("ReduceMean", "x", "y", ints("axes", 2, 3)));
    check(model(11).input(1, 3, 6, 5).node("ReduceMean", "x", "y", ints("axes", -1, -2), integer("keepdims", 0)));
    check(model(18).input(1, 3, 6, 5).integers("axes", 3, 2).node("ReduceMean", "x axes", "y", integer("keepdims", 0)));
  }

  @Test
  void gemm() throws Exception {
    for (int opset : new int[] {7, 11, 13}) {
      for (int transposed = 0; transposed <= 1; transposed++) {
        long[] dims = transposed == 1 ? new long[] {7, 90} : new long[] {90, 7};
        for (long[] bias : new long[][] {{7}, {1, 7}, {1}}) {
          check(
              model(opset)
                  .input(-1, 3, 6, 5)
                  .weights("w", dims)
                  .weights("b", bias)
                  .node("Flatten", "x", "f")
                  .node(
                      "Gemm",
                      "f w b",
                      "y",
                      integer("transB", transposed),
                      number("alpha", 0.5f),
                      number("beta", 2)));
        }
      }
    }
    check(model(13).input(1, 3, 1, 1).weights("w", 3, 4).node("Flatten", "x", "f").node("Gemm", "f w", "y"));
    check(
        model(13)
            .input(1, 3, 1, 1)
            .weights("w", 3, 4)
            .node("Flatten", "x", "f", integer("axis", 2))
            .node("Gemm", "f w", "y", integer("transA", 1)));
  }

  @Test
  void headsOfManyForms() throws Exception {
    check(
        model(9)
            .input(1, 3, 6, 5)
            .integers("shape", -1, 3)
            .weights("w", 3, 4)
            .weights("b", 4)
            .node("GlobalAveragePool", "x", "g")
            .node("Reshape", "g shape", "f")
            .node("MatMul", "f w", "m")
            .node("Add", "b m", "a")
            .node("Dropout", "a", "y", number("ratio", 0.3f)));
    check(
        model(11)
            .input(1, 3, 6, 5)
            .weights("w", 3, 4)
            .node("GlobalAveragePool", "x", "g")
            .node("Squeeze", "g", "f", ints("axes", 2, 3))
            .node("MatMul", "f w", "y"));
    check(
        model(13)
            .input(1, 3, 6, 5)
            .integers("axes", -1, 2)
            .weights("w", 3, 4)
            .node("GlobalAveragePool", "x", "g")
            .node("Squeeze", "g axes", "f")
            .node("Relu", "f", "r")
            .node("Gemm", "r w", "m")
            .node("Unsqueeze", "m axes", "y"));
    check(
        model(11)
            .input(1, 3, 6, 5)
            .weights("w", 3, 4)
            .node("ReduceMean", "x", "g", ints("axes", 2, 3), integer("keepdims", 0))
            .node("Unsqueeze", "g", "u", ints("axes", 2, 3))
            .node("Flatten", "u", "f", integer("axis", -3))
            .node("MatMul", "f w", "y"));
  }

  @Test
  void shapesThatExportersCompute() throws Exception {
    FloatGraph graph =
        check(
            model(9)
                .input(1, 3, 6, 5)
                .weights("w", 90, 4)
                .node("Shape", "x", "s")
                .node("Constant", "", "zero", tensor("value", ModelBuilder.tensor("", DataType.INT64).addInt64Data(0)))
                .node("Gather", "s zero", "batch", integer("axis", 0))
                .node("Unsqueeze", "batch", "batch1", ints("axes", 0))
                .integers("rest", -1)
                .node("Concat", "batch1 rest", "shape", integer("axis", 0))
                .node("Reshape", "x shape", "f")
                .node("MatMul", "f w", "y"));
    assertThat(graph.nodes()).hasSize(1);
    check(
        model(13)
            .input(1, 3, 6, 5)
            .integers("from", 0)
            .integers("to", 2)
            .integers("rest", 30)
            .weights("w", 30, 4)
            .weights("v", 3, 3, 1, 1)
            .node("Shape", "x", "s")
            .node("Slice", "s from to", "front")
            .node("Cast", "front", "front64", integer("to", DataType.INT64_VALUE))
            .node("Concat", "front64 rest", "shape", integer("axis", 0))
            .node("Reshape", "x shape", "r")
            .integers("back", 1, 3, 6, 5)
            .node("Reshape", "r back", "p")
            .node("Conv", "p v", "y"));
  }

  @Test
  void softmaxAtTheEndIsLeftOut() throws Exception {
    for (int opset : new int[] {7, 11, 13}) {
      byte[] with =
          model(opset)
              .input(1, 3, 6, 5)
              .values("w", new float[] {1, 2, 3, 4, 5, 6}, 3, 2)
              .node("GlobalAveragePool", "x", "g")
              .node("Flatten", "g", "f")
              .node("MatMul", "f w", "m")
              .node("Softmax", "m", "y")
              .bytes();
      FloatGraph graph = OnnxReader.read(with, Path.of("."), OptionalInt.empty());
      assertThat(graph.nodes()).hasSize(2);
      assertThat(graph.output().name()).isEqualTo("m");
    }
  }

  @Test
  void sliceAndPad() throws Exception {
    check(
        model(9)
            .input(1, 4, 7, 6)
            .node("Slice", "x", "y", ints("starts", 1, -5), ints("ends", 3, 1000), ints("axes", 1, 2)));
    check(model(9).input(1, 4, 7, 6).node("Slice", "x", "y", ints("starts", 0, 2), ints("ends", 1, 4)));
    check(
        model(13)
            .input(1, 4, 7, 6)
            .integers("starts", 0, 1, 1)
            .integers("ends", Long.MAX_VALUE, -1, 4)
            .integers("axes", 2, -1, 1)
            .integers("steps", 2, 3, 2)
            .node("Slice", "x starts ends axes steps", "y"));
    check(
        model(9)
            .input(1, 4, 7, 6)
            .node("Pad", "x", "y", ints("pads", 0, 1, 2, 0, 0, 3, 1, 2), text("mode", "constant")));
    check(model(11).input(1, 4, 7, 6).integers("pads", 0, 1, 2, 0, 0, 3, 1, 2).node("Pad", "x pads", "y"));
    check(
        model(18)
            .input(1, 4, 7, 6)
            .integers("pads", 2, 0, 1, 3)
            .integers("axes", -3, 2)
            .values("zero", new float[] {0})
            .node("Pad", "x pads zero axes", "y"));
  }

  @Test
  void shortcutOfCifarResNets() throws Exception {
    FloatGraph graph =
        check(
            model(13)
                .input(1, 4, 8, 8)
                .weights("w", 8, 4, 3, 3)
                .integers("starts", 0, 0)
                .integers("ends", 8, 8)
                .integers("axes", 2, 3)
                .integers("steps", 2, 2)
                .integers("pads", 0, 2, 0, 0, 0, 2, 0, 0)
                .node("Conv", "x w", "c", ints("pads", 1, 1, 1, 1), ints("strides", 2, 2))
                .node("Slice", "x starts ends axes steps", "s")
                .node("Pad", "s pads", "p")
                .node("Add", "c p", "a")
                .node("Relu", "a", "y"));
    assertThat(graph.nodes()).hasSize(3);
  }

  @Test
  void paddingBeforeConvolution() throws Exception {
    FloatGraph graph =
        check(
            model(13)
                .input(1, 4, 8, 7)
                .weights("w", 8, 4, 3, 3)
                .integers("pads", 0, 0, 1, 0, 0, 0, 2, 1)
                .node("Pad", "x pads", "p")
                .node("Conv", "p w", "y", ints("strides", 2, 2), ints("pads", 0, 1, 0, 0)));
    assertThat(graph.nodes()).hasSize(1);
  }

  @Test
  void channelsLast() throws Exception {
    FloatGraph graph =
        Agreement.check(
            "channels last in and out",
            model(13)
                .input(-1, 8, 7, 3)
                .weights("w", 5, 3, 3, 3)
                .node("Transpose", "x", "t", ints("perm", 0, 3, 1, 2))
                .node("Conv", "t w", "c")
                .node("Transpose", "c", "l", ints("perm", 0, 2, 3, 1))
                .weights("b", 5)
                .node("Add", "l b", "a")
                .integers("pads", 0, 1, 0, 2, 0, 0, 1, 0)
                .node("Pad", "a pads", "p")
                .node("Slice", "p one two three", "y")
                .integers("one", 1)
                .integers("two", 5)
                .integers("three", 3)
                .bytes(),
            random,
            true,
            true);
    assertThat(graph.input().shape().channels()).isEqualTo(3);
    Agreement.check(
        "flattened with channels last",
        model(13)
            .input(1, 4, 5, 3)
            .weights("w", 60, 7)
            .integers("shape", 1, 60)
            .node("Transpose", "x", "t", ints("perm", 0, 3, 1, 2))
            .node("Relu", "t", "r")
            .node("Transpose", "r", "l", ints("perm", 0, 2, 3, 1))
            .node("Reshape", "l shape", "f")
            .node("MatMul", "f w", "y")
            .bytes(),
        random,
        true,
        false);
    Agreement.check(
        "mean with channels last",
        model(13)
            .input(1, 3, 4, 5)
            .node("Transpose", "x", "l", ints("perm", 0, 2, 3, 1))
            .node("ReduceMean", "l", "y", ints("axes", 1, 2))
            .bytes(),
        random);
  }

  @Test
  void constantsTransposed() throws Exception {
    check(
        model(13)
            .input(1, 3, 4, 5)
            .weights("w", 3, 2, 3, 6)
            .node("Transpose", "w", "v", ints("perm", 3, 2, 0, 1))
            .node("Transpose", "u", "t")
            .weights("u", 1, 1, 6)
            .integers("axis", 0)
            .node("Unsqueeze", "t axis", "s")
            .node("Conv", "x v", "c")
            .integers("shape", 1, 6, 1, 1)
            .node("Reshape", "s shape", "b")
            .node("Add", "c b", "y"));
  }

  @Test
  void halfPrecision() throws Exception {
    TensorProto.Builder halves = ModelBuilder.tensor("h", DataType.FLOAT16, 2, 3, 1, 1);
    for (int i = 0; i < 6; i++) {
      halves.addInt32Data(Float.floatToFloat16(random.nextFloat(-1, 1)) & 0xFFFF);
    }
    check(
        model(13)
            .input(1, 3, 4, 5)
            .initializer(halves)
            .node("Cast", "h", "w", integer("to", DataType.FLOAT_VALUE))
            .node("Conv", "x w", "y"));
    byte[] whole =
        model(13)
            .input(1, 3, 4, 5)
            .initializer(halves)
            .node("Cast", "x", "x16", integer("to", DataType.FLOAT16_VALUE))
            .node("Conv", "x16 h", "y16")
            .node("Cast", "y16", "y", integer("to", DataType.FLOAT_VALUE))
            .bytes();
    FloatGraph graph = OnnxReader.read(whole, Path.of("."), OptionalInt.empty());
    assertThat(graph.nodes()).hasSize(1);
    float[] weights = graph.convolutions().getFirst().kernel().values();
    for (int i = 0; i < 6; i++) {
      assertThat(weights[i]).isEqualTo(Float.float16ToFloat((short) halves.getInt32Data(i)));
    }
  }

  @Test
  void nodesOutOfOrderAndUnusedOnes() throws Exception {
    ModelBuilder model =
        model(13)
            .input(1, 3, 4, 5)
            .node("Add", "x x", "a")
            .node("Add", "a x", "b")
            .node("Relu", "b", "y");
    FloatGraph inOrder = check(model);
    List<NodeProto> nodes = List.copyOf(model.graph().getNodeList());
    model.graph().clearNode().addNode(nodes.get(2)).addNode(nodes.get(1)).addNode(nodes.get(0));
    model.node("NonMaxSuppression", "x x", "unused");
    FloatGraph sorted = Passes.simplify(OnnxReader.read(model.bytes(), Path.of("."), OptionalInt.empty()));
    assertThat(sorted.nodes()).isEqualTo(inOrder.nodes());
  }
}
