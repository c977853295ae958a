package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;

class ReadCostsTest {

  private static final Window POINT = Window.covering(1, 1);

  private final Value input = new Value("x", new Shape(4, 4, 3));
  private final List<Node> nodes = new ArrayList<>();

  private Value convolution(String name, Value from, int groups, int outputs, float... weights) {
    Kernel kernel = new Kernel(outputs, from.shape().channels() / groups, 1, 1, weights);
    Value to = new Value(name, new Shape(from.shape().height(), from.shape().width(), outputs));
    nodes.add(
        new Node.Convolution(
            name,
            from,
            Optional.empty(),
            to,
            POINT,
            groups,
            kernel,
            new float[outputs],
            new float[0],
            new float[0],
            Clamp.NONE));
    return to;
  }

  private int[] costs(Value value) {
    return new ReadCosts(new FloatGraph("costs", input, nodes.getLast().output(), nodes)).of(value);
  }

  @Test
  void areTheSquaresOfTheWeightsThatReadAChannel() {
    convolution("y", input, 1, 2, 1, 2, 0, 3, 0, 0.1f);
    // Squares: 1 + 9, 4, 0.01; in units of their mean, 14.01 / 3.
    assertThat(costs(input)).containsExactly(548, 219, 1);
  }

  @Test
  void giveEachReaderTheSameSay() {
    Value left = convolution("left", input, 1, 1, 100, 0, 0);
    Value right = convolution("right", input, 1, 1, 0, 1, 1);
    nodes.add(new Node.Addition("sum", left, right, new Value("sum", left.shape()), Clamp.NONE));
    assertThat(costs(input)).containsExactly(384, 192, 192);
  }

  @Test
  void ofGroupsAreTheirOwnWeightsAlone() {
    Value filtered = convolution("filtered", input, 3, 6, 1, 1, 2, 0, 3, 4);
    convolution("y", filtered, 1, 1, 1, 1, 1, 1, 1, 1);
    // Squares: 2, 4, 25.
    assertThat(costs(input)).containsExactly(50, 99, 619);
  }

  @Test
  void goThroughWhatLeavesChannelsApart() {
    Window halves = new Window(2, 2, 2, 2, 1, 1, 0, 0, 0, 0);
    Value pooled = new Value("pooled", new Shape(2, 2, 3));
    nodes.add(new Node.MaxPooling("pooled", input, pooled, halves));
    convolution("y", pooled, 1, 1, 1, 1, 2);
    assertThat(costs(pooled)).containsExactly(128, 128, 512);
    assertThat(costs(input)).isEqualTo(costs(pooled));
  }

  @Test
  void areAllTheSameWhereNothingIsRead() {
    Value y = convolution("y", input, 1, 2, 0, 0, 0, 0, 0, 0);
    assertThat(costs(input)).as("read by zeros").containsExactly(256, 256, 256);
    assertThat(costs(y)).as("read by nobody").containsExactly(256, 256);
  }

  @Test
  void aValueOfWeightThreeCountsLikeThree() {
    ValueHistogram weighted = new ValueHistogram();
    weighted.add(new float[] {0.5f, -3, 0, 0.25f}, new int[] {3, 1});
    ValueHistogram repeated = new ValueHistogram();
    repeated.add(new float[] {0.5f, 0.5f, 0.5f, -3, 0, 0, 0, 0.25f}, new int[] {1});
    for (int bin = 0; bin < repeated.bins(); bin++) {
      assertThat(weighted.count(bin)).as("bin %d", bin).isEqualTo(repeated.count(bin));
    }
  }
}
