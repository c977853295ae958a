package org.ptilmpq.bench;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The limit of the look-up product: a permute of 16-bit lanes and an addition that stay in registers. A vector of n
 * lanes is a table of the subset sums of log₂ n inputs, so that a permute does the work of n · log₂ n
 * multiply-accumulates for one bit of the weights. Each accumulator is its own next table: the JIT would do a look-up
 * in an unchanging table only once.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PeakPermuteBenchmark {

  static final int STEPS = 10_000;
  static final int ACCUMULATORS = 12;

  private static final VectorSpecies<Short> SPECIES = VectorWidth.SHORT;

  /** Inputs whose subset sums fill a vector: 5 at 512 bits, 4 at 256, 3 at 128. */
  static final int INPUTS = Integer.numberOfTrailingZeros(SPECIES.length());

  /** Not a constant, or the JIT would compute the sums itself. */
  short summand = 1;

  /** The lane that each lane looks up: all of them, in an order without a short cycle. */
  final short[] lanes = new short[SPECIES.length()];

  /** All accumulators, first as they start and then as a run leaves them. */
  final short[] sums = new short[ACCUMULATORS * SPECIES.length()];

  /** Puts another number in each lane. */
  public PeakPermuteBenchmark() {
    for (int lane = 0; lane < lanes.length; lane++) {
      lanes[lane] = (short) ((5 * lane + 1) % lanes.length);
    }
    for (int i = 0; i < sums.length; i++) {
      sums[i] = (short) i;
    }
  }

  /** Permutes of one run. */
  static long lookUps() {
    return (long) STEPS * ACCUMULATORS;
  }

  /** Multiply-accumulates that one run does the work of, with weights of {@code bits} bits. */
  static double macs(int bits) {
    return (double) lookUps() * SPECIES.length() * INPUTS / bits;
  }

  /** Each accumulator's lane becomes what it has in the lane looked up, plus the summand, {@value #STEPS} times. */
  @Benchmark
  public short[] run(LookUpCounter counter) {
    final int l = SPECIES.length();
    ShortVector u = ShortVector.fromArray(SPECIES, lanes, 0);
    ShortVector v = ShortVector.broadcast(SPECIES, summand);
    ShortVector a0 = ShortVector.fromArray(SPECIES, sums, 0);
    ShortVector a1 = ShortVector.fromArray(SPECIES, sums, l);
    ShortVector a2 = ShortVector.fromArray(SPECIES, sums, 2 * l);
    ShortVector a3 = ShortVector.fromArray(SPECIES, sums, 3 * l);
    ShortVector a4 = ShortVector.fromArray(SPECIES, sums, 4 * l);
    ShortVector a5 = ShortVector.fromArray(SPECIES, sums, 5 * l);
    ShortVector a6 = ShortVector.fromArray(SPECIES, sums, 6 * l);
    ShortVector a7 = ShortVector.fromArray(SPECIES, sums, 7 * l);
    ShortVector a8 = ShortVector.fromArray(SPECIES, sums, 8 * l);
    ShortVector a9 = ShortVector.fromArray(SPECIES, sums, 9 * l);
    ShortVector a10 = ShortVector.fromArray(SPECIES, sums, 10 * l);
    ShortVector a11 = ShortVector.fromArray(SPECIES, sums, 11 * l);
    for (int i = 0; i < STEPS; i++) {
      a0 = u.selectFrom(a0).add(v);
      a1 = u.selectFrom(a1).add(v);
      a2 = u.selectFrom(a2).add(v);
      a3 = u.selectFrom(a3).add(v);
      a4 = u.selectFrom(a4).add(v);
      a5 = u.selectFrom(a5).add(v);
      a6 = u.selectFrom(a6).add(v);
      a7 = u.selectFrom(a7).add(v);
      a8 = u.selectFrom(a8).add(v);
      a9 = u.selectFrom(a9).add(v);
      a10 = u.selectFrom(a10).add(v);
      a11 = u.selectFrom(a11).add(v);
    }
    a0.intoArray(sums, 0);
    a1.intoArray(sums, l);
    a2.intoArray(sums, 2 * l);
    a3.intoArray(sums, 3 * l);
    a4.intoArray(sums, 4 * l);
    a5.intoArray(sums, 5 * l);
    a6.intoArray(sums, 6 * l);
    a7.intoArray(sums, 7 * l);
    a8.intoArray(sums, 8 * l);
    a9.intoArray(sums, 9 * l);
    a10.intoArray(sums, 10 * l);
    a11.intoArray(sums, 11 * l);
    counter.add(lookUps(), macs(1));
    return sums;
  }

  /** Counts permutes beside a throughput benchmark's operations, and the multiply-accumulates they replace. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class LookUpCounter {

    /** 10⁹ permutes of a vector done in this iteration. */
    public double glookup;

    /** 10⁹ multiply-accumulates with weights of 1 bit; with weights of b bits it is this divided by b. */
    public double gmacAt1Bit;

    void add(long lookUps, double macsAt1Bit) {
      glookup += lookUps * 1e-9;
      gmacAt1Bit += macsAt1Bit * 1e-9;
    }
  }
}
