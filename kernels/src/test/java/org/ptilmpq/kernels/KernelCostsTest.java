package org.ptilmpq.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.kernels.vector.Lanes;

class KernelCostsTest {

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void valuesGiveTheSameCosts(int bits) {
    KernelCosts costs = KernelCosts.standard(bits);
    assertThat(costs.bits()).isEqualTo(bits);
    assertThat(KernelCosts.of(costs.values())).isEqualTo(costs);
  }

  @Test
  void whatIsMissingUnknownOrNoCostIsNamed() {
    for (String name : KernelCosts.standard(512).values().keySet()) {
      Map<String, Double> values = new HashMap<>(KernelCosts.standard(512).values());
      values.remove(name);
      assertThatThrownBy(() -> KernelCosts.of(values))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the kernel cost \"" + name + "\" is missing");
      for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
        values.put(name, bad);
        assertThatThrownBy(() -> KernelCosts.of(values)).as("%s = %s", name, bad).hasMessageContaining(name);
      }
    }
    Map<String, Double> values = new HashMap<>(KernelCosts.standard(512).values());
    values.put("tables", 1.0);
    assertThatThrownBy(() -> KernelCosts.of(values)).hasMessage("there is no kernel cost \"tables\"");
    values.remove("tables");
    values.put("bits", 64.0);
    assertThatThrownBy(() -> KernelCosts.of(values)).hasMessage("vectors have 128, 256 or 512 bits, not 64");
  }

  @Test
  void moreOfAnythingTakesLonger() {
    KernelCosts costs = KernelCosts.standard(512);
    double base = costs.convolution(196, 2304, 256, 3, 1);
    assertThat(costs.convolution(392, 2304, 256, 3, 1)).isEqualTo(2 * base);
    assertThat(costs.convolution(196, 2304, 512, 3, 1)).isBetween(1.5 * base, 2 * base);
    assertThat(costs.convolution(196, 4608, 256, 3, 1)).isGreaterThan(1.9 * base);
    assertThat(costs.convolution(196, 2304, 256, 2, 0.5)).isLessThan(base);
    assertThat(costs.convolution(196, 2304, 256, 8, 30)).isGreaterThan(1.2 * base);
    // Levels of 30 fit eight to a run of at most 254: 273 runs, in 16-bit lanes.
    double lanes = 2304 * costs.shortInput() + 273 * costs.shortRun() + costs.output();
    assertThat(costs.convolution(196, 2304, 256, 8, 30)).isCloseTo(196 * 8 * lanes, within(1e-3));
  }

  /** On the machine of the tests, in three seconds: that differences of noisy times still give costs. */
  @Test
  void costsAreMeasured() {
    if (KernelProvider.choose().kernels() instanceof ScalarKernels) {
      return;
    }
    KernelCosts measured = KernelProvider.measureCosts();
    assertThat(measured.bits()).isEqualTo(Lanes.bits());
    Map<String, Double> standard = KernelCosts.standard(Lanes.bits()).values();
    measured.values().forEach((name, value) ->
        assertThat(value).as(name).isBetween(standard.get(name) / 20, standard.get(name) * 20));
  }
}
