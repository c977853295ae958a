package org.ptilmpq.quantizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ptilmpq.quantizer.allocation.RateCurve;
import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;

/**
 * From what is known of a network to what each layer asks of the bits: the expected loss is {@code Σ ½ · g · N · d} over
 * all channels, with g the squared gradient of the output's log-likelihood ({@link
 * org.ptilmpq.quantizer.importance.FisherImportance}), d the mean squared error of the channel's weights, and N the noise
 * gain of the layer's inputs: the squared error of the output that an error of 1 in every weight makes.
 */
final class Demands {

  /** The part of a layer's mean that every channel's importance gets: a gradient of few pictures is not to be trusted. */
  private static final double SHARED = 0.1;

  private final Calibration calibration;
  private final Optional<Map<Node.Convolution, float[]>> fisher;

  /**
   * @param fisher squared gradient of each channel; empty: what is left is the size of a layer's error against its
   *     variance, times the root of its number of weights
   */
  Demands(Calibration calibration, Optional<Map<Node.Convolution, float[]>> fisher) {
    this.calibration = calibration;
    this.fisher = fisher;
  }

  /** What the layers ask, with the noise gain that rounding each weight to its nearest level has. */
  List<Demand> of(List<Node.Convolution> layers, OrderedWork work) {
    List<Demand> demands = new ArrayList<>();
    work.run(layers.size(), index -> demand(layers.get(index)), (index, demand) -> demands.add(demand));
    return demands;
  }

  private Demand demand(Node.Convolution conv) {
    int inputs = conv.kernel().weightsPerOutput();
    float[] weights = conv.kernel().channelsLast();
    double[] deviations = deviations(weights, inputs);
    double[] importance = importance(conv, deviations);
    int perGroup = deviations.length / conv.groups();
    for (int c = 0; c < importance.length; c++) {
      importance[c] *= noiseGain(conv, c / perGroup);
    }
    return new Demand(new RateCurve(weights, inputs, deviations), inputs, deviations, importance);
  }

  /** Root of the mean square of each channel's weights. */
  static double[] deviations(float[] weights, int inputs) {
    double[] deviations = new double[weights.length / inputs];
    for (int c = 0; c < deviations.length; c++) {
      double squares = 0;
      for (int k = 0; k < inputs; k++) {
        double w = weights[c * inputs + k];
        squares += w * w;
      }
      deviations[c] = Math.sqrt(squares / inputs);
    }
    return deviations;
  }

  /** Loss for a squared error of 1 in each channel's output. */
  private double[] importance(Node.Convolution conv, double[] deviations) {
    double[] importance = new double[deviations.length];
    if (fisher.isEmpty()) {
      double variance = calibration.layers().get(conv).sums().totalVariance();
      Arrays.fill(importance, variance > 0 ? Math.sqrt(conv.kernel().values().length) / variance : 0);
      return importance;
    }
    float[] squaredGradients = fisher.get().get(conv);
    double mean = 0;
    for (int c = 0; c < importance.length; c++) {
      importance[c] = squaredGradients[c] / 2;
      mean += importance[c] * deviations[c] * deviations[c] / importance.length;
    }
    for (int c = 0; c < importance.length; c++) {
      double square = deviations[c] * deviations[c];
      if (square > 0) {
        importance[c] = (1 - SHARED) * importance[c] + SHARED * mean / square;
      }
    }
    return importance;
  }

  /** Σ of the variances of what the weights of a group are multiplied with. */
  double noiseGain(Node.Convolution conv, int group) {
    ChannelMoments inputs = calibration.inputs().get(conv.input());
    int channels = conv.kernel().inputs();
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += inputs.variance(group * channels + c);
    }
    return sum * conv.kernel().height() * conv.kernel().width();
  }
}
