package org.ptilmpq.quantizer.faithful;

import java.util.function.Function;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * How much each output channel of a layer matters: the second half of PTILMPQ's Phase 1. The abstract
 * (arXiv 2404.02947) says that important channels get the higher width; it doesn't say how they are judged, and the
 * full text was not available. Each implementation names the source of what stands in.
 */
@FunctionalInterface
interface ChannelImportance {

  /**
   * Judges a layer.
   *
   * @return one number per output channel, finite and not negative; the larger the more important. Numbers of different
   *     layers can be compared only where an implementation says so
   */
  double[] of(Convolution layer);

  /**
   * The error that quantizing a channel makes in its own result when inputs are taken as uncorrelated:
   * {@code Σ h_k (w_k − ŵ_k)²}, the weights' squared errors weighted by the variances of their inputs. It is the error
   * of the fixed-width rounding ({@link org.ptilmpq.quantizer.rounding.LayerRounding#error}).
   *
   * @param rounded a layer's weights on the grid that unimportant channels get, dequantized
   * @param variances of what a layer's weights are multiplied with, [group][weight]
   */
  record InputWeightedError(Function<Convolution, Kernel> rounded, Function<Convolution, float[][]> variances)
      implements ChannelImportance {

    @Override
    public double[] of(Convolution layer) {
      Kernel kernel = layer.kernel();
      float[] weights = kernel.channelsLast();
      float[] quantized = rounded.apply(layer).channelsLast();
      if (quantized.length != weights.length) {
        throw new IllegalArgumentException(
            quantized.length + " rounded weights for layer '" + layer.name() + "', which has " + weights.length);
      }
      float[][] h = variances.apply(layer);
      int perGroup = kernel.outputs() / layer.groups();
      int count = kernel.weightsPerOutput();
      double[] importance = new double[kernel.outputs()];
      for (int c = 0; c < importance.length; c++) {
        for (int k = 0; k < count; k++) {
          double error = weights[c * count + k] - quantized[c * count + k];
          importance[c] += h[c / perGroup][k] * error * error;
        }
      }
      return importance;
    }
  }

  /**
   * |γ| of the batch normalization that was folded into a layer ({@link Convolution#normScale}): the standard deviation
   * that training gave the channel. No pictures are needed. From pruning: Liu et al., arXiv 1708.06519. A layer that
   * had no batch normalization, such as a classifier, is judged by the L2 norm of its weights instead, so that every
   * layer can be ranked in itself.
   */
  final class NormScaleImportance implements ChannelImportance {

    @Override
    public double[] of(Convolution layer) {
      float[] scales = layer.normScale();
      if (scales.length == 0) {
        return WeightNorm.L2.of(layer);
      }
      double[] importance = new double[scales.length];
      for (int c = 0; c < scales.length; c++) {
        importance[c] = Math.abs(scales[c]);
      }
      return importance;
    }
  }

  /**
   * A norm of each channel's weights, batch normalization folded in: no pictures are needed, and nothing is known of
   * what the channel's inputs and readers make of it. From pruning, where it decides which channels stay: L1 in Li et
   * al., arXiv 1608.08710; L2 in He et al., arXiv 1808.06866.
   */
  enum WeightNorm implements ChannelImportance {

    /** Σ |w|. */
    L1 {
      @Override
      double norm(float[] weights, int first, int count) {
        double sum = 0;
        for (int k = first; k < first + count; k++) {
          sum += Math.abs(weights[k]);
        }
        return sum;
      }
    },

    /** √(Σ w²). */
    L2 {
      @Override
      double norm(float[] weights, int first, int count) {
        double sum = 0;
        for (int k = first; k < first + count; k++) {
          sum += (double) weights[k] * weights[k];
        }
        return Math.sqrt(sum);
      }
    };

    abstract double norm(float[] weights, int first, int count);

    @Override
    public double[] of(Convolution layer) {
      int count = layer.kernel().weightsPerOutput();
      double[] norms = new double[layer.kernel().outputs()];
      for (int c = 0; c < norms.length; c++) {
        norms[c] = norm(layer.kernel().values(), c * count, count);
      }
      return norms;
    }
  }
}
