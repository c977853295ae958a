package org.ptilmpq.quantizer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.integer;
import static org.ptilmpq.quantizer.onnx.ModelBuilder.ints;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.quantizer.graph.Passes;
import org.ptilmpq.quantizer.options.OnnxException;
import org.ptilmpq.testkit.Seeds;

/** Mutated models are read, or refused with an {@link OnnxException}; nothing else happens. */
class OnnxReaderFuzzTest {

  private static final int MUTANTS = Integer.getInteger("ptilmpq.mutants", 4_000);
  private static final long[] EXTREMES = {
    -1, 0, 1, 2, 5, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE
  };

  @TempDir Path folder;

  private int read;
  private int refused;

  private final RandomGenerator random = Seeds.random("OnnxReaderFuzzTest", 17);

  /** One of each operator. */
  private ModelProto model() {
    return new ModelBuilder(13, random)
        .input(-1, 3, 9, 9)
        .weights("w", 4, 3, 3, 3)
        .weights("v", 4, 1, 3, 3)
        .norm("n", 4)
        .integers("starts", 0, 0)
        .integers("ends", 9, 9)
        .integers("axes", 2, 3)
        .integers("steps", 2, 2)
        .integers("pads", 0, 1, 0, 0, 0, 1, 0, 0)
        .integers("flat", 1, -1)
        .weights("u", 6, 5)
        .weights("b", 5)
        .weights("s", 3, 1, 1)
        .values("low", new float[] {0})
        .node("Mul", "x s", "m")
        .node("Conv", "m w", "c", ints("pads", 1, 1, 1, 1), ints("strides", 2, 2))
        .node("BatchNormalization", "c n.0 n.1 n.2 n.3", "bn")
        .node("Conv", "bn v", "d", integer("group", 4), ints("pads", 1, 1, 1, 1), ints("dilations", 1, 1))
        .node("Add", "d bn", "a")
        .node("Clip", "a low", "r")
        .node("MaxPool", "r", "p", ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1))
        .node("AveragePool", "p", "q", ints("kernel_shape", 1, 1), integer("ceil_mode", 1))
        .node("Slice", "q starts ends axes steps", "t")
        .node("Pad", "t pads", "e")
        .node("GlobalAveragePool", "e", "g")
        .node("Shape", "g", "shape")
        .node("Constant", "", "one", ints("value_ints", 0))
        .node("Gather", "shape one", "batch")
        .integers("rest", -1)
        .node("Concat", "batch rest", "newshape", integer("axis", 0))
        .node("Reshape", "g newshape", "f")
        .node("Gemm", "f u b", "h")
        .node("Transpose", "h", "y", ints("perm", 0, 1))
        .model();
  }

  @Test
  void flippedBytes() {
    byte[] original = model().toByteArray();
    for (int i = 0; i < MUTANTS / 2; i++) {
      byte[] mutant = original.clone();
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      if (random.nextInt(8) == 0) {
        mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
      }
      readOrRefuse(mutant, "byte mutant " + i);
    }
    checkBothHappened();
  }

  @Test
  void changedStructure() {
    ModelProto original = model();
    for (int i = 0; i < MUTANTS / 2; i++) {
      ModelProto.Builder mutant = original.toBuilder();
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        change(mutant.getGraphBuilder());
      }
      readOrRefuse(mutant.build().toByteArray(), "structural mutant " + i);
    }
    checkBothHappened();
  }

  /** Mutants all refused for their first byte, for instance, would test nothing after it. */
  private void checkBothHappened() {
    System.out.printf("OnnxReaderFuzzTest: %d mutants read, %d refused%n", read, refused);
    assertThat(read).isGreaterThan(MUTANTS / 50);
    assertThat(refused).isGreaterThan(MUTANTS / 50);
  }

  private void readOrRefuse(byte[] mutant, String what) {
    try {
      Passes.simplify(OnnxReader.read(mutant, folder, OptionalInt.empty()));
      read++;
    } catch (OnnxException expected) {
      refused++;
      if (expected.getMessage() == null || expected.getMessage().isBlank()) {
        throw new AssertionError(what + " has no message", expected);
      }
    } catch (Exception unexpected) {
      throw new AssertionError(what, unexpected);
    }
  }

  private void change(GraphProto.Builder graph) {
    NodeProto.Builder node = graph.getNodeBuilder(random.nextInt(graph.getNodeCount()));
    switch (random.nextInt(9)) {
      case 0 -> {
        TensorProto.Builder tensor = graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
        if (tensor.getDimsCount() > 0) {
          tensor.setDims(random.nextInt(tensor.getDimsCount()), extreme());
        }
      }
      case 1 -> {
        TensorProto.Builder tensor = graph.getInitializerBuilder(random.nextInt(graph.getInitializerCount()));
        if (tensor.getInt64DataCount() > 0) {
          tensor.setInt64Data(random.nextInt(tensor.getInt64DataCount()), extreme());
        }
      }
      case 2 -> changeAttribute(node);
      case 3 -> {
        if (node.getInputCount() > 0) {
          node.setInput(random.nextInt(node.getInputCount()), anyName(graph));
        }
      }
      case 4 -> node.setOpType(graph.getNode(random.nextInt(graph.getNodeCount())).getOpType());
      case 5 -> graph.removeNode(random.nextInt(1, graph.getNodeCount()));
      case 6 -> node.clearAttribute();
      case 7 -> {
        if (node.getInputCount() > 1) {
          List<String> shorter = new ArrayList<>(node.getInputList());
          shorter.remove(random.nextInt(shorter.size()));
          node.clearInput().addAllInput(shorter);
        }
      }
      default ->
          graph
              .getInputBuilder(0)
              .getTypeBuilder()
              .getTensorTypeBuilder()
              .getShapeBuilder()
              .getDimBuilder(random.nextInt(4))
              .setDimValue(extreme());
    }
  }

  private void changeAttribute(NodeProto.Builder node) {
    if (node.getAttributeCount() == 0) {
      node.addAttribute(integer("axis", extreme()));
      return;
    }
    AttributeProto.Builder attribute = node.getAttributeBuilder(random.nextInt(node.getAttributeCount()));
    if (attribute.getIntsCount() > 0) {
      attribute.setInts(random.nextInt(attribute.getIntsCount()), extreme());
    } else {
      attribute.setI(extreme());
    }
  }

  private long extreme() {
    return EXTREMES[random.nextInt(EXTREMES.length)];
  }

  private String anyName(GraphProto.Builder graph) {
    return random.nextBoolean()
        ? graph.getNode(random.nextInt(graph.getNodeCount())).getOutput(0)
        : graph.getInitializer(random.nextInt(graph.getInitializerCount())).getName();
  }
}
