package org.ptilmpq.bench;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec.Convolution;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;

/**
 * One layer of {@link ResNet50Layer} with random weights of one width and uniformly random inputs, ready to run on a
 * kernel set.
 */
public final class LayerWorkload implements AutoCloseable {

  private static final int SEED = 4711;

  private final Arena arena = Arena.ofShared();
  private final RandomWeights weights;
  private final TensorView output;
  private final TensorMemory tensors;
  private final Kernel kernel;
  private final Scratch scratch;

  /**
   * @param bits of every weight, 1…8
   * @param kernels to be closed after this
   */
  public LayerWorkload(ResNet50Layer layer, int bits, RandomWeights.Codes codes, KernelSet kernels) {
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(SEED);
    int channels = layer.outputChannels();
    TensorView input =
        new TensorView(0, layer.inputSide(), layer.inputSide(), layer.inputChannels(), 0.02f, 0);
    output = new TensorView(input.elements(), layer.outputSide(), layer.outputSide(), channels, 0.04f, -3);
    byte[] bytes = new byte[input.elements() + output.elements()];
    random.nextBytes(bytes);
    tensors = kernels.usesNativeMemory() ? TensorMemory.offHeap(bytes.length, 0) : TensorMemory.onHeap(bytes.length, 0);
    tensors.write(bytes, 0, 0, bytes.length);
    weights = RandomWeights.of(arena, random, layer.weightInputs(), channels, bits, codes);
    float[] scales = new float[channels];
    // About 40 steps of the output for one standard deviation of the sums.
    Arrays.fill(scales, (float) (40 * 0.04 / 0.02 / (74 * weights.rootMeanSquare() * Math.sqrt(layer.weightInputs()))));
    Convolution spec =
        new Convolution(
            input,
            null,
            output,
            false,
            layer.window(),
            1,
            weights.packed(),
            scales,
            new float[channels],
            -128,
            127);
    kernel = kernels.prepare(spec);
    scratch = new Scratch(kernels.scratch(spec));
  }

  /** Computes the layer and returns the memory that holds the result. */
  public TensorMemory run() {
    kernel.run(tensors, 0, kernel.units(), scratch);
    return tensors;
  }

  /** A copy of what the last run computed: rows, columns, channels. */
  public byte[] output() {
    byte[] copy = new byte[output.elements()];
    tensors.read(output.offset(), copy, 0, copy.length);
    return copy;
  }

  /** Frees its native memory. */
  @Override
  public void close() {
    kernel.close();
    scratch.close();
    tensors.close();
    arena.close();
  }

  /** The product that computes it. */
  String method() {
    return kernel.method();
  }

  /** Bytes of the packed weights. */
  long weightBytes() {
    return weights.packed().byteSize();
  }

  /** Bytes read and written besides weights: each input and each output once. */
  long activationBytes() {
    return tensors.arenaBytes();
  }
}
