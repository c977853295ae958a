package org.ptilmpq.quantizer.faithful;

import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * A norm of each channel's weights, batch normalization folded in: no pictures are needed, and nothing is known of what
 * the channel's inputs and readers make of it. From pruning, where it decides which channels stay: L1 in Li et al.,
 * arXiv 1608.08710; L2 in He et al., arXiv 1808.06866.
 */
public enum WeightNorm implements ChannelImportance {

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
