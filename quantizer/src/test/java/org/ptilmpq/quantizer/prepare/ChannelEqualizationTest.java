package org.ptilmpq.quantizer.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.reference.RandomNetwork;
import org.ptilmpq.testkit.Seeds;

class ChannelEqualizationTest {

  private static final int NETWORKS = 150;

  private final RandomGenerator random = Seeds.example(47);
  private final UnequalChannels network = new UnequalChannels(random);

  private SideBySide equalized() {
    return SideBySide.of(network.graph(), random);
  }

  /** Checks the network, and that only these of its values were scaled. */
  private SideBySide assertScaled(Value... values) {
    SideBySide sides = equalized();
    assertThat(sides.check()).isPositive();
    assertThat(sides.original().values().stream().filter(value -> sides.scaled(value) > 0))
        .containsExactlyInAnyOrder(values);
    return sides;
  }

  @Test
  void networksOfEveryKindOfNodeComputeTheSame() {
    int scaled = 0;
    int networks = 0;
    for (int drawn = 0; drawn < NETWORKS; drawn++) {
      int ofNetwork = SideBySide.of(RandomNetwork.draw(random), random).check();
      scaled += ofNetwork;
      networks += ofNetwork > 0 ? 1 : 0;
    }
    assertThat(networks).as("networks with something to scale").isGreaterThan(NETWORKS / 4);
    assertThat(scaled).isGreaterThan(2 * NETWORKS);
  }

  @Test
  void aResidualScalesWithWhatItIsAddedToAndWithItsPooling() {
    Value stem = network.convolution("stem", network.input(), 12, 3, Clamp.RELU);
    Value reduced = network.convolution("reduced", stem, 6, 1, Clamp.RELU);
    Value middle = network.convolution("middle", reduced, 6, 3, Clamp.RELU);
    Value block = network.residual("block", middle, stem, 1, Clamp.RELU);
    Value mean = network.globalAverage("mean", block);
    network.scores(mean);
    SideBySide sides = assertScaled(stem, reduced, middle, block, mean);
    sides.assertTogether(stem, block);
    sides.assertTogether(block, mean);
  }

  @Test
  void anAdditionAndAnActivationScaleWithWhatTheyRead() {
    Value left = network.convolution("left", network.input(), 7, 3, Clamp.NONE);
    Value right = network.convolution("right", network.input(), 7, 1, Clamp.NONE);
    Value sum = network.sum("sum", left, right, Clamp.NONE);
    Value positive = network.activation("positive", sum, Clamp.RELU);
    network.scores(positive);
    SideBySide sides = assertScaled(left, right, sum, positive);
    sides.assertTogether(left, right);
    sides.assertTogether(left, positive);
  }

  @Test
  void whatOtherBoundsHoldKeepsItsSizeWithAllThatIsJoinedToIt() {
    Value stem = network.convolution("stem", network.input(), 8, 3, Clamp.NONE);
    Value expanded = network.convolution("expanded", stem, 16, 1, Clamp.RELU6);
    Value filtered = network.depthwise("filtered", expanded, 1, Clamp.RELU6);
    Value block = network.residual("block", filtered, stem, 1, Clamp.NONE);
    Value cut = network.convolution("cut", block, 5, 1, Clamp.NONE);
    Value bounded = network.activation("bounded", cut, new Clamp(-1, Float.POSITIVE_INFINITY));
    network.scores(bounded);
    SideBySide sides = assertScaled(stem, block);
    sides.assertTogether(stem, block);
    for (Value value : List.of(expanded, filtered, cut, bounded)) {
      sides.assertKept(value);
    }
  }

  @Test
  void poolingsScaleWithWhatTheyRead() {
    Value stem = network.convolution("stem", network.input(), 10, 3, Clamp.RELU);
    Value largest = network.maxPooling("largest", stem);
    Value next = network.convolution("next", largest, 9, 3, Clamp.NONE);
    Value mean = network.averagePooling("mean", next);
    network.scores(mean);
    SideBySide sides = assertScaled(stem, largest, next, mean);
    sides.assertTogether(stem, largest);
    sides.assertTogether(next, mean);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void depthwiseConvolutionsReadEachChannelWithItsOwnFactor(int outputsPerInput) {
    Value stem = network.convolution("stem", network.input(), 6, 3, Clamp.RELU);
    Value filtered = network.depthwise("filtered", stem, outputsPerInput, Clamp.RELU);
    network.scores(filtered);
    assertScaled(stem, filtered);
  }

  @Test
  void aChannelThatIsAlwaysZeroIsLeftAlone() {
    Value stem = network.convolution("stem", network.input(), new double[] {0, 4, 1, 0.25, 0}, Clamp.RELU);
    network.scores(stem);
    SideBySide sides = assertScaled(stem);
    double product = 1;
    for (int c = 1; c < 4; c++) {
      product *= sides.factor(stem, c);
    }
    assertThat(product).as("of the live channels' factors").isCloseTo(1, within(1e-4));
    FloatGraph before = sides.original();
    FloatGraph after = sides.equalized();
    for (int c : new int[] {0, 4}) {
      assertThat(sides.factor(stem, c)).isNaN();
      int positions = stem.shape().height() * stem.shape().width();
      for (int i = 0; i < 5 * positions; i++) {
        int at = (i / positions * 5 + c) * positions + i % positions;
        assertThat(after.convolutions().getLast().kernel().values()[at])
            .isEqualTo(before.convolutions().getLast().kernel().values()[at]);
      }
    }
  }

  @Test
  void noChannelIsScaledByMoreThanSixteen() {
    Value stem = network.convolution("stem", network.input(), new double[] {1, 2e-4, 1, 1, 5e3, 1, 3}, Clamp.NONE);
    network.scores(stem);
    SideBySide sides = assertScaled(stem);
    assertThat(sides.factor(stem, 1)).isCloseTo(16, within(1e-3));
    assertThat(sides.factor(stem, 4)).isCloseTo(1 / 16.0, within(1e-5));
  }

  @Test
  void channelsThatAreMovedKeepTheirSize() {
    Value stem = network.convolution("stem", network.input(), 8, 3, Clamp.RELU);
    Value half = network.slice("half", stem, 0, 2, 4);
    Value shifted = network.padding("shifted", half, 1, 0);
    Value widened = network.padding("widened", network.slice("later", shifted, 1, 1, 4), 0, 2);
    Value last = network.convolution("last", widened, 6, 3, Clamp.RELU);
    network.scores(last);
    assertScaled(last);
  }

  @Test
  void channelsThatGetOrLoseNeighboursKeepTheirSize() {
    Value stem = network.convolution("stem", network.input(), 8, 3, Clamp.RELU);
    Value cut = network.slice("cut", stem, 0, 1, 5);
    Value next = network.convolution("next", cut, 6, 3, Clamp.RELU);
    Value widened = network.padding("widened", next, 0, 2);
    Value last = network.convolution("last", widened, 6, 3, Clamp.RELU);
    network.scores(last);
    assertScaled(last);
  }

  @Test
  void channelsThatStayWhereTheyAreScaleWhenPositionsAreMoved() {
    Value stem = network.convolution("stem", network.input(), 8, 3, Clamp.RELU);
    Value thinned = network.slice("thinned", stem, 0, 1, 8);
    Value framed = network.padding("framed", thinned, 0, 0);
    network.scores(framed);
    assertScaled(stem, thinned, framed);
  }

  @Test
  void anAppendedScoreLayerStaysTheIdentity() throws Exception {
    Value stem = network.convolution("stem", network.input(), 9, 3, Clamp.RELU);
    Value classes = network.convolution("classes", stem, 5, 1, Clamp.RELU);
    Value mean = network.globalAverage("mean", classes);
    SideBySide sides = SideBySide.of(ScoreLayer.ensure(network.graph()), random);
    assertThat(sides.check()).isPositive();
    Node.Convolution appended = sides.equalized().convolutions().getLast();
    Node.Convolution original = sides.original().convolutions().getLast();
    assertThat(ScoreLayer.isAppended(appended)).isTrue();
    assertThat(appended.kernel().values()).isEqualTo(original.kernel().values());
    assertThat(appended.bias()).isEqualTo(original.bias());
    assertThat(sides.scaled(stem)).isPositive();
    sides.assertKept(classes);
    sides.assertKept(mean);
  }

  @Test
  void scoresKeepTheirSizeWithAllThatIsJoinedToThem() {
    Value stem = network.convolution("stem", network.input(), 9, 3, Clamp.RELU);
    Value classes = network.convolution("classes", stem, 5, 1, Clamp.RELU);
    Value mean = network.globalAverage("mean", classes);
    network.residual("scores", mean, mean, 1, Clamp.NONE);
    assertScaled(stem);
  }

  @Test
  void nothingIsScaledWhenNothingWasMeasured() {
    Value stem = network.convolution("stem", network.input(), 9, 3, Clamp.RELU);
    network.scores(stem);
    FloatGraph graph = network.graph();
    FloatGraph same = ChannelEqualization.equalize(graph, Map.of());
    for (int i = 0; i < graph.convolutions().size(); i++) {
      Node.Convolution was = graph.convolutions().get(i);
      Node.Convolution is = same.convolutions().get(i);
      assertThat(is.kernel().values()).isEqualTo(was.kernel().values());
      assertThat(is.bias()).isEqualTo(was.bias());
    }
  }
}
