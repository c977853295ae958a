package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class RangeSearchTest {

  private static final double CUTTING = 3;

  @Test
  void activationsAfterReluUseTheWholeByte() {
    float[] values = gaussian(1, 20_000);
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i]);
    }
    ActivationGrid grid = RangeSearch.search(histogram(values), CUTTING);
    assertThat(grid.zeroPoint()).isEqualTo(-128);
    assertThat(grid.real(grid.quantize(0))).isZero();
    assertThat(grid.real(127)).isBetween(2.5f, 6f);
  }

  @Test
  void costsNoMoreThanTheBestOfManyRanges() {
    float[] values = gaussian(2, 20_000);
    ValueHistogram histogram = histogram(values);
    double best = Double.POSITIVE_INFINITY;
    for (double low = histogram.least(); low < -1; low *= 0.97) {
      for (double high = histogram.greatest(); high > 1; high *= 0.97) {
        best = Math.min(best, cost(values, ActivationGrid.covering(low, high)));
      }
    }
    assertThat(cost(values, RangeSearch.search(histogram, CUTTING))).isLessThanOrEqualTo(1.02 * best);
  }

  @Test
  void cutsOffWhatIsRareAndLarge() {
    float[] values = gaussian(5, 500_000);
    values[7] = 12;
    ValueHistogram histogram = histogram(values);
    ActivationGrid whole = ActivationGrid.covering(histogram.least(), histogram.greatest());
    assertThat(cost(values, RangeSearch.search(histogram, CUTTING))).isLessThan(0.9 * cost(values, whole));
  }

  @Test
  void cutsOffWhatCostsLittle() {
    float[] values = gaussian(6, 20_000);
    for (int i = 0; i < values.length; i += 2) {
      values[i] *= 8;
    }
    ValueHistogram alike = histogram(values);
    ValueHistogram cheap = new ValueHistogram();
    cheap.add(values, new int[] {1, 4096});
    double rangeAlike = 255 * RangeSearch.search(alike, CUTTING).scale();
    double rangeCheap = 255 * RangeSearch.search(cheap, CUTTING).scale();
    assertThat(rangeCheap).isLessThan(0.6 * rangeAlike);
  }

  @Test
  void zeroIsExactWhateverTheRange() {
    RandomGenerator random = Seeds.example(3);
    for (int i = 0; i < 1_000; i++) {
      double low = 20 * random.nextGaussian();
      double high = low + Math.abs(20 * random.nextGaussian());
      ActivationGrid grid = ActivationGrid.covering(low, high);
      assertThat(grid.real(grid.quantize(0))).isZero();
      double step = grid.scale();
      assertThat((double) grid.real(127)).isGreaterThanOrEqualTo(high - step);
      assertThat((double) grid.real(-128)).isLessThanOrEqualTo(low + step);
    }
  }

  @Test
  void valuesOfAnyRangeAndOrderGiveTheSameHistogram() {
    float[] values = gaussian(4, 5_000);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * Math.pow(2, i % 37 - 20));
    }
    ValueHistogram atOnce = histogram(values);
    ValueHistogram inParts = new ValueHistogram();
    for (int from = values.length; from > 0; from -= 1_000) {
      ValueHistogram part = new ValueHistogram();
      part.add(Arrays.copyOfRange(values, from - 1_000, from), new int[] {1});
      inParts.add(part);
    }
    assertThat(RangeSearch.search(inParts, CUTTING)).isEqualTo(RangeSearch.search(atOnce, CUTTING));
    assertThat(inParts.least()).isEqualTo(atOnce.least());
    assertThat(inParts.greatest()).isEqualTo(atOnce.greatest());
    for (int bin = 0; bin < atOnce.bins(); bin++) {
      assertThat(inParts.count(bin)).as("bin %d", bin).isEqualTo(atOnce.count(bin));
    }
  }

  @Test
  void countsEveryValueInTheBinItLiesIn() {
    float justBelow = Math.nextDown(1f);
    ValueHistogram histogram = histogram(new float[] {justBelow, -justBelow, 0, 0.5f});
    long counted = 0;
    for (int bin = 0; bin < histogram.bins(); bin++) {
      counted += histogram.count(bin);
      if (histogram.count(bin) > 0) {
        assertThat(Math.abs(histogram.middle(bin))).isLessThan(1);
      }
    }
    assertThat(counted).isEqualTo(3);
  }

  @Test
  void aTensorOfZerosHasAGrid() {
    ActivationGrid grid = RangeSearch.search(histogram(new float[100]), CUTTING);
    assertThat(grid.scale()).isPositive();
    assertThat(grid.real(grid.quantize(0))).isZero();
  }

  @Test
  void refusesWhatIsNoNumber() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e30f}) {
      assertThatThrownBy(() -> histogram(new float[] {1, value})).isInstanceOf(ArithmeticException.class);
    }
  }

  private static ValueHistogram histogram(float[] values) {
    ValueHistogram histogram = new ValueHistogram();
    histogram.add(values, new int[] {1});
    return histogram;
  }

  /** Returns the sum of squared errors; those of cutting off cost more. */
  private static double cost(float[] values, ActivationGrid grid) {
    double cost = 0;
    for (float value : values) {
      double d = value - grid.real(grid.quantize(value));
      boolean cut = value < grid.real(Byte.MIN_VALUE) || value > grid.real(Byte.MAX_VALUE);
      cost += d * d * (cut ? CUTTING : 1);
    }
    return cost;
  }

  private static float[] gaussian(long seed, int count) {
    RandomGenerator random = Seeds.example(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
