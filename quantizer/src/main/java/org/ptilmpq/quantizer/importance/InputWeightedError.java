package org.ptilmpq.quantizer.importance;

import java.util.function.Function;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * What quantizing a channel does to its own result: {@code (w − ŵ)ᵀ H (w − ŵ)}, the weights' error weighted by second
 * moments of the inputs. The layer-wise objective of Optimal Brain Compression and GPTQ (arXiv 2208.11580, 2210.17323),
 * a channel at a time. With a diagonal form it is what the fixed-width rounding errs ({@link
 * org.ptilmpq.quantizer.rounding.LayerRounding#error}).
 *
 * @param rounded a layer's weights on the grid that unimportant channels get, dequantized
 * @param forms second moments of a layer's inputs
 */
public record InputWeightedError(Function<Convolution, Kernel> rounded, Function<Convolution, InputForm> forms)
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
    InputForm form = forms.apply(layer);
    int perGroup = kernel.outputs() / layer.groups();
    float[] error = new float[kernel.weightsPerOutput()];
    double[] importance = new double[kernel.outputs()];
    for (int c = 0; c < importance.length; c++) {
      for (int k = 0; k < error.length; k++) {
        error[k] = weights[c * error.length + k] - quantized[c * error.length + k];
      }
      importance[c] = form.value(c / perGroup, error);
    }
    return importance;
  }
}
