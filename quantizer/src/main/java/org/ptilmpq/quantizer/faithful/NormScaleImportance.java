package org.ptilmpq.quantizer.faithful;

import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * |γ| of the batch normalization that was folded into a layer ({@link Convolution#normScale}): the standard deviation
 * that training gave the channel. No pictures are needed. From pruning: Liu et al., arXiv 1708.06519. A layer that had
 * no batch normalization, such as a classifier, is judged by the L2 norm of its weights instead, so that every layer
 * can be ranked in itself.
 */
public final class NormScaleImportance implements ChannelImportance {

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
