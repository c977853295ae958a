package org.ptilmpq.quantizer.datafree;

import java.util.HashMap;
import java.util.Map;
import org.ptilmpq.quantizer.calibration.ChannelGains;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * A network that {@link Renormalization} has fitted to synthetic pictures, and the way back. Calibrate and quantize
 * {@link #graph}; its values are those of the original, so that grids of activations hold for both. Then {@link
 * DataFreeCalibration#restored} turns each quantized convolution into one of the original network: codes stay as they
 * are.
 */
public final class Renormalized {

  private final FloatGraph graph;
  private final Map<Value, ChannelGains> gains;

  Renormalized(FloatGraph graph, Map<Value, ChannelGains> gains) {
    this.graph = graph;
    this.gains = Map.copyOf(gains);
  }

  /** Keeps a network without batch norms, to which nothing can be fitted. */
  static Renormalized unchanged(FloatGraph graph) {
    Map<Value, ChannelGains> none = new HashMap<>();
    graph.convolutions().forEach(conv -> none.put(conv.output(), ChannelGains.none(conv.bias().length)));
    return new Renormalized(graph, none);
  }

  /** The network to calibrate and quantize. */
  public FloatGraph graph() {
    return graph;
  }

  /**
   * Scales and biases of a quantized convolution of the original network.
   *
   * @param scales real value of one level, one per output channel
   * @param biases one per output channel
   */
  public record Restored(float[] scales, float[] biases) {}

  /**
   * Turns a quantized convolution of {@link #graph} into one of the original network. Quantized weights are the float
   * ones times g plus something uncorrelated, g = ⟨ŵ, w⟩ / ⟨w, w⟩: matching of outputs stretches them.
   *
   * <p>With the renormalization y' = a·y + s the way back is (ŷ' − s) / a on the pictures at hand. But the bias holds
   * (1 − g) times the mean of y, so that the mean stays; on synthetic pictures that mean was (β − s) / a, on real ones
   * it is β. So the bias gets (1 − g)(β − (β − s) / a) more.
   *
   * <p>A convolution without a batch norm loses its stretch, scales / g, and keeps its mean on the pictures at hand.
   * Nothing says how much its outputs vary on real ones, and where they hardly vary on synthetic ones, as with scores,
   * matching that would stretch them by noise (mean KL at 8 bits: ResNet-50's scores alone 0.024 instead of 0.009,
   * MobileNetV2, without any norm, 0.114 instead of 0.029).
   *
   * @param conv of {@link #graph}
   * @param outputs its own result on the pictures, before residual and clamp, in floats
   * @param quantized its weights as quantization made them, with the given scales
   * @param scales real value of one level, one per output channel
   * @param biases one per output channel
   */
  Restored restored(
      Node.Convolution conv, ChannelMoments outputs, Kernel quantized, float[] scales, float[] biases) {
    ChannelGains correction = gains.get(conv.output());
    float[] originalScales = new float[scales.length];
    float[] originalBiases = new float[scales.length];
    for (int c = 0; c < scales.length; c++) {
      double stretch = stretch(conv.kernel(), quantized, c);
      if (conv.normShift().length > 0) {
        double gain = correction.gains()[c];
        double shift = correction.shifts()[c];
        double mean = conv.normShift()[c];
        originalScales[c] = (float) (scales[c] / gain);
        originalBiases[c] =
            (float) ((biases[c] - shift) / gain + (1 - stretch) * (mean - (mean - shift) / gain));
      } else {
        double mean = outputs.mean(c);
        originalScales[c] = (float) (scales[c] / stretch);
        originalBiases[c] = (float) (mean - (mean - biases[c]) / stretch);
      }
    }
    return new Restored(originalScales, originalBiases);
  }

  /** g of an output channel; 1 where that makes no sense, because nothing is left of its weights. */
  private static double stretch(Kernel kernel, Kernel quantized, int channel) {
    double product = 0;
    double squares = 0;
    int end = (channel + 1) * kernel.weightsPerOutput();
    for (int i = channel * kernel.weightsPerOutput(); i < end; i++) {
      double w = kernel.values()[i];
      product += w * quantized.values()[i];
      squares += w * w;
    }
    return product > 0 && squares > 0 ? product / squares : 1;
  }
}
