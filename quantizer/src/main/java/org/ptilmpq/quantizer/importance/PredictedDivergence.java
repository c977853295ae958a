package org.ptilmpq.quantizer.importance;

import java.util.Map;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * What quantizing a channel does to the network's answer, to second order: {@code ½ g_c · MSE_c}, in nats ({@link
 * FisherImportance} derives it). Numbers of different layers can be compared, and added.
 *
 * @param fisher g of each channel
 * @param errors MSE of each channel's own result at a position, such as {@link InputWeightedError} has
 */
public record PredictedDivergence(Map<Convolution, float[]> fisher, ChannelImportance errors)
    implements ChannelImportance {

  /** The Fisher information alone: what a unit of squared error costs. Layers can be compared. */
  public static ChannelImportance perUnitOfError(Map<Convolution, float[]> fisher) {
    return layer -> {
      float[] g = of(fisher, layer);
      double[] importance = new double[g.length];
      for (int c = 0; c < g.length; c++) {
        importance[c] = g[c];
      }
      return importance;
    };
  }

  @Override
  public double[] of(Convolution layer) {
    float[] g = of(fisher, layer);
    double[] importance = errors.of(layer);
    for (int c = 0; c < importance.length; c++) {
      importance[c] *= 0.5 * g[c];
    }
    return importance;
  }

  private static float[] of(Map<Convolution, float[]> fisher, Convolution layer) {
    float[] g = fisher.get(layer);
    if (g == null) {
      throw new IllegalArgumentException("the Fisher information of layer '" + layer.name() + "' wasn't measured");
    }
    return g;
  }
}
