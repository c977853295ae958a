package org.ptilmpq.quantizer.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class ParameterRoundingTest {

  private final RandomGenerator random = Seeds.example(3);

  @Test
  void aScaleIsTheNearestWithSoFewBits() {
    for (int i = 0; i < 10_000; i++) {
      double value = Math.exp(random.nextDouble(-40, 10));
      int bits = random.nextInt(4, 13);
      float rounded = ParameterRounding.scale(value, bits);
      double unit = Math.scalb(1.0, Math.getExponent(value) - bits);
      assertThat(rounded / unit).as("mantissa bits of %s", rounded).isEqualTo(Math.rint(rounded / unit));
      assertThat(Math.abs(rounded - value)).as("%s to %d bits", value, bits).isLessThanOrEqualTo(unit * 0.500001);
      assertThat(ParameterRounding.scale(rounded, bits)).isEqualTo(rounded);
    }
    assertThat(ParameterRounding.scale(Math.nextDown(2.0), 5)).isEqualTo(2);
  }

  @Test
  void finerStepsGetMoreBitsUpToABound() {
    int before = Integer.MAX_VALUE;
    for (double step = 1e-6; step < 100; step *= 1.3) {
      int bits = ParameterRounding.scaleBits(step);
      assertThat(bits).isBetween(4, 12).isLessThanOrEqualTo(before);
      before = bits;
    }
    assertThat(ParameterRounding.scaleBits(0.25)).isEqualTo(ParameterRounding.scaleBits(1) + 2);
    assertThat(ParameterRounding.scaleBits(Double.MIN_VALUE)).isEqualTo(12);
  }

  @Test
  void aBiasIsAMultipleOfAPowerOfTwoNearby() {
    for (int i = 0; i < 10_000; i++) {
      double value = random.nextGaussian() * Math.exp(random.nextDouble(-6, 3));
      double step = Math.exp(random.nextDouble(-8, 3));
      float rounded = ParameterRounding.bias(value, step);
      double unit = Math.scalb(1.0, Math.getExponent(step / 8));
      assertThat(unit).isLessThanOrEqualTo(step / 8);
      assertThat(rounded / unit).isEqualTo(Math.rint(rounded / unit));
      assertThat(Math.abs(rounded - value)).isLessThanOrEqualTo(unit / 2 + Math.ulp((float) value));
    }
  }

  @Test
  void theRightBiasOfAGridIsKept() {
    assertThat(ParameterRounding.bias(0, 0.01)).isZero();
    assertThat(ParameterRounding.bias(-3, 8)).isEqualTo(-3);
  }
}
