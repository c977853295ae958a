package org.ptilmpq.bench;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;
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
 * The limit of products in 16-bit lanes: a multiplication and an addition that stay in registers. There is no fused
 * instruction for both that Java could ask for, but twice the lanes of floats. Each product is the next one's factor:
 * of products that don't change the JIT would compute one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PeakShortBenchmark {

  static final int STEPS = 10_000;
  static final int ACCUMULATORS = 12;

  private static final VectorSpecies<Short> SPECIES = VectorWidth.SHORT;

  /** Not constants, or the JIT would compute the sums itself. */
  short factor = 3;

  short summand = 1;

  /** All accumulators, first as they start and then as a run leaves them. */
  final short[] sums = new short[ACCUMULATORS * SPECIES.length()];

  /** Multiply-accumulates of one run. */
  static long macs() {
    return (long) STEPS * ACCUMULATORS * SPECIES.length();
  }

  /** Each accumulator a becomes factor · a + summand, modulo 2¹⁶, {@value #STEPS} times. */
  @Benchmark
  public short[] run(GigaMacs counter) {
    final int l = SPECIES.length();
    ShortVector u = ShortVector.broadcast(SPECIES, factor);
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
      a0 = u.mul(a0).add(v);
      a1 = u.mul(a1).add(v);
      a2 = u.mul(a2).add(v);
      a3 = u.mul(a3).add(v);
      a4 = u.mul(a4).add(v);
      a5 = u.mul(a5).add(v);
      a6 = u.mul(a6).add(v);
      a7 = u.mul(a7).add(v);
      a8 = u.mul(a8).add(v);
      a9 = u.mul(a9).add(v);
      a10 = u.mul(a10).add(v);
      a11 = u.mul(a11).add(v);
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
    counter.add(macs());
    return sums;
  }
}
