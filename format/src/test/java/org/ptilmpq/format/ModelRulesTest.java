package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule of a model is broken once, in a model about to be written and in a file whose checksums are right. */
class ModelRulesTest {

  private static final Grid UNIFORM = new Grid.Uniform();

  @Test
  void theModelThatIsBrokenBelowIsValid() {
    assertThatCode(() -> PqVerifier.verify(GoldenModel.model())).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("faults")
  void brokenRuleIsNamed(String field, String fault, UnaryOperator<PqModel> breaking) throws Exception {
    PqModel broken = breaking.apply(GoldenModel.model());
    assertThatThrownBy(() -> PqVerifier.verify(broken))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining(field)
        .hasMessageContaining(fault);
    byte[] file = PqWriter.unverified(broken, Storage.PACKED);
    assertThatThrownBy(() -> PqFile.of(file))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining(field)
        .hasMessageContaining(fault);
  }

  /** Faults that a file can't hold as such, since its fields are narrower than the records'. */
  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("faultsOfModelsInMemory")
  void brokenRuleOfAModelInMemoryIsNamed(String field, String fault, UnaryOperator<PqModel> breaking) {
    PqModel broken = breaking.apply(GoldenModel.model());
    assertThatThrownBy(() -> PqVerifier.verify(broken))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining(field)
        .hasMessageContaining(fault);
  }

  private static Arguments broken(String field, String fault, UnaryOperator<PqModel> breaking) {
    return arguments(field, fault, breaking);
  }

  private static Arguments tensor(int index, String component, Object value, String field, String fault) {
    return broken("tensors[" + index + "]." + field, fault, m -> With.tensor(m, index, component, value));
  }

  private static Arguments operation(int index, String component, Object value, String field, String fault) {
    return broken("operations[" + index + "]." + field, fault, m -> With.operation(m, index, component, value));
  }

  private static Arguments weights(int index, String component, Object value, String field, String fault) {
    return broken(
        "operations[" + index + "].weights." + field, fault, m -> With.weights(m, index, component, value));
  }

  static Stream<Arguments> faults() {
    return Stream.of(texts(), tensors(), graph(), windows(), shapes(), weightFaults(), codeFaults())
        .flatMap(List::stream);
  }

  private static List<Arguments> texts() {
    String long1025 = "x".repeat(1025);
    return List.of(
        broken("name", "control character 27", m -> With.with(m, "name", "\u001b[31m")),
        broken("name", "1024 is the limit", m -> With.with(m, "name", long1025)),
        tensor(1, "name", "a\u0000b", "name", "control character 0"),
        operation(1, "name", "\u0085", "name", "control character 133"),
        broken("labels", "4 for 5 classes", m -> With.with(m, "labels", List.of("a", "b", "c", "d"))),
        broken("labels[1]", "control character 9", m -> With.with(m, "labels", List.of("a", "\t", "c", "d", "e"))),
        broken(
            "provenance.source_sha256",
            "hexadecimal",
            m -> With.with(m, "provenance", With.with(m.provenance(), "sourceSha256", "g".repeat(64)))),
        broken("preprocessing.resize", "8 pixels", m -> preprocessing(m, "resize", 7)),
        broken("preprocessing.mean", "NaN", m -> preprocessing(m, "mean", new float[] {0, Float.NaN, 0})),
        broken("preprocessing.std", "0.0 is not", m -> preprocessing(m, "std", new float[] {1, 1, 0})));
  }

  private static PqModel preprocessing(PqModel model, String component, Object value) {
    return With.with(model, "preprocessing", With.with(model.preprocessing(), component, value));
  }

  private static List<Arguments> tensors() {
    return List.of(
        tensor(1, "height", 0, "height", "0 is not from 1"),
        tensor(1, "width", 0, "width", "0 is not from 1"),
        tensor(1, "channels", 0, "channels", "0 is not from 1"),
        tensor(1, "channels", (1 << 20) + 1, "channels", "1048577 is not from 1"),
        broken(
            "tensors[9].height",
            "34358689800 elements",
            m -> With.tensor(With.tensor(m, 9, "height", 65_535), 9, "width", 65_535)),
        tensor(1, "scale", Float.NaN, "scale", "NaN"),
        tensor(1, "scale", 0f, "scale", "0.0"),
        tensor(1, "scale", -1f, "scale", "-1.0"),
        tensor(1, "scale", Float.POSITIVE_INFINITY, "scale", "Infinity"),
        tensor(1, "scale", 1e30f, "scale", "1.0E30"),
        tensor(11, "scale", 2f, "scale", "a float tensor has scale 1"),
        tensor(11, "zeroPoint", 1, "scale", "a float tensor has scale 1"),
        tensor(5, "type", Tensor.Type.FLOAT32, "scale", "a float tensor"),
        broken(
            "tensors[5].type",
            "only the network's output",
            m -> {
              PqModel floats = With.tensor(m, 5, "type", Tensor.Type.FLOAT32);
              return With.tensor(With.tensor(floats, 5, "scale", 1f), 5, "zeroPoint", 0);
            }),
        tensor(0, "channels", 4, "channels", "RGB"),
        tensor(11, "type", Tensor.Type.INT8, "type", "the output is of floats"),
        tensor(11, "height", 2, "type", "of height and width 1"));
  }

  private static List<Arguments> graph() {
    return List.of(
        broken("operations", "0; 1 to", m -> With.with(m, "operations", List.of())),
        broken("input", "tensor 12 of 12", m -> With.with(m, "input", 12)),
        broken("output", "tensor 99 of 12", m -> With.with(m, "output", 99)),
        operation(GoldenModel.MAX_POOLING, "input", 12, "input", "tensor 12 of 12"),
        operation(GoldenModel.MAX_POOLING, "input", 5, "input", "no earlier operation fills"),
        operation(GoldenModel.MAX_POOLING, "input", 2, "input", "no earlier operation fills"),
        operation(GoldenModel.RESIDUAL, "residual", 9, "residual", "no earlier operation fills"),
        operation(GoldenModel.RESIDUAL, "residual", -2, "residual", "tensor -2"),
        operation(GoldenModel.ADDITION, "left", 10, "left", "no earlier operation fills"),
        operation(GoldenModel.ADDITION, "right", 10, "right", "no earlier operation fills"),
        operation(GoldenModel.RESCALE, "output", 8, "output", "filled already"),
        operation(GoldenModel.MAX_POOLING, "output", 0, "output", "filled already"),
        operation(GoldenModel.MAX_POOLING, "output", 12, "output", "tensor 12 of 12"),
        broken(
            "tensors[12].name",
            "no operation fills",
            m -> {
              List<Tensor> tensors = new ArrayList<>(m.tensors());
              tensors.add(m.tensors().get(3));
              return With.with(m, "tensors", tensors);
            }),
        broken(
            "operations[11].input",
            "reads floats",
            m -> {
              List<Tensor> tensors = new ArrayList<>(m.tensors());
              tensors.add(new Tensor("extra", 1, 1, 5, Tensor.Type.INT8, 1, 0));
              List<Operation> operations = new ArrayList<>(m.operations());
              operations.add(new Operation.Rescale("extra", 11, 12, -128, 127));
              return With.with(With.with(m, "tensors", tensors), "operations", operations);
            }),
        broken(
            "operations[10].output",
            "only a convolution gives floats",
            m -> {
              List<Operation> operations = new ArrayList<>(m.operations());
              operations.set(10, new Operation.Rescale("classifier", 10, 11, -128, 127));
              return With.with(m, "operations", operations);
            }));
  }

  private static List<Arguments> windows() {
    int pool = GoldenModel.MAX_POOLING;
    int mean = GoldenModel.AVERAGE_POOLING;
    return List.of(
        operation(GoldenModel.CONVOLUTION, "kernelHeight", 0, "", "kernel"),
        operation(pool, "kernelHeight", 0, "kernel", "0 along the height"),
        operation(pool, "strideX", 0, "stride", "0 along the width"),
        operation(GoldenModel.RESIDUAL, "dilationY", 0, "dilation", "0 along the height"),
        operation(pool, "strideY", 1, "output", "height 2 can't come from 4"),
        operation(pool, "strideX", 9, "output", "width 2 can't come from 4"),
        operation(pool, "padTop", 3, "output", "height 2 can't come from 4"),
        operation(GoldenModel.GROUPED, "padLeft", 2, "output", "width 4 can't come from 4"),
        operation(pool, "padTop", 2, "output", "can't come from"),
        broken(
            "operations[1].padding",
            "in the padding alone, along the height",
            m -> With.operation(With.operation(m, pool, "padTop", 2), pool, "strideY", 3)),
        broken(
            "operations[1].padding",
            "in the padding alone, along the width",
            m -> With.operation(m, pool, "strideX", 4)),
        operation(mean, "padLeft", 1, "output", "width 1 can't come from 4"));
  }

  private static List<Arguments> shapes() {
    return List.of(
        operation(GoldenModel.RESIDUAL, "residual", 1, "residual", "its shape 4 × 4 × 67"),
        operation(GoldenModel.ADDITION, "left", 1, "left", "its shape 4 × 4 × 67"),
        operation(GoldenModel.ADDITION, "right", 2, "right", "its shape 2 × 2 × 67"),
        operation(GoldenModel.RESCALE, "input", 3, "input", "its shape 2 × 2 × 6"),
        operation(GoldenModel.AVERAGE_POOLING, "input", 1, "input", "67 channels"),
        broken("operations[1].input", "not those of the output", m -> With.tensor(m, 2, "scale", 0.06f)),
        broken("operations[1].input", "zero point -128", m -> With.tensor(m, 2, "zeroPoint", 1)),
        broken("operations[2].input", "not those of the output", m -> With.tensor(m, 3, "scale", 0.06f)),
        broken("operations[3].input", "not those of the output", m -> With.tensor(m, 4, "scale", 0.06f)),
        operation(GoldenModel.SLICE, "startY", 1, "start_y", "2 of 2, from 1 in steps of 1"),
        operation(GoldenModel.SLICE, "strideX", 2, "start_x", "in steps of 2"),
        operation(GoldenModel.SLICE, "strideX", 0, "start_x", "in steps of 0"),
        operation(GoldenModel.SLICE, "startC", 12, "start_c", "6 of 67, from 12 in steps of 11"),
        operation(GoldenModel.SLICE, "strideC", Integer.MAX_VALUE, "start_c", "in steps of 2147483647"),
        operation(GoldenModel.PADDING, "padTop", 3, "pad_top", "3 and 2 do not fit 4"),
        operation(GoldenModel.PADDING, "padLeft", 3, "pad_left", "3 and 2 do not fit 4"),
        operation(GoldenModel.PADDING, "padFront", Integer.MAX_VALUE, "pad_front", "do not fit 8"),
        operation(GoldenModel.GROUPED, "groups", 3, "groups", "3 groups of 8 input and 8 output"),
        broken(
            "operations[7].low",
            "bounds 100 and 99",
            m -> With.operation(With.operation(m, 7, "low", 100), 7, "high", 99)),
        operation(GoldenModel.CLASSIFIER, "low", 0, "low", "floats are not clamped"));
  }

  private static List<Arguments> weightFaults() {
    float[] eight = {1, 1, 1, 1, 1, 1, 1, 1};
    float[] nan = {1, 1, 1, Float.NaN, 1, 1, 1, 1};
    float[] negative = {1, 1, 1, 1, 1, 1, 1, -1e-3f};
    float[] infinite = {1, 1, 1, 1, 1, 1, Float.NEGATIVE_INFINITY, 1};
    int grouped = GoldenModel.GROUPED;
    ChannelGroup four = new ChannelGroup(4, 3, UNIFORM);
    return List.of(
        weights(grouped, "scales", new float[] {1, 1}, "scales", "2 scales and 8 biases for 8 channels"),
        weights(GoldenModel.CLASSIFIER, "biases", eight, "scales", "5 scales and 8 biases for 5 channels"),
        weights(grouped, "scales", nan, "scales[3]", "NaN"),
        weights(grouped, "scales", negative, "scales[7]", "-0.001"),
        weights(grouped, "biases", nan, "biases[3]", "NaN"),
        weights(grouped, "biases", infinite, "biases[6]", "-Infinity"),
        weights(grouped, "channelOrder", new int[] {1, 0, 2, 3, 4, 5, 6}, "order", "7 entries for 8"),
        weights(grouped, "channelOrder", new int[] {0, 1, 2, 2, 4, 5, 6, 7}, "order[3]", "2: not a permutation"),
        weights(grouped, "channelOrder", new int[] {0, 1, 2, 8, 4, 5, 6, 7}, "order[3]", "8: not a permutation"),
        weights(grouped, "channelOrder", new int[] {0, 1, 2, 4, 3, 5, 6, 7}, "order[3]", "groups"),
        weights(grouped, "groups", List.of(four), "groups", "4 channels in groups, of 8"),
        weights(grouped, "groups", List.of(), "groups", "0 channels in groups, of 8"),
        weights(grouped, "groups", List.of(four, four, four), "groups[2].channels", "4 channels from position 8 on"),
        weights(grouped, "groups", List.of(new ChannelGroup(0, 3, UNIFORM), four, four), "groups[0].channels", "0"),
        weights(grouped, "groups", List.of(new ChannelGroup(8, 3, UNIFORM)), "groups[0].channels", "across"),
        weights(grouped, "groups", List.of(four, new ChannelGroup(4, 9, UNIFORM)), "groups[1].width", "9"),
        weights(
            grouped, "groups", List.of(four, new ChannelGroup(4, 0, new Grid.HalfStep())), "groups[1].grid", "uniform"),
        weights(
            grouped,
            "groups",
            List.of(four, new ChannelGroup(4, 3, new Grid.TwoRegion(1, 0))),
            "groups[1].knee",
            "ratio 0"),
        weights(
            grouped,
            "groups",
            Collections.nCopies(2, new ChannelGroup(Integer.MAX_VALUE, 3, UNIFORM)),
            "groups[0].channels",
            "2147483647 channels"));
  }

  private static List<Arguments> codeFaults() {
    return List.of(
        broken("operations[5].weights.codes", "bytes of codes", m -> codes(m, GoldenModel.GROUPED, 1, 0, 0)),
        broken("operations[5].weights.codes", "bytes of codes", m -> codes(m, GoldenModel.GROUPED, -1, 0, 0)),
        broken(
            "operations[4].weights.codes",
            "byte 3 of them has bits beyond the block's 3 channels",
            m -> codes(m, GoldenModel.DEPTHWISE, 0, 3, 0x88)),
        broken(
            "operations[4].weights.codes",
            "byte 9 of them is padding",
            m -> codes(m, GoldenModel.DEPTHWISE, 0, 9, 1)),
        broken(
            "operations[4].weights.codes",
            "byte 47 of them is padding",
            m -> codes(m, GoldenModel.DEPTHWISE, 0, 47, 1)),
        broken("operations[0].weights.codes", "add up to", ModelRulesTest::tooManyLargeLevels));
  }

  /** The model with the codes of a convolution lengthened by some bytes, and one of their bytes set. */
  private static PqModel codes(PqModel model, int index, int longer, int at, int value) {
    byte[] codes =
        ((Operation.Convolution) model.operations().get(index)).weights().codes().toArray(ValueLayout.JAVA_BYTE);
    codes = Arrays.copyOf(codes, codes.length + longer);
    if (value != 0) {
      codes[at] = (byte) value;
    }
    return With.weights(model, index, "codes", MemorySegment.ofArray(codes));
  }

  /** A fully connected layer of 768 inputs whose levels all are −128 · 255, within a hundredth. */
  private static PqModel tooManyLargeLevels(PqModel model) {
    List<ChannelGroup> groups = List.of(new ChannelGroup(1, 8, new Grid.TwoRegion(0, 255)));
    short[][] codes = new short[1][768];
    Arrays.fill(codes[0], (short) -128);
    Weights weights =
        new Weights(
            768,
            groups,
            new int[0],
            new float[] {1},
            new float[] {0},
            BitPacking.pack(groups, 768, codes),
            MemorySegment.NULL);
    return new PqModel(
        "sums",
        List.of(
            new Tensor("picture", 16, 16, 3, Tensor.Type.INT8, 1, 0),
            new Tensor("scores", 1, 1, 1, Tensor.Type.FLOAT32, 1, 0)),
        List.of(
            new Operation.Convolution(
                "classifier", 0, -1, 1, Operation.Window.of(16, 16, 1, 1, 0, 0), 1, -128, 127, weights)),
        0,
        1,
        new Preprocessing(0, new float[3], new float[] {1, 1, 1}),
        List.of(),
        model.provenance());
  }

  static Stream<Arguments> faultsOfModelsInMemory() {
    return Stream.of(
        broken("tensors", "0; 1 to", m -> With.with(m, "tensors", List.of())),
        tensor(1, "height", 65_536, "height", "65536 is not from 1"),
        tensor(1, "width", -1, "width", "-1 is not from 1"),
        tensor(1, "zeroPoint", 128, "zero_point", "128 is not a signed byte"),
        tensor(1, "zeroPoint", -129, "zero_point", "-129 is not a signed byte"),
        operation(GoldenModel.CONVOLUTION, "kernelWidth", -3, "kernel", "-3 along the width"),
        operation(GoldenModel.CONVOLUTION, "padTop", -1, "padding", "-1 along the height"),
        operation(GoldenModel.AVERAGE_POOLING, "dilationX", 2, "dilation", "no holes"),
        operation(GoldenModel.CONVOLUTION, "groups", 0, "groups", "0 groups"),
        operation(GoldenModel.CONVOLUTION, "high", 128, "low", "128"),
        operation(GoldenModel.SLICE, "startX", -1, "start_x", "from -1"),
        operation(GoldenModel.PADDING, "padFront", -1, "pad_front", "-1 and 6"),
        weights(GoldenModel.CONVOLUTION, "inputs", 28, "inputs", "28 weights per channel, where the shapes make 27"),
        weights(
            GoldenModel.GROUPED,
            "groups",
            List.of(new ChannelGroup(8, -1, UNIFORM)),
            "groups[0].width",
            "-1 is not from 0 to 8"),
        broken("name", "surrogate", m -> With.with(m, "name", "\ud800")),
        broken("labels[0]", "control character 10", m -> With.with(m, "labels", List.of("a\n", "", "", "", ""))),
        broken("preprocessing.mean", "2 values", m -> preprocessing(m, "mean", new float[2])));
  }
}
