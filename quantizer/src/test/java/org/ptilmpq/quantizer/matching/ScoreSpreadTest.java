package org.ptilmpq.quantizer.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.testkit.Seeds;

class ScoreSpreadTest {

  private static final int CHANNELS = 12;
  private static final int PICTURES = 32;

  private final RandomGenerator random = Seeds.example(61);
  private final double[] ones = filled(1);

  @Test
  void whatAllPicturesLackIsRestoredInFull() {
    List<float[]> wanted = outputs(PICTURES);
    assertThat(ScoreSpread.factor(moments(wanted, 1), moments(wanted, 0.94f), ones)).isCloseTo(1 / 0.94, within(1e-4));
    assertThat(ScoreSpread.factor(moments(wanted, 1), moments(wanted, 1.05f), ones)).isCloseTo(1 / 1.05, within(1e-4));
    assertThat(ScoreSpread.factor(moments(wanted, 1), moments(wanted, 0.47f), filled(2)))
        .as("with what gains make good for")
        .isCloseTo(1 / 0.94, within(1e-4));
  }

  @Test
  void itStaysWithinBounds() {
    List<float[]> wanted = outputs(PICTURES);
    assertThat(ScoreSpread.factor(moments(wanted, 1), moments(wanted, 0.5f), ones)).isEqualTo(1.15);
    assertThat(ScoreSpread.factor(moments(wanted, 1), moments(wanted, 3), ones)).isEqualTo(0.9);
    assertThat(ScoreSpread.factor(moments(wanted, 1), moments(wanted, 0), ones)).as("no spread").isEqualTo(1);
    assertThat(ScoreSpread.factor(moments(wanted, 0), moments(wanted, 1), ones)).isEqualTo(1);
  }

  @Test
  void fewPicturesAreNotBelieved() {
    List<float[]> wanted = outputs(7);
    assertThat(ScoreSpread.factor(moments(wanted, 1), moments(wanted, 0.9f), ones)).isEqualTo(1);
    assertThat(ScoreSpread.factor(List.of(), List.of(), ones)).isEqualTo(1);
  }

  /** Independent outputs of one spread: their ratio is chance. */
  @Test
  void chanceIsHardlyFollowed() {
    double followed = 0;
    double asFound = 0;
    int untouched = 0;
    int trials = 300;
    for (int trial = 0; trial < trials; trial++) {
      List<ChannelMoments> wanted = moments(outputs(PICTURES), 1);
      List<ChannelMoments> found = moments(outputs(PICTURES), 1);
      double factor = ScoreSpread.factor(wanted, found, ones);
      double ratio = Math.sqrt(variance(wanted) / variance(found));
      assertThat(Math.abs(factor - 1)).isLessThanOrEqualTo(Math.abs(ratio - 1) + 1e-9);
      followed += (factor - 1) * (factor - 1);
      asFound += (ratio - 1) * (ratio - 1);
      untouched += factor == 1 ? 1 : 0;
    }
    assertThat(followed).isLessThan(0.5 * asFound);
    assertThat(untouched).isBetween(trials / 2, trials * 9 / 10);
  }

  private static double variance(List<ChannelMoments> pictures) {
    ChannelMoments sum = new ChannelMoments(CHANNELS);
    pictures.forEach(sum::add);
    return sum.totalVariance();
  }

  private List<float[]> outputs(int pictures) {
    List<float[]> outputs = new ArrayList<>();
    for (int p = 0; p < pictures; p++) {
      float[] output = new float[CHANNELS];
      for (int c = 0; c < CHANNELS; c++) {
        output[c] = (float) (c + random.nextGaussian());
      }
      outputs.add(output);
    }
    return outputs;
  }

  private static List<ChannelMoments> moments(List<float[]> outputs, float factor) {
    List<ChannelMoments> moments = new ArrayList<>();
    for (float[] output : outputs) {
      float[] multiplied = output.clone();
      for (int c = 0; c < multiplied.length; c++) {
        multiplied[c] *= factor;
      }
      ChannelMoments each = new ChannelMoments(CHANNELS);
      each.add(multiplied);
      moments.add(each);
    }
    return moments;
  }

  private static double[] filled(double value) {
    double[] filled = new double[CHANNELS];
    Arrays.fill(filled, value);
    return filled;
  }
}
