package org.ptilmpq.quantizer.onnx;

import org.ptilmpq.quantizer.options.OnnxException;

/**
 * BatchNormalization in inference: {@code y = γ · (x − mean) / √(variance + ε) + β}, a factor and a summand per
 * channel.
 */
final class BatchNormalizationOperator implements Operator {

  @Override
  public Imported read(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    if (input.channelAxis() != 1) {
      throw node.error("an input of dimensions " + input.dims() + " has its channels elsewhere than in dimension 1");
    }
    int channels = input.shape().channels();
    double epsilon = node.number("epsilon", 1e-5f);
    node.ignore("momentum");
    if (!node.flag("spatial", true) || node.flag("training_mode", false)) {
      throw node.error("spatial = 0 and training_mode = 1 are not supported");
    }
    float[] gamma = node.channelWeights(1, channels);
    float[] beta = node.channelWeights(2, channels);
    float[] mean = node.channelWeights(3, channels);
    float[] variance = node.channelWeights(4, channels);
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    float[] normScale = new float[channels];
    for (int c = 0; c < channels; c++) {
      double factor = gamma[c] / Math.sqrt(variance[c] + epsilon);
      scale[c] = (float) factor;
      shift[c] = (float) (beta[c] - mean[c] * factor);
      normScale[c] = (float) (factor * Math.sqrt(Math.max(0, variance[c])));
      if (!Float.isFinite(scale[c]) || !Float.isFinite(shift[c])) {
        throw node.error("channel %d of variance %s has no finite scale".formatted(c, variance[c]));
      }
    }
    return graph.addChannelScaling(node, input, scale, shift, normScale, beta);
  }
}
