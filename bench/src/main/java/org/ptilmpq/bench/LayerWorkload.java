package org.ptilmpq.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec.Convolution;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.WeightGroup;

/**
 * One layer of {@link ResNet50Layer} with random weights of one width and random inputs, ready to run on a kernel set.
 */
public final class LayerWorkload {

  private static final int SEED = 4711;
  private static final float[] NO_SCORES = {};

  private final TensorView output;
  private final byte[] arena;
  private final Kernel kernel;
  private final Scratch scratch;

  /**
   * @param bits of every weight, 1…8
   */
  public LayerWorkload(ResNet50Layer layer, int bits, KernelSet kernels) {
    Random random = new Random(SEED);
    int channels = layer.outputChannels();
    TensorView input =
        new TensorView(0, layer.inputSide(), layer.inputSide(), layer.inputChannels(), 0.02f, 0);
    output = new TensorView(input.elements(), layer.outputSide(), layer.outputSide(), channels, 0.04f, -3);
    arena = new byte[input.elements() + output.elements()];
    random.nextBytes(arena);
    float[] scales = new float[channels];
    // About 40 steps of the output for one standard deviation of the sums.
    Arrays.fill(scales, (float) (40 * 0.04 / 0.02 / (74 * (1 << bits) / 3.5 * Math.sqrt(layer.weightInputs()))));
    Convolution spec =
        new Convolution(
            input,
            null,
            output,
            false,
            layer.window(),
            1,
            randomWeights(random, layer.weightInputs(), channels, bits),
            scales,
            new float[channels],
            -128,
            127);
    kernel = kernels.prepare(spec);
    scratch = new Scratch(kernels.scratch(spec));
  }

  /** In bit planes any bytes are codes, so random bytes are random codes. */
  private static PackedWeights randomWeights(Random random, int inputs, int channels, int bits) {
    long blocks = Math.ceilDiv(channels, PackedWeights.BLOCK);
    long bytes = blocks * inputs * bits * Long.BYTES + Long.BYTES;
    MemorySegment codes = Arena.ofAuto().allocate(bytes, 64);
    for (long i = 0; i < bytes / Long.BYTES - 1; i++) {
      codes.setAtIndex(ValueLayout.JAVA_LONG, i, random.nextLong());
    }
    return new PackedWeights(inputs, List.of(WeightGroup.uniform(channels, bits)), new int[0], codes);
  }

  /** Computes the layer. */
  public byte[] run() {
    kernel.run(arena, NO_SCORES, 0, kernel.units(), scratch);
    return arena;
  }

  /** A copy of what the last run computed: rows, columns, channels. */
  public byte[] output() {
    return Arrays.copyOfRange(arena, output.offset(), output.offset() + output.elements());
  }
}
