package org.ptilmpq.quantizer.best;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.best.StepAllocator.Demand;
import org.ptilmpq.testkit.Seeds;

class StepAllocatorTest {

  private static final int WEIGHTS = 2_000;

  private final RandomGenerator random = Seeds.example(14);

  private Demand demand(double[] deviations, double... importance) {
    float[] weights = new float[deviations.length * WEIGHTS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (deviations[i / WEIGHTS] * random.nextGaussian());
    }
    return new Demand(new RateCurve(weights, WEIGHTS, deviations), WEIGHTS, deviations, importance, 1);
  }

  @Test
  void thePriceMeetsTheBits() {
    List<Demand> demands =
        List.of(demand(new double[] {0.1, 2, 0, 0.4}, 1, 5, 7, 0.01), demand(new double[] {3, 3}, 1e-3, 40));
    StepAllocator allocator = new StepAllocator(demands);
    double before = 0;
    for (double bitsPerWeight : new double[] {1.2, 1.6, 2.5, 4, 7, 9}) {
      double bits = bitsPerWeight * 5 * WEIGHTS;
      double price = allocator.price(bits);
      assertThat(allocator.bits(price)).isCloseTo(bits, within(1e-3 * bits));
      assertThat(price).isLessThan(before == 0 ? Double.POSITIVE_INFINITY : before);
      before = price;
    }
  }

  @Test
  void noOtherShareOfTheBitsLosesLess() {
    double[] deviations = {0.5, 1.5};
    double[] importance = {30, 1};
    Demand demand = demand(deviations, importance);
    StepAllocator allocator = new StepAllocator(List.of(demand));
    double bits = 2 * 3.0 * WEIGHTS;
    double price = allocator.price(bits);
    RateCurve curve = demand.curve();
    double loss = 0;
    for (int c = 0; c < 2; c++) {
      loss += importance[c] * deviations[c] * deviations[c] * curve.error(demand.step(c, price) / deviations[c]);
    }
    double least = Double.POSITIVE_INFINITY;
    for (double first = 0.02; first < 4; first *= 1.01) {
      double left = bits / WEIGHTS - curve.bits(first);
      double second = 0.02;
      while (second < 6 && curve.bits(second) > left) {
        second *= 1.003;
      }
      if (curve.bits(second) <= left) {
        least = Math.min(
            least,
            importance[0] * deviations[0] * deviations[0] * curve.error(first)
                + importance[1] * deviations[1] * deviations[1] * curve.error(second));
      }
    }
    assertThat(loss).isBetween(0.97 * least, 1.02 * least);
  }

  @Test
  void whatMattersLessGetsCoarserSteps() {
    Demand demand = demand(new double[] {1, 1, 1, 0}, 100, 10, 1, 1);
    double price = new StepAllocator(List.of(demand)).price(3 * 3.0 * WEIGHTS);
    assertThat(demand.step(0, price)).isLessThan(demand.step(1, price));
    assertThat(demand.step(1, price)).isLessThan(demand.step(2, price));
    // Reverse water-filling: equal slopes are equal importance · step².
    assertThat(100 * Math.pow(demand.step(0, price), 2))
        .isCloseTo(10 * Math.pow(demand.step(1, price), 2), within(0.1 * 10 * Math.pow(demand.step(1, price), 2)));
    assertThat(demand.step(3, price)).isZero();
  }

  @Test
  void aFactorOnAllImportancesIsAFactorOnThePrice() {
    Demand demand = demand(new double[] {1, 2}, 3, 4);
    double price = new StepAllocator(List.of(demand)).price(10_000);
    Demand more = new Demand(demand.curve(), WEIGHTS, demand.deviations(), new double[] {21, 28}, 1);
    assertThat(new StepAllocator(List.of(more)).price(10_000)).isCloseTo(7 * price, within(1e-6 * price));
    assertThat(more.step(1, 7 * price)).isCloseTo(demand.step(1, price), within(1e-9));
  }

  @Test
  void aTrialChangesWhatALayerIsWorthAndWhatItTakes() {
    Demand demand = demand(new double[] {1, 2}, 3, 4);
    Demand tried = demand.tried(0.25, 0.8).tried(1, 0.5);
    double price = 1e-3;
    // A quarter of the loss: twice the step.
    assertThat(tried.step(1, price)).isCloseTo(2 * demand.step(1, price), within(1e-9));
    assertThat(tried.bits(price)).isCloseTo(0.4 * demand.bits(4 * price), within(1e-9 * demand.bits(price)));
    assertThat(demand.importance()).containsExactly(3, 4);
  }
}
