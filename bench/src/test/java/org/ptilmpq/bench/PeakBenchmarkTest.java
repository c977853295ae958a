package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.testkit.Seeds;

/** The limits are those of work that was really done: every count is right, and so is every lane. */
class PeakBenchmarkTest {

  @Test
  void fusedMultiplyAdds() {
    GigaMacs counter = new GigaMacs();
    float[] sums = new PeakFmaBenchmark().run(counter);
    double macs = 0;
    for (float lane : sums) {
      macs += lane;
    }
    assertThat(macs).isEqualTo((double) PeakFmaBenchmark.STEPS * PeakFmaBenchmark.ACCUMULATORS * sums.length);
    assertThat(counter.gmac).isEqualTo(macs * 1e-9);
  }

  @Test
  void lookUps() {
    RandomGenerator random = Seeds.random("lookUps", 32);
    PeakPermuteBenchmark benchmark = new PeakPermuteBenchmark();
    int l = benchmark.lanes.length;
    assertThat(benchmark.lanes).as("lanes that are looked up").doesNotHaveDuplicates();
    benchmark.summand = (short) random.nextInt();
    for (int i = 0; i < benchmark.sums.length; i++) {
      benchmark.sums[i] = (short) random.nextInt();
    }
    short[] truth = benchmark.sums.clone();
    long lookedUp = 0;
    for (int step = 0; step < PeakPermuteBenchmark.STEPS; step++) {
      short[] table = truth.clone();
      for (int i = 0; i < truth.length; i++, lookedUp++) {
        truth[i] = (short) (table[i / l * l + benchmark.lanes[i % l]] + benchmark.summand);
      }
    }
    PeakPermuteBenchmark.LookUpCounter counter = new PeakPermuteBenchmark.LookUpCounter();
    assertThat(benchmark.run(counter)).isEqualTo(truth);
    assertThat(counter.glookup).isEqualTo(lookedUp / l * 1e-9);
    // A table has the subset sums of as many inputs as fill it, so each lane looked up is that many products of 1 bit.
    int inputs = switch (l) {
      case 32 -> 5;
      case 16 -> 4;
      default -> 3;
    };
    assertThat(counter.gmacAt1Bit).isCloseTo(lookedUp * inputs * 1e-9, offset(1e-9));
    assertThat(PeakPermuteBenchmark.macs(3) * 3).isCloseTo((double) lookedUp * inputs, offset(1e-3));
  }

  /** Products of machine code leave no sums behind: all that can be checked is that they are the set's own. */
  @Test
  void machineCode() {
    PeakProductsBenchmark benchmark = new PeakProductsBenchmark();
    benchmark.machine = ChosenKernels.BEST;
    benchmark.prepare();
    try (KernelSet set = ChosenKernels.machine(ChosenKernels.BEST)) {
      GigaMacs counter = new GigaMacs();
      benchmark.run(counter);
      assertThat(counter.gmac).isEqualTo(benchmark.macs() * 1e-9).isPositive();
      assertThat(benchmark.kernels()).isEqualTo(set.name()).isEqualTo("machine code, " + benchmark.method());
    } finally {
      benchmark.free();
    }
  }

  @Test
  void runsGoOnWhereTheLastOneEnded() {
    PeakPermuteBenchmark permutes = new PeakPermuteBenchmark();
    short[] first = permutes.run(new PeakPermuteBenchmark.LookUpCounter()).clone();
    assertThat(permutes.run(new PeakPermuteBenchmark.LookUpCounter())).isNotEqualTo(first);
  }
}
