package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.quantizer.reference.Softmax;

class ClassSamplerTest {

  private static final int DRAWS = 4_000;

  /** From all classes alike to one that has all but 10⁻⁶. */
  @ParameterizedTest
  @ValueSource(floats = {0, 0.3f, 2, 5})
  void outerProductsHaveTheFisherInformationAsMean(float contrast) {
    float[] scores = {0.1f, 2.5f, -1, 0.9f, 2.4f, -3};
    for (int i = 0; i < scores.length; i++) {
      scores[i] *= contrast;
    }
    double[] p = Softmax.probabilities(scores);
    ClassSampler sampler = new ClassSampler(p);
    double[][] mean = new double[p.length][p.length];
    for (float[] v : sampler.draw(DRAWS, new SplittableRandom(3))) {
      for (int i = 0; i < p.length; i++) {
        for (int k = 0; k < p.length; k++) {
          mean[i][k] += (double) v[i] * v[k] / DRAWS;
        }
      }
    }
    assertThat(sampler.trace()).isCloseTo(1 - Arrays.stream(p).map(x -> x * x).sum(), offset(1e-12));
    for (int i = 0; i < p.length; i++) {
      for (int k = 0; k < p.length; k++) {
        double expected = (i == k ? p[i] : 0) - p[i] * p[k];
        // Systematic draws miss a class's share by less than two of DRAWS, each a vector of squared length `trace`.
        assertThat(mean[i][k]).isCloseTo(expected, offset(2 * p.length * sampler.trace() / DRAWS));
      }
    }
  }

  /** This makes a single draw per picture good enough. */
  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.9, 0.999, 1 - 1e-9})
  void everyDrawHasTheLengthOfTheTrace(double confidence) {
    double rest = (1 - confidence) / 2;
    ClassSampler sampler = new ClassSampler(new double[] {rest, confidence, rest});
    for (int seed = 0; seed < 50; seed++) {
      for (float[] v : sampler.draw(3, new SplittableRandom(seed))) {
        double squares = 0;
        for (float x : v) {
          squares += (double) x * x;
        }
        assertThat(squares).isCloseTo(sampler.trace(), offset(1e-5 * sampler.trace()));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void certaintyHasNoInformation(int classes) {
    double[] p = new double[classes];
    p[classes - 1] = 1;
    ClassSampler sampler = new ClassSampler(p);
    assertThat(sampler.trace()).isZero();
    for (float[] v : sampler.draw(2, new SplittableRandom(1))) {
      assertThat(v).containsExactly(new float[classes], offset(0f));
    }
  }
}
