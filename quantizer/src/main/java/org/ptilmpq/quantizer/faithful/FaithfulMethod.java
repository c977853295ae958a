package org.ptilmpq.quantizer.faithful;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.calibration.OutputDivergence;
import org.ptilmpq.quantizer.calibration.OutputDivergence.Candidate;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.faithful.RegionLayer.QuantizedChannel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.prepare.CalibratedModel;
import org.ptilmpq.quantizer.prepare.QuantizedNetwork;
import org.ptilmpq.quantizer.prepare.ReportBuilder;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;

/**
 * PTILMPQ as its abstract describes it (arXiv 2404.02947). Phase 1 ranks the layers by the output divergence that each
 * causes alone at the low width, then the channels of each; phase 2 puts every channel on a dense and a sparse region
 * that share a boundary, and corrects mean and spread of its weights. Layers don't know of each other's errors, and no
 * output is matched: that is what the best mode adds. {@link FaithfulPlan} and {@link RegionLayer} say what stands in
 * for the text that is not public.
 */
public final class FaithfulMethod {

  private static final int DIVERGENCE_PICTURES = 32;

  /** Ratios of the regions' steps in a layer and width: each is a group of its own in the file. */
  private static final int RATIOS = 3;

  /** Enough to hold an identity matrix without error. */
  private static final int IDENTITY_BITS = 2;

  private final CalibratedModel calibrated;
  private final QuantizerOptions options;
  private final Method.Ptilmpq method;
  private final OrderedWork work;
  private final ReportBuilder findings;
  private final List<Node.Convolution> layers;

  public FaithfulMethod(
      CalibratedModel calibrated,
      QuantizerOptions options,
      Method.Ptilmpq method,
      OrderedWork work,
      ReportBuilder findings) {
    this.calibrated = calibrated;
    this.options = options;
    this.method = method;
    this.work = work;
    this.findings = findings;
    this.layers = calibrated.graph().convolutions();
  }

  /** Returns the network at the method's alpha. */
  public QuantizedNetwork run() throws IOException {
    Map<Node.Convolution, RegionLayer> low = new HashMap<>();
    quantize("quantizing at the low width", conv -> equal(conv, method.low()), low);
    double[] layerImportance = divergences(low);
    ChannelImportance criterion = criterion(low);
    FaithfulPlan plan =
        FaithfulPlan.of(
            layerImportance,
            layers.stream().map(criterion::of).toList(),
            method.alpha(),
            method.high(),
            method.low());
    Map<Node.Convolution, RegionLayer> chosen = new HashMap<>();
    quantize("quantizing", conv -> identityOr(conv, plan.bits().get(layers.indexOf(conv))), chosen);
    Map<Node.Convolution, QuantizedLayer> quantized = new HashMap<>();
    long codes = 0;
    for (int i = 0; i < layers.size(); i++) {
      Node.Convolution conv = layers.get(i);
      quantized.put(conv, corrected(conv, chosen.get(conv)));
      codes += chosen.get(conv).paperBits();
      findings.sensitivity(conv, layerImportance[i]);
    }
    findings.codesAlone(codes / 8.0);
    return QuantizedNetwork.of(calibrated, quantized, options.storage());
  }

  private void quantize(
      String stage, Function<Node.Convolution, int[]> widths, Map<Node.Convolution, RegionLayer> into) {
    findings.stage(stage, layers.size());
    work.run(
        layers.size(),
        index -> {
          Node.Convolution conv = layers.get(index);
          return RegionLayer.of(conv.kernel(), inputVariances(conv), widths.apply(conv), RATIOS);
        },
        (index, layer) -> {
          into.put(layers.get(index), layer);
          findings.step();
        });
  }

  private static int[] equal(Node.Convolution conv, int bits) {
    int[] widths = new int[conv.kernel().outputs()];
    Arrays.fill(widths, bits);
    return identityOr(conv, widths);
  }

  private static int[] identityOr(Node.Convolution conv, int[] widths) {
    if (ScoreLayer.isAppended(conv)) {
      Arrays.fill(widths, IDENTITY_BITS);
    }
    return widths;
  }

  private double[] divergences(Map<Node.Convolution, RegionLayer> low) {
    List<Candidate> candidates = new ArrayList<>();
    for (Node.Convolution conv : layers) {
      candidates.add(Candidate.of(conv, low.get(conv).kernel(conv.kernel())));
    }
    int pictures = Math.min(DIVERGENCE_PICTURES, calibrated.calibration().pixels().size());
    return OutputDivergence.measure(
        calibrated.graph(), pictures, calibrated.spread(pictures), candidates, work, findings);
  }

  private ChannelImportance criterion(Map<Node.Convolution, RegionLayer> low) {
    return switch (method.channels()) {
      case ERROR ->
          new ChannelImportance.InputWeightedError(conv -> low.get(conv).kernel(conv.kernel()), this::inputVariances);
      case L1 -> ChannelImportance.WeightNorm.L1;
      case L2 -> ChannelImportance.WeightNorm.L2;
      case NORM_SCALE -> new ChannelImportance.NormScaleImportance();
    };
  }

  /** Returns the variance of what each weight is multiplied with, [group][weight]. */
  private float[][] inputVariances(Node.Convolution conv) {
    ChannelMoments inputs = calibrated.calibration().inputs().get(conv.input());
    return ChannelMoments.perWeight(conv, inputs::variance);
  }

  /** Returns the layer as it will be written, each channel's mean and spread of weights corrected. */
  private QuantizedLayer corrected(Node.Convolution conv, RegionLayer layer) {
    ChannelMoments inputs = calibrated.calibration().inputs().get(conv.input());
    float[][] means = ChannelMoments.perWeight(conv, inputs::mean);
    float[] weights = conv.kernel().channelsLast();
    int outputs = conv.kernel().outputs();
    float[] scales = new float[outputs];
    float[] biases = conv.bias().clone();
    double error = 0;
    for (int c = 0; c < outputs; c++) {
      QuantizedChannel channel = layer.channels().get(c);
      BiasCorrection correction =
          BiasCorrection.of(weights, c * conv.kernel().weightsPerOutput(), channel.real());
      scales[c] = (float) (channel.scale() * correction.gain());
      biases[c] += (float) correction.biasShift(means[c * conv.groups() / outputs]);
      error += channel.error();
    }
    double variance = calibrated.calibration().layers().get(conv).outputs().totalVariance();
    return layer.quantized(biases, variance > 0 ? error / variance : 0).with(scales, biases);
  }

  /**
   * PWLQ's correction of one channel, ŵ ← (ŵ + mean w − mean ŵ) · std w / std ŵ (Fang et al. 2020, after Banner et al.
   * 2019), without any change of a code: the factor goes into the scale, and what is added to every weight adds the
   * same to the output for every unit of input, whose mean goes into the bias.
   *
   * @param gain what the scale is multiplied with, positive
   * @param offset what would be added to every weight, the gain included
   */
  record BiasCorrection(double gain, double offset) {

    /**
     * Returns the correction of a channel.
     *
     * @param weights of all channels
     * @param from index of the channel's first weight
     * @param quantized the channel's weights as they come out of rounding, in the same order
     */
    public static BiasCorrection of(float[] weights, int from, float[] quantized) {
      int count = quantized.length;
      double mean = 0;
      double quantizedMean = 0;
      for (int k = 0; k < count; k++) {
        mean += weights[from + k] / (double) count;
        quantizedMean += quantized[k] / (double) count;
      }
      double variance = 0;
      double quantizedVariance = 0;
      for (int k = 0; k < count; k++) {
        variance += (weights[from + k] - mean) * (weights[from + k] - mean);
        quantizedVariance += (quantized[k] - quantizedMean) * (quantized[k] - quantizedMean);
      }
      // Constant weights have no spread to restore, and rounding that left none can't be stretched.
      double gain = variance > 0 && quantizedVariance > 0 ? Math.sqrt(variance / quantizedVariance) : 1;
      return new BiasCorrection(gain, (mean - quantizedMean) * gain);
    }

    /**
     * Returns what is added to the channel's bias.
     *
     * @param inputMeans of the input that each of the channel's weights is multiplied with, in their order
     */
    public double biasShift(float[] inputMeans) {
      double sum = 0;
      for (float mean : inputMeans) {
        sum += mean;
      }
      return offset * sum;
    }
  }
}
