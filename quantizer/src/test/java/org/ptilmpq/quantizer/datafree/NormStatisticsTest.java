package org.ptilmpq.quantizer.datafree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.testkit.Seeds;

class NormStatisticsTest {

  private static final Preprocessing PREPROCESSING =
      new Preprocessing(0, new float[] {124, 116, 104}, new float[] {58, 58, 58});

  private final RandomGenerator random = Seeds.example(61);
  private final List<float[]> pictures = NormedNetwork.pictures(60, 0, 1, random);
  private final FloatGraph graph = NormedNetwork.trained(random, pictures);
  private final NormStatistics statistics = NormStatistics.of(graph, PREPROCESSING);

  /** On independent normal pixels sums over windows are nearly normal, as the statistics take them to be. */
  @Test
  void momentsAreNearlyThoseOfTheRealValues() {
    Map<Value, ChannelMoments> real = NormedNetwork.moments(graph, pictures);
    for (Value value : graph.values()) {
      // After the pooling they aren't: the largest of four neighbours is more than any of them.
      if (!List.of("input", "stem relu", "inner relu", "sum relu").contains(value.name())) {
        continue;
      }
      NormStatistics.Channels expected = statistics.channels().get(value);
      for (int c = 0; c < expected.count(); c++) {
        double mean = real.get(value).mean(c);
        double sigma = Math.sqrt(real.get(value).variance(c));
        assertThat(expected.mean(c)).as("mean of %s %d", value, c).isCloseTo(mean, within(0.05 * sigma + 0.03));
        assertThat(Math.sqrt(expected.variance(c)))
            .as("deviation of %s %d", value, c)
            .isBetween(0.6 * sigma - 0.02, 1.4 * sigma + 0.02);
      }
    }
  }

  @Test
  void rangesCoverTheRealOnes() {
    Map<Value, ActivationGrid> narrow = new HashMap<>();
    graph.values().stream()
        .filter(value -> !value.equals(graph.output()))
        .forEach(value -> narrow.put(value, ActivationGrid.covering(-0.01, 0.01)));
    narrow.put(graph.input(), ActivationGrid.covering(-5, 5));
    Map<Value, ActivationGrid> grids =
        statistics.widened(graph, narrow);
    assertThat(grids.keySet()).isEqualTo(narrow.keySet());
    assertThat(grids.get(graph.input())).isEqualTo(narrow.get(graph.input()));
    FloatExecutor executor = new FloatExecutor(graph);
    Map<Value, Float> greatest = new HashMap<>();
    for (float[] picture : pictures) {
      executor.run(
          picture,
          (value, elements) -> {
            for (float x : elements) {
              greatest.merge(value, Math.abs(x), Math::max);
            }
          });
    }
    for (Node node : graph.nodes()) {
      Value value = node.output();
      if (grids.containsKey(value)) {
        float high = grids.get(value).real(Byte.MAX_VALUE);
        assertThat(high).as("range of %s", value).isGreaterThanOrEqualTo(0.999f * greatest.get(value));
        assertThat(high).as("range of %s", value).isLessThan(6 * greatest.get(value));
      }
    }
  }

  @Test
  void bytesThatAreOnlyMovedKeepTheirGrid() {
    Map<Value, ActivationGrid> grids = new HashMap<>();
    graph.values().forEach(value -> grids.put(value, ActivationGrid.covering(0, 1)));
    Map<Value, ActivationGrid> widened = statistics.widened(graph, grids);
    Map<String, ActivationGrid> byName = new HashMap<>();
    widened.forEach((value, grid) -> byName.put(value.name(), grid));
    assertThat(byName.get("pool")).isEqualTo(byName.get("sum relu"));
    assertThat(byName.get("slice")).isEqualTo(byName.get("sum relu"));
    assertThat(byName.get("pad")).isEqualTo(byName.get("sum relu"));
    assertThat(byName.get("sum relu").real(127)).isGreaterThan(1);
    assertThat(byName.get("depthwise relu").real(127)).isBetween(1f, 6.0001f);
    grids.replaceAll((value, grid) -> ActivationGrid.covering(-1e6, 1e6));
    assertThat(statistics.widened(graph, grids)).isEqualTo(grids);
  }

  @Test
  void channelsAreFollowedThroughSlicesAndPadding() {
    NormStatistics.Channels pooled = channels("pool");
    NormStatistics.Channels padded = channels("pad");
    for (int c = 0; c < 12; c++) {
      boolean zero = c < 2 || c >= 10;
      assertThat(padded.mean(c)).isEqualTo(zero ? 0 : pooled.mean(1 + 2 * (c - 2)));
      assertThat(padded.variance(c)).isEqualTo(zero ? 0 : pooled.variance(1 + 2 * (c - 2)));
    }
  }

  @Test
  void aNetworkWithoutNormsIsGuessedThrough() {
    FloatGraph plain = NormedNetwork.trained(random, List.of());
    NormStatistics guessed = NormStatistics.of(plain, PREPROCESSING);
    Map<Value, ChannelMoments> real = NormedNetwork.moments(plain, pictures);
    Value stem = plain.convolutions().getFirst().output();
    for (int c = 0; c < 16; c++) {
      assertThat(guessed.channels().get(stem).mean(c)).isCloseTo(real.get(stem).mean(c), within(0.15));
    }
    assertThat(guessed.channels()).hasSize(plain.values().size());
  }

  private NormStatistics.Channels channels(String name) {
    Value value = graph.values().stream().filter(v -> v.name().equals(name)).findFirst().orElseThrow();
    return statistics.channels().get(value);
  }
}
