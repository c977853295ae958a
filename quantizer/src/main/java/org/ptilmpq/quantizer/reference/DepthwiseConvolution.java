package org.ptilmpq.quantizer.reference;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;

/**
 * A convolution each of whose output channels sees the one input channel of its number; channels lie in the lanes. On
 * the way back each position of the input gathers from the output positions whose windows contain it, so that it is
 * written once.
 */
final class DepthwiseConvolution implements Computation, Backpropagation {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** In the place of a window's number: there is none. */
  private static final int NONE = -1;

  private final Window window;
  private final Shape from;
  private final Shape to;
  private final float[] bias;
  private final Clamp clamp;

  /** Weights: [kernel position][channel]. */
  private final float[] weights;

  DepthwiseConvolution(Convolution convolution) {
    window = convolution.window();
    from = convolution.input().shape();
    to = convolution.output().shape();
    bias = convolution.bias();
    clamp = convolution.clamp();
    Kernel kernel = convolution.kernel();
    int channels = kernel.outputs();
    weights = new float[kernel.values().length];
    for (int i = 0; i < weights.length; i++) {
      weights[i % kernel.weightsPerOutput() * channels + i / kernel.weightsPerOutput()] = kernel.values()[i];
    }
  }

  static boolean suits(Convolution convolution) {
    int channels = convolution.input().shape().channels();
    return convolution.groups() == channels && convolution.kernel().outputs() == channels;
  }

  @Override
  public void compute(float[][] inputs, float[] output, Workspace workspace) {
    int channels = to.channels();
    int vectorEnd = SPECIES.loopBound(channels);
    for (int position = 0; position < to.height() * to.width(); position++) {
      int top = position / to.width() * window.strideY() - window.padTop();
      int left = position % to.width() * window.strideX() - window.padLeft();
      for (int c = 0; c < vectorEnd; c += SPECIES.length()) {
        vector(inputs[0], top, left, c).intoArray(output, position * channels + c);
      }
      for (int c = vectorEnd; c < channels; c++) {
        output[position * channels + c] = scalar(inputs[0], top, left, c);
      }
    }
    if (inputs.length > 1) {
      for (int i = 0; i < output.length; i++) {
        output[i] += inputs[1][i];
      }
    }
    Clamping.apply(clamp, output, 0, output.length);
  }

  private FloatVector vector(float[] input, int top, int left, int channel) {
    FloatVector sum = FloatVector.fromArray(SPECIES, bias, channel);
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int y = top + ky * window.dilationY();
      if (y < 0 || y >= from.height()) {
        continue;
      }
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        int x = left + kx * window.dilationX();
        if (x >= 0 && x < from.width()) {
          FloatVector w = FloatVector.fromArray(SPECIES, weights, weight(ky, kx, channel));
          sum = FloatVector.fromArray(SPECIES, input, element(y, x, channel)).fma(w, sum);
        }
      }
    }
    return sum;
  }

  private float scalar(float[] input, int top, int left, int channel) {
    float sum = bias[channel];
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int y = top + ky * window.dilationY();
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        int x = left + kx * window.dilationX();
        if (y >= 0 && y < from.height() && x >= 0 && x < from.width()) {
          sum = Math.fma(input[element(y, x, channel)], weights[weight(ky, kx, channel)], sum);
        }
      }
    }
    return sum;
  }

  @Override
  public void propagate(float[][] inputs, float[] gradient, float[][] gradients, Workspace workspace) {
    int[] rows = new int[window.kernelHeight()];
    int[] columns = new int[window.kernelWidth()];
    int channels = to.channels();
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

  /** Adds to the channels of one position of the input what these windows contribute. */
  private void gather(float[] gradient, int[] rows, int[] columns, float[] sums, int at) {
    int channels = to.channels();
    int vectorEnd = SPECIES.loopBound(channels);
    for (int c = 0; c < vectorEnd; c += SPECIES.length()) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, at + c);
      for (int ky = 0; ky < rows.length; ky++) {
        for (int kx = 0; kx < columns.length; kx++) {
          if (rows[ky] != NONE && columns[kx] != NONE) {
            int source = (rows[ky] * to.width() + columns[kx]) * channels + c;
            FloatVector w = FloatVector.fromArray(SPECIES, weights, weight(ky, kx, c));
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
            sum = Math.fma(gradient[source], weights[weight(ky, kx, c)], sum);
          }
        }
      }
      sums[at + c] = sum;
    }
  }

  private int element(int y, int x, int channel) {
    return (y * from.width() + x) * from.channels() + channel;
  }

  private int weight(int ky, int kx, int channel) {
    return (ky * window.kernelWidth() + kx) * to.channels() + channel;
  }
}
