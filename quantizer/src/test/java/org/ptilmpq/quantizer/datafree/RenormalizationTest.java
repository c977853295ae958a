package org.ptilmpq.quantizer.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.calibration.ChannelGains;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.testkit.Seeds;

class RenormalizationTest {

  private final RandomGenerator random = Seeds.example(53);
  private final FloatGraph graph =
      NormedNetwork.trained(random, NormedNetwork.pictures(40, 0.3f, 1, random));
  private final List<float[]> strange = NormedNetwork.pictures(24, -1, 0.3f, random);

  private static Renormalized renormalized(FloatGraph graph, List<float[]> pictures, int threads) {
    try (OrderedWork work = new OrderedWork(threads)) {
      return Renormalization.of(graph, pictures, work, Progress.NONE);
    }
  }

  /** Returns the network with a convolution's own result, before residual and clamp, as its output. */
  private static FloatGraph endingAt(FloatGraph graph, Node.Convolution conv) {
    Value own = new Value("own", conv.output().shape());
    List<Node> before = graph.nodes().subList(0, graph.nodes().indexOf(conv));
    List<Node> nodes = new ArrayList<>(before);
    nodes.add(conv.bare(own, conv.kernel()));
    return new FloatGraph("part", graph.input(), own, nodes);
  }

  @Test
  void everyNormedChannelIsAsItWasInTraining() {
    FloatGraph fitted = renormalized(graph, strange, 2).graph();
    assertThat(Renormalization.isPossible(graph)).isTrue();
    int checked = 0;
    for (Node.Convolution conv : fitted.convolutions()) {
      FloatGraph part = endingAt(fitted, conv);
      ChannelMoments moments = NormedNetwork.moments(part, strange).get(part.output());
      for (int c = 0; c < conv.normScale().length; c++) {
        double sigma = Math.abs(conv.normScale()[c]);
        assertThat(moments.mean(c)).isCloseTo(conv.normShift()[c], within(1e-3 + 1e-3 * sigma));
        assertThat(Math.sqrt(moments.variance(c)))
            .as("%s %d", conv.name(), c)
            .isCloseTo(sigma, within(1e-6 + 2e-3 * sigma));
        checked++;
      }
    }
    assertThat(checked).isEqualTo(16 + 16 + 16 + 12);
  }

  @Test
  void onTheTrainingPicturesNothingChanges() {
    RandomGenerator again = Seeds.example(59);
    List<float[]> pictures = NormedNetwork.pictures(30, 0, 1, again);
    FloatGraph network = NormedNetwork.trained(again, pictures);
    FloatGraph fitted = renormalized(network, pictures, 1).graph();
    for (int i = 0; i < network.convolutions().size(); i++) {
      Offset<Float> close = Offset.offset(2e-3f);
      assertThat(fitted.convolutions().get(i).kernel().values())
          .containsExactly(network.convolutions().get(i).kernel().values(), close);
      assertThat(fitted.convolutions().get(i).bias()).containsExactly(network.convolutions().get(i).bias(), close);
    }
  }

  @Test
  void theWayBackGivesTheOriginalWeights() {
    Renormalized result = renormalized(graph, strange, 2);
    for (int i = 0; i < graph.convolutions().size(); i++) {
      Node.Convolution original = graph.convolutions().get(i);
      Node.Convolution fitted = result.graph().convolutions().get(i);
      Renormalized.Restored restored =
          result.restored(fitted, unused(fitted), fitted.kernel(), ones(fitted), fitted.bias());
      assertThat(scaled(fitted.kernel(), restored.scales()).values())
          .containsExactly(original.kernel().values(), Offset.offset(1e-6f));
      assertThat(restored.biases()).containsExactly(original.bias(), Offset.offset(1e-5f));
    }
  }

  /** Matching stretches weights and moves biases so that means stay; on real pictures they must stay too. */
  @Test
  void aStretchLeavesTheMeanOfTheNorm() {
    List<float[]> real = NormedNetwork.pictures(40, 0.3f, 1, random);
    FloatGraph network = NormedNetwork.trained(random, real);
    Renormalized result = renormalized(network, strange, 2);
    Node.Convolution original = network.convolutions().getFirst();
    Node.Convolution fitted = result.graph().convolutions().getFirst();
    float stretch = 1.2f;
    float[] scales = ones(fitted);
    Arrays.fill(scales, stretch);
    float[] biases = new float[scales.length];
    for (int c = 0; c < biases.length; c++) {
      biases[c] = stretch * fitted.bias()[c] + (1 - stretch) * fitted.normShift()[c];
    }
    Kernel stretched = scaled(fitted.kernel(), scales);
    Renormalized.Restored restored = result.restored(fitted, unused(fitted), stretched, scales, biases);
    Value own = new Value("own", original.output().shape());
    FloatGraph part =
        new FloatGraph(
            "part",
            network.input(),
            own,
            List.of(original.bare(own, scaled(fitted.kernel(), restored.scales()))));
    ChannelMoments moments = NormedNetwork.moments(part, real).get(own);
    for (int c = 0; c < biases.length; c++) {
      double mean = moments.mean(c) - original.bias()[c] + restored.biases()[c];
      assertThat(mean).as("channel %d", c).isCloseTo(original.normShift()[c], within(2e-3));
      assertThat(Math.sqrt(moments.variance(c)))
          .isCloseTo(stretch * Math.abs(original.normScale()[c]), within(2e-3));
    }
  }

  @Test
  void withoutANormMeansAreKeptAndStretchesAreNot() {
    Renormalized result = renormalized(graph, strange, 2);
    Node.Convolution dense = graph.convolutions().getLast();
    Node.Convolution fitted = result.graph().convolutions().getLast();
    ChannelMoments outputs = NormedNetwork.moments(result.graph(), strange).get(fitted.output());
    float[] scales = new float[dense.bias().length];
    Arrays.fill(scales, 0.8f);
    float[] biases = new float[scales.length];
    for (int c = 0; c < biases.length; c++) {
      // Keeps the mean: 0.8 (y − bias) + this bias.
      biases[c] = (float) (outputs.mean(c) - 0.8 * (outputs.mean(c) - dense.bias()[c]));
    }
    Kernel quantized = scaled(fitted.kernel(), scales);
    Renormalized.Restored restored = result.restored(fitted, outputs, quantized, scales, biases);
    assertThat(restored.biases()).containsExactly(dense.bias(), Offset.offset(1e-5f));
    assertThat(restored.scales()).containsExactly(ones(dense), Offset.offset(1e-6f));
    Kernel nothing = scaled(fitted.kernel(), new float[scales.length]);
    assertThat(result.restored(fitted, outputs, nothing, scales, biases).scales()).containsOnly(0.8f);
  }

  /** Moments that restoring ignores where nothing is stretched, or a norm says more. */
  private static ChannelMoments unused(Node.Convolution conv) {
    ChannelMoments moments = new ChannelMoments(conv.bias().length);
    moments.add(conv.bias());
    return moments;
  }

  private static float[] ones(Node.Convolution conv) {
    float[] ones = new float[conv.bias().length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static Kernel scaled(Kernel kernel, float[] scales) {
    float[] values = kernel.values().clone();
    for (int k = 0; k < values.length; k++) {
      values[k] *= scales[k / kernel.weightsPerOutput()];
    }
    return new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), values);
  }

  @Test
  void threadsDontMatter() {
    FloatGraph one = renormalized(graph, strange, 1).graph();
    FloatGraph three = renormalized(graph, strange, 3).graph();
    for (int i = 0; i < one.convolutions().size(); i++) {
      assertThat(three.convolutions().get(i).kernel().values()).isEqualTo(one.convolutions().get(i).kernel().values());
      assertThat(three.convolutions().get(i).bias()).isEqualTo(one.convolutions().get(i).bias());
    }
  }

  @Test
  void withoutNormsTheNetworkStaysAsItIs() {
    FloatGraph plain = NormedNetwork.trained(random, List.of());
    assertThat(Renormalization.isPossible(plain)).isFalse();
    FloatGraph fitted = renormalized(plain, strange, 2).graph();
    for (int i = 0; i < plain.convolutions().size(); i++) {
      assertThat(fitted.convolutions().get(i).kernel().values())
          .isEqualTo(plain.convolutions().get(i).kernel().values());
      assertThat(fitted.convolutions().get(i).bias()).isEqualTo(plain.convolutions().get(i).bias());
    }
  }

  @Test
  void deadChannelsAreNotBlownUp() {
    Node.Convolution stem = graph.convolutions().getFirst();
    ChannelMoments constant = new ChannelMoments(stem.bias().length);
    constant.add(new float[2 * stem.bias().length]);
    ChannelGains gains = ChannelGains.toNorm(stem, constant);
    assertThat(gains.gains()).containsOnly(1);
    assertThat(gains.shifts()).isEqualTo(stem.normShift());
    ChannelMoments tiny = new ChannelMoments(stem.bias().length);
    for (float x : new float[] {1e-6f, -1e-6f}) {
      float[] position = new float[stem.bias().length];
      Arrays.fill(position, x);
      tiny.add(position);
    }
    assertThat(ChannelGains.toNorm(stem, tiny).gains()).containsOnly(16);
  }
}
