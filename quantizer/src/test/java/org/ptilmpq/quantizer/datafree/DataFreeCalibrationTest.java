package org.ptilmpq.quantizer.datafree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.testkit.Seeds;

class DataFreeCalibrationTest {

  private static final Preprocessing PREPROCESSING =
      new Preprocessing(0, new float[] {124, 116, 104}, new float[] {58, 58, 58});

  private final RandomGenerator random = Seeds.example(67);
  private final List<String> notes = new ArrayList<>();

  private DataFreeCalibration calibrate(FloatGraph graph, int threads) throws QuantizationException {
    Progress progress =
        new Progress() {
          @Override
          public void stage(String name, int steps) {}

          @Override
          public void step() {}

          @Override
          public void note(String text) {
            notes.add(text);
          }
        };
    try (OrderedWork work = new OrderedWork(threads)) {
      InputReader reader = new InputReader(PREPROCESSING, graph.input());
      return DataFreeCalibration.of(graph, PREPROCESSING, reader, 20, 9, work, progress);
    }
  }

  @Test
  void everythingThatQuantizationAsksForIsThere() throws Exception {
    FloatGraph graph = NormedNetwork.trained(random, NormedNetwork.pictures(30, 0, 1, random));
    DataFreeCalibration result = calibrate(graph, 2);
    FloatGraph fitted = result.renormalized().graph();
    assertThat(notes).isEmpty();
    assertThat(result.calibration().pictures()).isEqualTo(20);
    assertThat(result.calibration().pixels()).hasSize(20);
    assertThat(result.grids()).hasSize(graph.values().size() - 1);
    assertThat(fitted.values()).isEqualTo(graph.values());
    for (Node.Convolution conv : fitted.convolutions()) {
      assertThat(result.calibration().layers()).containsKey(conv);
      assertThat(result.calibration().inputs()).containsKey(conv.input());
    }
    Node.Convolution stem = fitted.convolutions().getFirst();
    for (int c = 0; c < 16; c++) {
      double sigma = Math.abs(stem.normScale()[c]);
      double found = Math.sqrt(result.calibration().layers().get(stem).outputs().variance(c));
      assertThat(found).isBetween(0.7 * sigma, 1.4 * sigma);
    }
  }

  @Test
  void threadsDontMatter() throws Exception {
    FloatGraph graph = NormedNetwork.trained(random, NormedNetwork.pictures(30, 0, 1, random));
    DataFreeCalibration one = calibrate(graph, 1);
    DataFreeCalibration three = calibrate(graph, 3);
    assertThat(three.grids()).isEqualTo(one.grids());
    for (int i = 0; i < 12; i++) {
      assertThat(three.calibration().pixels().get(i)).isEqualTo(one.calibration().pixels().get(i));
    }
  }

  @Test
  void aNetworkWithoutNormsIsCalibratedAsItIsAndTheUserIsTold() throws Exception {
    FloatGraph plain = NormedNetwork.trained(random, List.of());
    DataFreeCalibration result = calibrate(plain, 2);
    assertThat(result.renormalized().graph()).isSameAs(plain);
    assertThat(notes).singleElement().asString().contains("no batch norms");
    Node.Convolution stem = plain.convolutions().getFirst();
    float[] scales = {1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8};
    Renormalized.Restored restored = result.restored(stem, stem.kernel(), scales, scales);
    assertThat(restored.scales()).isEqualTo(scales);
    assertThat(restored.biases()).containsExactly(scales, Offset.offset(1e-5f));
  }
}
