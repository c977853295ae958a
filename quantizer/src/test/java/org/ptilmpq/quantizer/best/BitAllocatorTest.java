package org.ptilmpq.quantizer.best;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.best.BitAllocator.Slice;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.testkit.Seeds;

class BitAllocatorTest {

  @Test
  void neverExceedsTheBudgetAndLeavesLessThanOneStep() {
    RandomGenerator random = Seeds.example(1);
    List<Slice> slices = slices(random, 200);
    BitAllocator allocator = new BitAllocator(slices);
    long largest = slices.stream().mapToLong(Slice::bytesPerBit).max().orElseThrow();
    for (long budget = 0; budget < 400_000; budget += 9_973) {
      int[] widths = allocator.allocate(budget);
      assertThat(bytes(slices, widths)).isLessThanOrEqualTo(budget);
      boolean full = Arrays.stream(widths).allMatch(width -> width == 8);
      assertThat(full || bytes(slices, widths) > budget - 8 * largest).isTrue();
    }
  }

  @Test
  void isBetterThanEqualWidths() {
    RandomGenerator random = Seeds.example(2);
    List<Slice> slices = slices(random, 300);
    BitAllocator allocator = new BitAllocator(slices);
    for (int width = 1; width < 8; width++) {
      int[] equal = new int[slices.size()];
      Arrays.fill(equal, width);
      int[] chosen = allocator.allocate(bytes(slices, equal));
      assertThat(cost(slices, chosen)).isLessThan(0.9 * cost(slices, equal));
    }
  }

  @Test
  void meetsExhaustiveSearchWhereStepsAreEven() {
    RandomGenerator random = Seeds.example(3);
    for (int round = 0; round < 50; round++) {
      List<Slice> slices = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        slices.add(slice(0, 10, convexCosts(random)));
      }
      BitAllocator allocator = new BitAllocator(slices);
      for (long budget = 0; budget <= 320; budget += 10) {
        assertThat(cost(slices, allocator.allocate(budget))).isEqualTo(exhaustive(slices, budget));
      }
    }
  }

  @Test
  void skipsWidthsThatGainLessThanALargerStepDoes() {
    // Two bits gain more than twice what one does: the width between is off the hull.
    double[] costs = {10, 9, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4};
    BitAllocator allocator = new BitAllocator(List.of(slice(0, 10, costs)));
    assertThat(allocator.allocate(19)).containsExactly(0);
    assertThat(allocator.allocate(20)).containsExactly(2);
  }

  @Test
  void refusesABudgetBelowTheLeast() {
    BitAllocator allocator = new BitAllocator(List.of(slice(2, 10, convexCosts(Seeds.example(4)))));
    assertThat(allocator.allocate(20)).containsExactly(2);
    assertThatThrownBy(() -> allocator.allocate(19)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void meetsAFileSizeFromBelow() throws Exception {
    RandomGenerator random = Seeds.example(5);
    List<Slice> slices = slices(random, 400);
    BitAllocator allocator = new BitAllocator(slices);
    // The bytes around the codes grow with how mixed the widths are, as channel orders do in real files.
    ToLongFunction<int[]> length =
        widths -> 10_000 + bytes(slices, widths) + 40 * Arrays.stream(widths).distinct().count();
    for (long target = 100_000; target < 400_000; target += 12_345) {
      int[] widths = BitAllocator.fit(slices, target, length);
      assertThat(length.applyAsLong(widths)).isLessThanOrEqualTo(target).isGreaterThan(target - target / 200);
    }
    int[] most = BitAllocator.fit(slices, 10_000_000, length);
    assertThat(most).containsOnly(8);
  }

  @Test
  void saysTheSmallestSizeThatCanBeMet() {
    RandomGenerator random = Seeds.example(6);
    List<Slice> slices = slices(random, 10);
    BitAllocator allocator = new BitAllocator(slices);
    int[] oneBit = new int[10];
    Arrays.fill(oneBit, 1);
    long smallest = 500 + bytes(slices, oneBit);
    assertThatThrownBy(() -> BitAllocator.fit(slices, smallest - 1, widths -> 500 + bytes(slices, widths)))
        .isInstanceOf(QuantizationException.class)
        .hasMessageContaining(smallest + " bytes");
  }

  private static double exhaustive(List<Slice> slices, long budget) {
    double best = Double.POSITIVE_INFINITY;
    for (int choice = 0; choice < 9 * 9 * 9 * 9; choice++) {
      int[] widths = {choice % 9, choice / 9 % 9, choice / 81 % 9, choice / 729};
      if (bytes(slices, widths) <= budget) {
        best = Math.min(best, cost(slices, widths));
      }
    }
    return best;
  }

  private static List<Slice> slices(RandomGenerator random, int count) {
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slices.add(slice(0, 2L * random.nextInt(1, 200), convexCosts(random)));
    }
    return slices;
  }

  private static Slice slice(int least, long bytesPerBit, double[] costs) {
    return new Slice(0, new int[16], bytesPerBit, least, costs);
  }

  /** Each bit takes about three quarters of the error away. Integers, so that sums are exact. */
  private static double[] convexCosts(RandomGenerator random) {
    double[] costs = new double[9];
    double energy = Math.rint(1e9 * random.nextExponential() + 1e8);
    for (int width = 0; width <= 8; width++) {
      costs[width] = Math.rint(energy * Math.pow(0.25, width));
    }
    return costs;
  }

  /** Returns the bytes of codes of the given widths. */
  private static long bytes(List<Slice> slices, int[] widths) {
    return IntStream.range(0, widths.length).mapToLong(i -> slices.get(i).bytesPerBit() * widths[i]).sum();
  }

  /** Returns the cost of the given widths. */
  private static double cost(List<Slice> slices, int[] widths) {
    double cost = 0;
    for (int i = 0; i < widths.length; i++) {
      cost += slices.get(i).costs()[widths[i]];
    }
    return cost;
  }
}
