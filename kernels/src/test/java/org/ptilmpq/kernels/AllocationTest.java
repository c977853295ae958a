package org.ptilmpq.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import jdk.incubator.vector.ShortVector;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.ConvolutionCase.Residual;
import org.ptilmpq.kernels.KernelSpec.AveragePooling;
import org.ptilmpq.kernels.KernelSpec.MaxPooling;
import org.ptilmpq.kernels.KernelSpec.Padding;
import org.ptilmpq.kernels.KernelSpec.Slice;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.vector.VectorKernels;
import org.ptilmpq.kernels.vector.VectorKernels.Products;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/**
 * Kernels allocate nothing once the JIT has compiled them. Until then the Vector API boxes every vector, as it does for
 * ever where vectors are wider than the machine's. So the test runs at 128 bits, which all machines have, at the
 * machine's own width, and scalar (pom.xml).
 */
class AllocationTest {

  private static final KernelSet CHOSEN = KernelProvider.choose().kernels();
  private static final int RUNS = 20;
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(2);

  @Test
  void convolutions() {
    RandomGenerator random = Seeds.random("convolutions", 80);
    for (Residual residual : Residual.values()) {
      checkConvolution(base(random, 33, 1, 100).residual(residual));
      checkConvolution(base(random, 33, 1, 100).residual(residual).shuffled());
    }
    checkConvolution(base(random, 33, 1, 100).floatScores());
    checkConvolution(base(random, 70, 70, 70));
    for (int channels : new int[] {16, 24, 32}) {
      checkConvolution(base(random, channels, channels, channels));
      checkConvolution(base(random, channels, channels, channels).window(3, 2, 1, 1));
      checkConvolution(base(random, channels, channels, channels).window(5, 1, 1, 2));
    }
    checkConvolution(base(random, 12, 3, 60));
    for (WeightGroup grid : List.of(WeightGroup.halfStep(100, 5), WeightGroup.twoRegion(100, 5, 3, 4))) {
      checkConvolution(base(random, 33, 1, 100).weights(grid));
    }
    for (int planes : new int[] {3, 9}) {
      WeightGroup tailed = WeightGroup.sparseTails(100, 3);
      checkConvolution(base(random, 33, 1, 100).weights(tailed).tails(TailPlaces.FEW, planes));
      checkConvolution(base(random, 70, 70, 70).weights(WeightGroup.sparseTails(70, 3)).tails(TailPlaces.FEW, planes));
    }
  }

  /** On machines whose vectors permute 16-bit lanes: others use look-ups only in tests. */
  @Test
  void lookUps() {
    boolean permute = CHOSEN instanceof VectorKernels && ShortVector.SPECIES_PREFERRED.vectorBitSize() == 512;
    KernelSet set = permute ? new VectorKernels(Products.LOOK_UP) : CHOSEN;
    RandomGenerator random = Seeds.random("lookUps", 81);
    WeightGroup[] groups = {WeightGroup.uniform(64, 3), WeightGroup.uniform(64, 2), WeightGroup.uniform(64, 1)};
    checkConvolution(
        set, base(random, 250, 1, 192).window(1, 1, 1, 0).weights(groups).shuffled().residual(Residual.IN_PLACE));
    WeightGroup tailed = WeightGroup.sparseTails(256, 2);
    checkConvolution(set, base(random, 250, 1, 256).window(1, 1, 1, 0).weights(tailed).tails(TailPlaces.FEW, 3));
  }

  private static ConvolutionCase base(RandomGenerator random, int inputs, int groups, int outputs) {
    return ConvolutionCase.seeded(random.nextLong())
        .input(6, 5, inputs)
        .window(3, 1, 1, 1)
        .groups(groups)
        .outputChannels(outputs);
  }

  private static void checkConvolution(ConvolutionCase convolution) {
    checkConvolution(CHOSEN, convolution);
  }

  private static void checkConvolution(KernelSet set, ConvolutionCase convolution) {
    KernelCase test = convolution.build();
    check(set, test.spec(), test.arena(), test.scores());
  }

  @Test
  void everythingElse() {
    TensorView input = new TensorView(0, 9, 9, 70, 0.5f, 3);
    TensorView same = new TensorView(input.elements(), 9, 9, 70, 0.25f, -7);
    TensorView small = new TensorView(2 * input.elements(), 4, 4, 70, 0.5f, 3);
    TensorView large = new TensorView(2 * input.elements(), 11, 11, 72, 0.5f, 3);
    Window window = new Window(3, 3, 2, 2, 1, 1, 0, 0);
    List<KernelSpec> specs =
        List.of(
            new KernelSpec.Addition(input, same, input, -128, 127),
            new KernelSpec.Rescale(input, same, -128, 127),
            new MaxPooling(input, small, window),
            new MaxPooling(new TensorView(0, 9, 9, 24, 1, 0), new TensorView(9 * 9 * 24, 4, 4, 24, 1, 0), window),
            new AveragePooling(input, small, window, true, -128, 127),
            new Slice(input, small, 1, 1, 0, 2, 2, 1),
            new Padding(input, large, 1, 1, 1));
    for (KernelSpec spec : specs) {
      check(CHOSEN, spec, new byte[2 * input.elements() + large.elements()], new float[0]);
    }
  }

  private static void check(KernelSet set, KernelSpec spec, byte[] arena, float[] scores) {
    try (Kernel kernel = set.prepare(spec);
        TestMemory memory = new TestMemory(set, arena, scores, TestMemory.Edge.END)) {
      Scratch scratch = memory.scratch(spec);
      Runnable runs =
          () -> {
            for (int i = 0; i < RUNS; i++) {
              kernel.run(memory.tensors(), 0, kernel.units(), scratch);
            }
          };
      long start = System.nanoTime();
      long bytes;
      do {
        // Kernels run on this thread; what the test runner's own threads do meanwhile says nothing about them.
        bytes = AllocationGate.allocatedBytes(runs, List.of(Thread.currentThread()));
      } while (bytes > 0 && System.nanoTime() - start < PATIENCE);
      assertThat(bytes).as("bytes allocated by %d runs of %s, %s", RUNS, kernel.method(), spec).isZero();
    }
  }
}
