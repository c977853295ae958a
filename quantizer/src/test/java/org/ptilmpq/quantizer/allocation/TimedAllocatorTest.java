package org.ptilmpq.quantizer.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;
import org.ptilmpq.quantizer.allocation.StepAllocator.LayerTime;
import org.ptilmpq.testkit.Seeds;

class TimedAllocatorTest {

  private static final int WEIGHTS = 500;
  private static final int CHANNELS = 8;
  private static final double FREE = Double.POSITIVE_INFINITY;

  private final RandomGenerator random = Seeds.random("TimedAllocatorTest", 19);

  private Demand demand(double importance, LayerTime time) {
    float[] weights = new float[CHANNELS * WEIGHTS];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) random.nextGaussian();
    }
    double[] deviations = new double[CHANNELS];
    Arrays.fill(deviations, 1);
    double[] importances = new double[CHANNELS];
    Arrays.fill(importances, importance);
    return new Demand(new RateCurve(weights, WEIGHTS, deviations), WEIGHTS, deviations, importances, 1, time);
  }

  /** As the look-up product: each plane is read at each pixel. */
  private static LayerTime used(int pixels) {
    return (planes, magnitudes) -> pixels * (100 + Arrays.stream(planes).sum());
  }

  private static double bits(Demand demand, double price) {
    return demand.bits(price) / (CHANNELS * WEIGHTS);
  }

  @Test
  void aLayerUsedOftenGetsFewerBitsWhenTimeCounts() {
    List<Demand> demands = List.of(demand(1, used(64)), demand(1, used(1)));
    TimedAllocator allocator = new TimedAllocator(demands);
    double time = 65 * 120;
    double often = allocator.price(0, FREE, time);
    double seldom = allocator.price(1, FREE, time - demands.get(0).nanoseconds(often));
    assertThat(bits(demands.get(0), often)).isLessThan(bits(demands.get(1), seldom) - 0.5);
    // Nobody asks for time: alike layers are treated alike.
    double bits = 2 * 3.0 * CHANNELS * WEIGHTS;
    double first = allocator.price(0, bits, FREE);
    assertThat(bits(demands.get(0), first)).isCloseTo(3, within(0.15));
  }

  @Test
  void withoutALimitOfTimePricesAreThoseOfBits() {
    List<Demand> demands = List.of(demand(1, used(64)), demand(10, used(1)), demand(0.1, used(9)));
    TimedAllocator allocator = new TimedAllocator(demands);
    for (double bitsPerWeight : new double[] {1.5, 2.5, 4, 6}) {
      double bits = 3 * bitsPerWeight * CHANNELS * WEIGHTS;
      // To the rows of the table, half of a sixth of an octave.
      assertThat(allocator.price(0, bits, FREE))
          .isCloseTo(new StepAllocator(demands).price(bits), within(0.13 * new StepAllocator(demands).price(bits)));
    }
  }

  @Test
  void bothLimitsHold() {
    List<Demand> demands = List.of(demand(1, used(64)), demand(10, used(1)), demand(0.1, used(9)));
    TimedAllocator allocator = new TimedAllocator(demands);
    for (double bitsPerWeight : new double[] {2, 3, 5}) {
      for (double share : new double[] {1.1, 1.3, 2}) {
        double bits = 3 * bitsPerWeight * CHANNELS * WEIGHTS;
        double time = share * allocator.leastNanoseconds();
        double bitsLeft = bits;
        double timeLeft = time;
        for (int layer = 0; layer < 3; layer++) {
          double price = allocator.price(layer, bitsLeft, timeLeft);
          bitsLeft -= demands.get(layer).bits(price);
          timeLeft -= demands.get(layer).nanoseconds(price);
        }
        String limits = bitsPerWeight + " bits, " + share + " of the least time";
        assertThat(bitsLeft).as(limits).isGreaterThanOrEqualTo(-1e-9 * bits);
        assertThat(timeLeft).as(limits).isGreaterThanOrEqualTo(-1e-9 * time);
      }
    }
  }

  /** Depthwise layers, for one, are multiplied whatever their bits are. */
  @Test
  void aLayerThatTimeCantBeSavedOnKeepsItsBits() {
    List<Demand> demands = List.of(demand(1, (planes, magnitudes) -> 5_000), demand(1, used(64)));
    TimedAllocator allocator = new TimedAllocator(demands);
    double tight = allocator.price(0, FREE, 1.01 * allocator.leastNanoseconds());
    assertThat(bits(demands.get(0), tight)).isGreaterThan(7.5);
    assertThat(bits(demands.get(1), allocator.price(1, FREE, 64 * 110))).isLessThan(2);
  }

  @Test
  void whatCantBeMetGetsTheFastestSteps() {
    List<Demand> demands = List.of(demand(1, used(64)));
    TimedAllocator allocator = new TimedAllocator(demands);
    double price = allocator.price(0, FREE, 0.5 * allocator.leastNanoseconds());
    assertThat(demands.getFirst().nanoseconds(price)).isEqualTo(allocator.leastNanoseconds());
  }

  @Test
  void aLayerOfZerosAsksForNothing() {
    double[] none = new double[CHANNELS];
    Demand zeros =
        new Demand(new RateCurve(new float[CHANNELS * WEIGHTS], WEIGHTS, none), WEIGHTS, none, none, 1, used(3));
    TimedAllocator allocator = new TimedAllocator(List.of(zeros, demand(1, used(2))));
    double price = allocator.price(0, FREE, 1e9);
    assertThat(zeros.bits(price)).isZero();
    assertThat(zeros.nanoseconds(price)).isEqualTo(300);
  }
}
