package org.ptilmpq.quantizer.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Passes;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.reference.FloatExecutor;

/** Runs a model in ONNX Runtime, as imported, and as simplified, on one random picture: all three must agree. */
final class Agreement {

  private static final double TOLERANCE = 1e-5;

  private Agreement() {}

  /** Checks a model whose input is (1, channels, height, width), as is its output if that is a picture. */
  static FloatGraph check(String what, byte[] model, RandomGenerator random) throws Exception {
    return check(what, model, random, false, false);
  }

  /**
   * Checks a model.
   *
   * @param lastIn whether the model's input has the channels last
   * @param lastOut whether the model's output has the channels last
   * @return the simplified graph
   */
  static FloatGraph check(String what, byte[] model, RandomGenerator random, boolean lastIn, boolean lastOut)
      throws Exception {
    FloatGraph imported = OnnxReader.read(model, Path.of("."), OptionalInt.empty());
    FloatGraph simplified = Passes.simplify(imported);
    Shape in = imported.input().shape();
    float[] picture = new float[in.elements()];
    for (int i = 0; i < picture.length; i++) {
      picture[i] = random.nextFloat(-2, 2);
    }
    float[] expected;
    try (OnnxRuntime oracle = OnnxRuntime.open(model)) {
      expected =
          lastIn
              ? oracle.run(picture, 1, in.height(), in.width(), in.channels())
              : oracle.run(OnnxRuntime.channelsFirst(picture, in), 1, in.channels(), in.height(), in.width());
    }
    compare(what + ", imported", run(imported, picture, lastOut), expected);
    compare(what + ", simplified", run(simplified, picture, lastOut), expected);
    return simplified;
  }

  private static float[] run(FloatGraph graph, float[] picture, boolean lastOut) {
    float[] output = new FloatExecutor(graph).run(picture);
    return lastOut ? output : OnnxRuntime.channelsFirst(output, graph.output().shape());
  }

  private static void compare(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < actual.length; i++) {
      double difference = Math.abs((double) actual[i] - expected[i]);
      assertThat(difference)
          .as("%s: element %d is %s, ONNX Runtime has %s", what, i, actual[i], expected[i])
          .isLessThanOrEqualTo(TOLERANCE * largest);
    }
  }
}
