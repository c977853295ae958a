package org.ptilmpq.kernels.vector;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelCosts;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.WeightGroup;

/**
 * Measures {@link KernelCosts} on this machine, in some seconds: times small layers that differ in one thing, the number of
 * inputs, runs, planes or channels, and takes differences. Each layer is warmed up until the JIT has had time to compile it,
 * and then measured in turns with the others, so that a machine that slows down does so to all.
 */
public final class CostMeasurement {

  private static final int SIDE = 14;
  private static final int CHANNELS = 256;
  private static final int FEW_CHANNELS = 64;

  /** Of the layers that are looked up. */
  private static final int PLANES = 3;
  private static final long WARM_UP_NANOS = 2_500_000_000L;
  private static final int ROUNDS = 41;

  private final SplittableRandom random = new SplittableRandom(1);

  private CostMeasurement() {}

  /** One layer ready to run. */
  private record Probe(Kernel kernel, TensorMemory tensors, Scratch scratch, int channels) {

    void run() {
      kernel.run(tensors, 0, kernel.units(), scratch);
    }

    /** Vectors of 16-bit lanes that its channels take. */
    double vectors() {
      return Math.ceilDiv(channels, Lanes.SHORTS);
    }
  }

  /** What the steps take here. */
  public static KernelCosts measure() {
    return new CostMeasurement().costs();
  }

  private KernelCosts costs() {
    KernelCosts standard = KernelCosts.standard(Lanes.bits());
    int most = LookupShape.RUN / SubsetTables.INPUTS * SubsetTables.INPUTS;
    int half = most / 2 / SubsetTables.INPUTS * SubsetTables.INPUTS;
    double[] t =
        times(
            lanes(Products.SHORT_LANES, most, 1, 0),
            lanes(Products.SHORT_LANES, half, 1, 0),
            lanes(Products.SHORT_LANES, most, 6, -32),
            lanes(Products.FLOAT_LANES, most, 1, 0),
            lanes(Products.FLOAT_LANES, half, 1, 0),
            lookUps(most, CHANNELS),
            lookUps(most, FEW_CHANNELS));
    double vectors = Math.ceilDiv(CHANNELS, Lanes.SHORTS);
    double shortInput = (t[0] - t[1]) / (most - half) / vectors;
    // −32 for all levels: runs of seven inputs instead of one of all.
    double shortRun = (t[2] - t[0]) / (Math.ceilDiv(most, ShortRuns.MOST / 32) - 1) / vectors;
    double output = t[0] / vectors - most * shortInput - shortRun;
    double floatInput = (t[3] - t[4]) / (most - half) / vectors;
    double groups = (double) most / SubsetTables.INPUTS;
    double fewVectors = Math.ceilDiv(FEW_CHANNELS, Lanes.SHORTS);
    double aVector = (t[5] - t[6]) / (vectors - fewVectors);
    double table = (t[6] - fewVectors * aVector) / groups;
    // Look-ups, runs and planes together: their shares of it differ little between machines.
    double usual =
        PLANES * (groups * standard.lookUp() + standard.lookUpPlane()) + standard.lookUpRun();
    double slower = plausible((aVector - output) / usual, 1);
    double multiplying = plausible(shortInput / standard.shortInput(), 1);
    return new KernelCosts(
        Lanes.bits(),
        slower * standard.lookUp(),
        plausible(table, standard.table()),
        slower * standard.lookUpRun(),
        slower * standard.lookUpPlane(),
        multiplying * standard.tail(),
        plausible(shortInput, standard.shortInput()),
        plausible(shortRun, standard.shortRun()),
        plausible(floatInput, standard.floatInput()),
        plausible(output, standard.output()));
  }

  /** A difference of noisy times may be anything: it is kept within a factor of 20 of what is usual. */
  private static double plausible(double measured, double standard) {
    return Math.clamp(measured, standard / 20, standard * 20);
  }

  /** Nanoseconds a pixel of each probe: the median of rounds in turns. */
  private static double[] times(Probe... probes) {
    // In turns, too: what one probe has compiled another one may undo.
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < WARM_UP_NANOS) {
      for (Probe probe : probes) {
        probe.run();
      }
    }
    long[][] times = new long[probes.length][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      for (int p = 0; p < probes.length; p++) {
        long start = System.nanoTime();
        probes[p].run();
        times[p][round] = System.nanoTime() - start;
      }
    }
    double[] medians = new double[probes.length];
    for (int p = 0; p < probes.length; p++) {
      Arrays.sort(times[p]);
      medians[p] = (double) times[p][ROUNDS / 2] / (SIDE * SIDE);
    }
    return medians;
  }

  /** @param code of every weight; 0: random ones */
  private Probe lanes(Products products, int inputs, int bits, int code) {
    return probe(products, inputs, bits, CHANNELS, code);
  }

  private Probe lookUps(int inputs, int channels) {
    return probe(Products.LOOK_UPS, inputs, PLANES, channels, 0);
  }

  private Probe probe(Products products, int inputs, int bits, int channels, int code) {
    byte[] planes = new byte[channels / Byte.SIZE * inputs * bits + Long.BYTES];
    random.nextBytes(planes);
    int word = PackedWeights.BLOCK / Byte.SIZE;
    for (int i = 0; code != 0 && i < planes.length; i++) {
      planes[i] = (byte) -(code >> i / word % bits & 1);
    }
    List<WeightGroup> groups = List.of(WeightGroup.uniform(channels, bits));
    PackedWeights weights = new PackedWeights(inputs, groups, new int[0], MemorySegment.ofArray(planes));
    TensorView input = new TensorView(0, SIDE, SIDE, inputs, 1, 0);
    TensorView output = new TensorView(input.elements(), SIDE, SIDE, channels, inputs, 0);
    byte[] arena = new byte[input.elements() + output.elements()];
    random.nextBytes(arena);
    float[] scales = new float[channels];
    Arrays.fill(scales, 1);
    KernelSpec.Convolution spec =
        new KernelSpec.Convolution(
            input, null, output, false, new Window(1, 1, 1, 1, 1, 1, 0, 0), 1, weights, scales, new float[channels], -128, 127);
    VectorKernels kernels = new VectorKernels(products, KernelCosts.standard(Lanes.bits()));
    TensorMemory tensors = TensorMemory.of(arena, new float[0]);
    return new Probe(kernels.prepare(spec), tensors, new Scratch(kernels.scratch(spec)), channels);
  }
}
