package org.ptilmpq.quantizer.secondorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.secondorder.SecondMoments.Moments;
import org.ptilmpq.testkit.Seeds;

class ShrinkageTest {

  private final RandomGenerator random = Seeds.example(37);
  private final OrderedWork work = new OrderedWork(2);

  @AfterEach
  void close() {
    work.close();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1", "1, 49", "2, 1", "2, 3", "2, 49", "7, 1", "7, 3", "33, 3", "33, 49", "100, 1", "100, 130", "600, 3",
    "600, 49"
  })
  void theShareIsThatOfTheFormula(int inputs, int rowsPerPicture) {
    int pictures = 6;
    float[] rows = pictures(inputs, pictures, rowsPerPicture, 0.3);
    for (int i = 0; i < rows.length; i++) {
      float contrast = 0.5f + i / (rowsPerPicture * inputs) * 0.4f;
      rows[i] = contrast * (rows[i] + i % inputs % 3 * 0.5f);
    }
    Moments moments = moments(rows, inputs);
    float[] about = means(moments);
    for (int k = 0; k < inputs; k++) {
      double variance = moments.matrix()[k * inputs + k] - moments.mean()[k] * moments.mean()[k];
      about[k] += (float) (0.1 * Math.sqrt(variance) * random.nextGaussian());
    }
    Shrinkage shrinkage = shrinkage(rows, pictures, about);
    double[] ofPictures = new double[2];
    for (int picture = 0; picture < pictures; picture++) {
      int elements = rowsPerPicture * inputs;
      float[] own = Arrays.copyOfRange(rows, picture * elements, (picture + 1) * elements);
      double[] squares = squares(covariance(own, inputs, toDoubles(about)), inputs);
      ofPictures[0] += squares[0] / pictures;
      ofPictures[1] += squares[1] / pictures;
    }
    double common = squares(covariance(rows, inputs, moments.mean()), inputs)[0];
    int within = 0;
    for (int independent : new int[] {1, 2, 6, 50, 1000}) {
      double expected = common == 0 ? 0 : (ofPictures[0] - common) / (independent * common);
      // Products are summed in floats, also those on the diagonal.
      double unit = 2e-7 * (2 + Math.sqrt(inputs));
      double rounding = common == 0 ? 0 : unit * (ofPictures[0] + ofPictures[1]) / (independent * common);
      double share = shrinkage.share(moments, independent);
      assertThat(share).as("%d independent", independent).isCloseTo(Math.clamp(expected, 0, 1), within(rounding));
      within += share > 0 && share < 1 && rounding < 0.01 * share ? 1 : 0;
    }
    if (inputs == 1) {
      assertThat(shrinkage.share(moments, 1)).as("nothing is beside the diagonal").isZero();
    } else {
      assertThat(within).as("shares that were not cut off").isPositive();
    }
  }

  @Test
  void theShareIsTheSameForAnyNumberOfThreads() {
    int inputs = 130;
    float[] rows = CorrelatedInputs.of(inputs, 3 * 140, random).rows();
    Moments moments = moments(rows, inputs);
    double share = shrinkage(rows, 3, means(moments)).share(moments, 3);
    assertThat(share).isStrictlyBetween(0.0, 1.0);
    try (OrderedWork single = new OrderedWork(1)) {
      Shrinkage shrinkage = new Shrinkage(means(moments));
      for (int picture = 0; picture < 3; picture++) {
        shrinkage.add(rows, picture * 140, 140, single);
      }
      assertThat(shrinkage.share(moments, 3)).isEqualTo(share);
    }
  }

  @Test
  void picturesOfTheSameCovarianceAreTrusted() {
    int inputs = 40;
    int rowsPerPicture = 30;
    float[] picture = CorrelatedInputs.of(inputs, rowsPerPicture, random).rows();
    float[] rows = new float[5 * picture.length];
    for (int i = 0; i < rows.length; i++) {
      int turned = (i + i / picture.length * 7 * inputs) % picture.length;
      rows[i] = picture[turned];
    }
    Moments moments = moments(rows, inputs);
    assertThat(shrinkage(rows, 5, means(moments)).share(moments, 5)).isBetween(0.0, 1e-5);
  }

  /** Not wholly: the noise of one picture in P is in C itself, and looks common to all. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void covariancesOfIndependentInputsAreTakenOff(int rowsPerPicture) {
    int inputs = 100;
    int pictures = 20;
    float[] rows = CorrelatedInputs.gaussian(pictures * rowsPerPicture * inputs, random);
    Moments moments = moments(rows, inputs);
    Shrinkage shrinkage = shrinkage(rows, pictures, means(moments));
    assertThat(shrinkage.share(moments, pictures)).isBetween(0.85, 1.0);
    assertThat(shrinkage.share(moments, 1)).as("cut off").isEqualTo(1);
  }

  @Test
  void morePicturesAreTrustedMore() {
    int inputs = 50;
    float[] rows = CorrelatedInputs.of(inputs, 800 * 3, random).rows();
    double before = Double.POSITIVE_INFINITY;
    for (int pictures : new int[] {8, 80, 800}) {
      float[] some = Arrays.copyOf(rows, pictures * 3 * inputs);
      Moments moments = moments(some, inputs);
      double share = shrinkage(some, pictures, means(moments)).share(moments, pictures);
      assertThat(share).as("%d pictures", pictures).isPositive().isLessThan(0.4 * before);
      before = share;
    }
  }

  @Test
  void nothingIsTakenOffWhenNoPictureWasLookedAt() {
    float[] rows = CorrelatedInputs.of(9, 20, random).rows();
    Moments moments = moments(rows, 9);
    assertThat(new Shrinkage(means(moments)).share(moments, 4)).isZero();
  }

  @Test
  void variancesAndMeansStayAndCovariancesShrink() {
    int inputs = 45;
    float[] rows = CorrelatedInputs.of(inputs, 100, random).rows();
    Moments original = moments(rows, inputs);
    for (double share : new double[] {0, 0.3, 1}) {
      Moments shrunk = moments(rows, inputs);
      Shrinkage.apply(shrunk, share);
      assertThat(shrunk.mean()).isEqualTo(original.mean());
      int changed = 0;
      for (int i = 0; i < inputs; i++) {
        assertThat(shrunk.matrix()[i * inputs + i]).isEqualTo(original.matrix()[i * inputs + i]);
        for (int j = 0; j < inputs; j++) {
          float found = shrunk.matrix()[i * inputs + j];
          float before = original.matrix()[i * inputs + j];
          assertThat(shrunk.matrix()[j * inputs + i]).as("%d, %d", i, j).isEqualTo(found);
          if (i != j) {
            double product = original.mean()[i] * original.mean()[j];
            double expected = product + (1 - share) * (before - product);
            assertThat((double) found).isCloseTo(expected, within((double) Math.ulp((float) expected)));
            changed += found != before ? 1 : 0;
          }
        }
      }
      if (share == 0) {
        assertThat(shrunk.matrix()).isEqualTo(original.matrix());
      } else {
        assertThat(changed).isGreaterThan(inputs * (inputs - 2));
      }
    }
  }

  /** 12 pictures of 4 rows tell little of 60 inputs, and still less where the rows of a picture are nearly the same. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.9})
  void theShrunkCovariancesOfFewPicturesAreNearerToTheTruth(double alike) {
    int inputs = 60;
    float[] rows = pictures(inputs, 12, 4, alike);
    Moments moments = moments(rows, inputs);
    double before = errorOfMixture(moments, 0);
    double least = before;
    for (int percent = 0; percent <= 100; percent++) {
      least = Math.min(least, errorOfMixture(moments, percent / 100.0));
    }
    double share = shrinkage(rows, 12, means(moments)).share(moments, 12);
    Shrinkage.apply(moments, share);
    double after = errorOfMixture(moments, 0);
    assertThat(after).isLessThan(0.7 * before).isLessThan(1.5 * least);
  }

  /** Returns rows of unit variance; a share of each is the same in all rows of its picture. */
  private float[] pictures(int inputs, int pictures, int rowsPerPicture, double alike) {
    float[] rows = new float[pictures * rowsPerPicture * inputs];
    for (int picture = 0; picture < pictures; picture++) {
      double[] common = autoregressive(inputs);
      for (int row = 0; row < rowsPerPicture; row++) {
        double[] own = autoregressive(inputs);
        for (int k = 0; k < inputs; k++) {
          rows[(picture * rowsPerPicture + row) * inputs + k] =
              (float) (Math.sqrt(alike) * common[k] + Math.sqrt(1 - alike) * own[k]);
        }
      }
    }
    return rows;
  }

  private double[] autoregressive(int inputs) {
    double[] values = new double[inputs];
    values[0] = random.nextGaussian();
    for (int k = 1; k < inputs; k++) {
      values[k] = 0.6 * values[k - 1] + 0.8 * random.nextGaussian();
    }
    return values;
  }

  /** Returns the squared distance from the covariances 0.6^|i − j| when a share is taken off those found. */
  private static double errorOfMixture(Moments moments, double share) {
    int inputs = moments.inputs();
    double error = 0;
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < inputs; j++) {
        double found = moments.matrix()[i * inputs + j] - moments.mean()[i] * moments.mean()[j];
        double difference = (i == j ? 1 : 1 - share) * found - Math.pow(0.6, Math.abs(i - j));
        error += difference * difference;
      }
    }
    return error;
  }

  private Shrinkage shrinkage(float[] rows, int pictures, float[] about) {
    Shrinkage shrinkage = new Shrinkage(about);
    int rowsPerPicture = rows.length / about.length / pictures;
    for (int picture = 0; picture < pictures; picture++) {
      shrinkage.add(rows, picture * rowsPerPicture, rowsPerPicture, work);
    }
    return shrinkage;
  }

  private Moments moments(float[] rows, int inputs) {
    SecondMoments moments = new SecondMoments(inputs);
    moments.add(rows, rows.length / inputs, work);
    return moments.finish();
  }

  private static float[] means(Moments moments) {
    float[] means = new float[moments.inputs()];
    for (int k = 0; k < means.length; k++) {
      means[k] = (float) moments.mean()[k];
    }
    return means;
  }

  private static double[] toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int k = 0; k < values.length; k++) {
      doubles[k] = values[k];
    }
    return doubles;
  }

  /** Returns E[(x − about) (x − about)ᵀ] by definition. */
  private static double[] covariance(float[] rows, int inputs, double[] about) {
    int count = rows.length / inputs;
    double[] covariance = new double[inputs * inputs];
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < inputs; i++) {
        double first = (rows[row * inputs + i] - about[i]) / count;
        for (int j = 0; j < inputs; j++) {
          covariance[i * inputs + j] += first * (rows[row * inputs + j] - about[j]);
        }
      }
    }
    return covariance;
  }

  /** Returns the sums of the squares of the elements off the diagonal, and of those on it. */
  private static double[] squares(double[] matrix, int inputs) {
    double[] squares = new double[2];
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < inputs; j++) {
        squares[i == j ? 1 : 0] += matrix[i * inputs + j] * matrix[i * inputs + j];
      }
    }
    return squares;
  }
}
