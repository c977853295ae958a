package org.ptilmpq.quantizer.reference;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;

/**
 * Backpropagation through a depthwise convolution: each position of the input gathers from the output positions whose
 * windows contain it, so that it is written once; channels lie in the lanes.
 */
final class DepthwiseBackpropagation implements Backpropagation {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int NONE = -1;

  private final Window window;
  private final Shape from;
  private final Shape to;
  private final int channels;

  /** Weights: [kernel position][channel]. */
  private final float[] weights;

  DepthwiseBackpropagation(Convolution convolution) {
    window = convolution.window();
    from = convolution.input().shape();
    to = convolution.output().shape();
    channels = from.channels();
    Kernel kernel = convolution.kernel();
    int positions = kernel.weightsPerOutput();
    weights = new float[kernel.values().length];
    for (int i = 0; i < weights.length; i++) {
      weights[i % positions * channels + i / positions] = kernel.values()[i];
    }
  }

  @Override
  public void propagate(float[][] inputs, float[] gradient, float[][] gradients, Workspace workspace) {
    int[] rows = new int[window.kernelHeight()];
    int[] columns = new int[window.kernelWidth()];
    for (int y = 0; y < from.height(); y++) {
      windows(y, window.padTop(), window.dilationY(), window.strideY(), to.height(), rows);
      for (int x = 0; x < from.width(); x++) {
        windows(x, window.padLeft(), window.dilationX(), window.strideX(), to.width(), columns);
        gather(gradient, rows, columns, gradients[0], (y * from.width() + x) * channels);
      }
    }
  }

  /** Finds for each element of the kernel along one axis the window in which it lies on an input position. */
  private static void windows(int input, int pad, int dilation, int stride, int outputs, int[] found) {
    for (int k = 0; k < found.length; k++) {
      int start = input + pad - k * dilation;
      boolean lies = start >= 0 && start % stride == 0 && start / stride < outputs;
      found[k] = lies ? start / stride : NONE;
    }
  }

  private void gather(float[] gradient, int[] rows, int[] columns, float[] sums, int at) {
    int vectorEnd = SPECIES.loopBound(channels);
    for (int c = 0; c < vectorEnd; c += SPECIES.length()) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, at + c);
      for (int ky = 0; ky < rows.length; ky++) {
        for (int kx = 0; kx < columns.length; kx++) {
          if (rows[ky] != NONE && columns[kx] != NONE) {
            int source = (rows[ky] * to.width() + columns[kx]) * channels + c;
            FloatVector w = FloatVector.fromArray(SPECIES, weights, (ky * columns.length + kx) * channels + c);
            sum = FloatVector.fromArray(SPECIES, gradient, source).fma(w, sum);
          }
        }
      }
      sum.intoArray(sums, at + c);
    }
    for (int c = vectorEnd; c < channels; c++) {
      float sum = sums[at + c];
      for (int ky = 0; ky < rows.length; ky++) {
        for (int kx = 0; kx < columns.length; kx++) {
          if (rows[ky] != NONE && columns[kx] != NONE) {
            int source = (rows[ky] * to.width() + columns[kx]) * channels + c;
            sum = Math.fma(gradient[source], weights[(ky * columns.length + kx) * channels + c], sum);
          }
        }
      }
      sums[at + c] = sum;
    }
  }
}
