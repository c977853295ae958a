package org.ptilmpq.quantizer.datafree;

import java.util.Map;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * A network that {@link Renormalization} has fitted to synthetic pictures, and the way back. Calibrate and quantize
 * {@link #graph}; its values are those of the original, so that grids of activations hold for both. Then let
 * {@link #scales} and {@link #biases} make each quantized convolution one of the original network: codes stay as they
 * are.
 */
public final class Renormalized {

  private final FloatGraph graph;
  private final Map<Value, ChannelGains> gains;

  Renormalized(FloatGraph graph, Map<Value, ChannelGains> gains) {
    this.graph = graph;
    this.gains = Map.copyOf(gains);
  }

  /** The network to calibrate and quantize. */
  public FloatGraph graph() {
    return graph;
  }

  /**
   * From the scales of a quantized convolution of {@link #graph} to those of the original one.
   *
   * @param conv of either graph
   * @param scales real value of one level, one an output channel
   * @return a new array
   */
  public float[] scales(Node.Convolution conv, float[] scales) {
    ChannelGains correction = gains.get(conv.output());
    float[] original = new float[scales.length];
    for (int c = 0; c < scales.length; c++) {
      original[c] = scales[c] / correction.gains()[c];
    }
    return original;
  }

  /**
   * From the biases of a quantized convolution of {@link #graph} to those of the original one.
   *
   * @param conv of either graph
   * @param biases one an output channel
   * @return a new array
   */
  public float[] biases(Node.Convolution conv, float[] biases) {
    ChannelGains correction = gains.get(conv.output());
    float[] original = new float[biases.length];
    for (int c = 0; c < biases.length; c++) {
      original[c] = (biases[c] - correction.shifts()[c]) / correction.gains()[c];
    }
    return original;
  }
}
