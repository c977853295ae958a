package org.ptilmpq.bench;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
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
 * The limit of products in fp32 lanes: fused multiply-adds of 32-bit floats that stay in registers, enough of them at
 * once to hide their latency (4 cycles × 2 units on today's cores). No convolution in fp32 lanes can have more GMAC/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PeakFmaBenchmark {

  static final int STEPS = 10_000;
  static final int ACCUMULATORS = 12;
  static final VectorSpecies<Float> SPECIES = VectorWidth.FLOAT;

  /** Not constants, or the JIT would compute the sums itself. */
  private float left = 1;

  private float right = 1;

  private final float[] sums = new float[SPECIES.length()];

  /** Multiply-accumulates of one run. */
  static long macs() {
    return (long) STEPS * ACCUMULATORS * SPECIES.length();
  }

  /** Sums of products in {@value #ACCUMULATORS} vectors. */
  @Benchmark
  public float[] run(GigaMacs counter) {
    FloatVector x = FloatVector.broadcast(SPECIES, left);
    FloatVector y = FloatVector.broadcast(SPECIES, right);
    FloatVector z = FloatVector.zero(SPECIES);
    FloatVector a0 = z, a1 = z, a2 = z, a3 = z, a4 = z, a5 = z, a6 = z, a7 = z, a8 = z, a9 = z, a10 = z, a11 = z;
    for (int i = 0; i < STEPS; i++) {
      a0 = x.fma(y, a0);
      a1 = x.fma(y, a1);
      a2 = x.fma(y, a2);
      a3 = x.fma(y, a3);
      a4 = x.fma(y, a4);
      a5 = x.fma(y, a5);
      a6 = x.fma(y, a6);
      a7 = x.fma(y, a7);
      a8 = x.fma(y, a8);
      a9 = x.fma(y, a9);
      a10 = x.fma(y, a10);
      a11 = x.fma(y, a11);
    }
    a0.add(a1).add(a2).add(a3).add(a4).add(a5).add(a6).add(a7).add(a8).add(a9).add(a10).add(a11).intoArray(sums, 0);
    counter.add(macs());
    return sums;
  }
}
