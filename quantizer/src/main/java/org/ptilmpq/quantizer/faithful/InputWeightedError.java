package org.ptilmpq.quantizer.faithful;

import java.util.function.Function;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * The error that quantizing a channel makes in its own result when inputs are taken as uncorrelated:
 * {@code Σ h_k (w_k − ŵ_k)²}, the weights' squared errors weighted by the variances of their inputs. It is the error of
 * the fixed-width rounding ({@link org.ptilmpq.quantizer.rounding.LayerRounding#error}).
 *
 * @param rounded a layer's weights on the grid that unimportant channels get, dequantized
 * @param variances of what a layer's weights are multiplied with, [group][weight]
 */
public record InputWeightedError(Function<Convolution, Kernel> rounded, Function<Convolution, float[][]> variances)
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
