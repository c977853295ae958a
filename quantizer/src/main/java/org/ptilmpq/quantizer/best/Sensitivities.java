package org.ptilmpq.quantizer.best;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ptilmpq.quantizer.best.StepAllocator.Demand;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.FisherImportance;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.calibration.OutputDivergence;
import org.ptilmpq.quantizer.calibration.OutputDivergence.Candidate;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.prepare.CalibratedModel;
import org.ptilmpq.quantizer.prepare.ReportBuilder;

/**
 * Measures the demand of each layer for bits: its loss at one coarse step, and how that loss is shared out among its
 * channels. The loss of a layer is the divergence of the network's output when that layer alone is rounded to the
 * nearest levels of that step; that of a channel within it follows the Fisher information of the channel's output.
 */
final class Sensitivities {

  /** The step of the trial, in standard deviations of a channel's weights: near what files of 2 to 3 bits have. */
  private static final double STEP = 0.9;

  /**
   * Losses of layers measured one at a time don't add up: in a network whose layers all err, noise meets noise. So they
   * count by a power below one, which draws the steps of all layers together a little; 0.9 did best on ResNet-50 and
   * ResNet-20.
   */
  private static final double LAYER_POWER = 0.9;

  /** The power for the channels of a layer, whose importance is known from few pictures. */
  private static final double CHANNEL_POWER = 0.5;

  /** The part of a layer's loss that its channels share equally: no channel is without importance. */
  private static final double EQUAL_SHARE = 0.1;

  /** The least loss of a layer, as a share of the median, even where its rounding alone does no harm. */
  private static final double MIN_LOSS = 0.01;

  /** The weight of the score layer's loss: nothing after it evens its errors out. */
  private static final double SCORES = 2;

  private static final int FISHER_PICTURES = 128;
  private static final int DIVERGENCE_PICTURES = 64;

  private final CalibratedModel calibrated;
  private final Effort effort;
  private final OrderedWork work;
  private final ReportBuilder findings;
  private final List<Node.Convolution> layers;

  Sensitivities(CalibratedModel calibrated, Effort effort, OrderedWork work, ReportBuilder findings) {
    this.calibrated = calibrated;
    this.effort = effort;
    this.work = work;
    this.findings = findings;
    this.layers = calibrated.graph().convolutions();
  }

  /** The weights of a layer as allocation sees them. */
  private record Rated(RateCurve curve, double[] deviations) {

    static Rated of(Node.Convolution conv) {
      float[] weights = conv.kernel().channelsLast();
      int inputs = conv.kernel().weightsPerOutput();
      double[] deviations = Sensitivities.deviations(weights, inputs);
      return new Rated(new RateCurve(weights, inputs, deviations), deviations);
    }
  }

  /** Returns the demands of the layers, in execution order. */
  List<Demand> measure() {
    List<Rated> rated = new ArrayList<>();
    work.run(layers.size(), index -> Rated.of(layers.get(index)), (index, found) -> rated.add(found));
    double[] losses = effort.layerKl() ? divergences(rated) : bySize();
    Map<Node.Convolution, float[]> fisher = effort.fisher() ? fisher() : Map.of();
    List<Demand> demands = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Node.Convolution conv = layers.get(i);
      double[] shares = shares(rated.get(i).deviations(), fisher.getOrDefault(conv, new float[0]));
      demands.add(demand(conv, rated.get(i), losses[i], shares));
    }
    double sum = Arrays.stream(losses).sum();
    for (int i = 0; i < losses.length; i++) {
      findings.loss(layers.get(i), losses[i], losses[i] / sum);
    }
    return demands;
  }

  private static Demand demand(Node.Convolution conv, Rated rated, double loss, double[] shares) {
    double[] importance = new double[shares.length];
    for (int c = 0; c < shares.length; c++) {
      double square = rated.deviations[c] * rated.deviations[c];
      importance[c] = square > 0 ? loss * shares[c] / (rated.curve.error(STEP) * square) : 0;
    }
    return new Demand(rated.curve, conv.kernel().weightsPerOutput(), rated.deviations, importance, 1);
  }

  /** Returns the root mean square of each channel's weights. */
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

  /** Returns a substitute for measured losses: the same relative error does less harm in a layer of many weights. */
  private double[] bySize() {
    return layers.stream().mapToDouble(conv -> Math.sqrt(conv.kernel().values().length)).toArray();
  }

  /**
   * Returns how the loss of a layer is shared out among its channels: equally, or by what their Fisher information
   * makes of an error of one step of the trial.
   *
   * @param fisher of each channel's output; empty when it wasn't measured
   */
  private static double[] shares(double[] deviations, float[] fisher) {
    double[] shares = new double[deviations.length];
    double sum = 0;
    for (int c = 0; c < shares.length; c++) {
      double square = deviations[c] * deviations[c];
      shares[c] = square == 0 || fisher.length == 0 ? square > 0 ? 1 : 0 : fisher[c] * square;
      sum += shares[c];
    }
    double total = 0;
    for (int c = 0; c < shares.length && sum > 0; c++) {
      if (deviations[c] > 0) {
        double mixed = (1 - EQUAL_SHARE) * shares[c] / sum + EQUAL_SHARE / shares.length;
        shares[c] = Math.pow(mixed, CHANNEL_POWER);
        total += shares[c];
      }
    }
    for (int c = 0; c < shares.length; c++) {
      shares[c] = total > 0 ? shares[c] / total : 1.0 / shares.length;
    }
    return shares;
  }

  /** Losses of the layers, each rounded alone, tempered by {@link #LAYER_POWER}. */
  private double[] divergences(List<Rated> rated) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      candidates.add(rounded(layers.get(i), rated.get(i)));
    }
    int pictures = Math.min(calibrated.calibration().pixels().size(), DIVERGENCE_PICTURES);
    double[] found =
        OutputDivergence.measure(
            calibrated.graph(), pictures, calibrated.spread(pictures), candidates, work, findings);
    double[] sorted = found.clone();
    Arrays.sort(sorted);
    double least = Math.max(MIN_LOSS * sorted[sorted.length / 2], Double.MIN_NORMAL);
    double[] losses = new double[found.length];
    for (int i = 0; i < found.length; i++) {
      findings.sensitivity(layers.get(i), found[i]);
      double weights = layers.get(i).kernel().values().length;
      losses[i] = weights * Math.pow(Math.max(found[i], least) / weights, LAYER_POWER);
      if (layers.get(i).output().equals(calibrated.graph().output())) {
        losses[i] *= SCORES;
      }
    }
    return losses;
  }

  /** A layer on the nearest levels of the trial's step, the mean error of its outputs taken out. */
  private Candidate rounded(Node.Convolution conv, Rated rated) {
    Kernel kernel = conv.kernel();
    ChannelMoments inputs = calibrated.calibration().inputs().get(conv.input());
    float[] values = kernel.values().clone();
    float[] gain = new float[kernel.outputs()];
    float[] shift = new float[kernel.outputs()];
    Arrays.fill(gain, 1);
    for (int c = 0; c < kernel.outputs(); c++) {
      double step = STEP * rated.deviations[c];
      int first = c * kernel.weightsPerOutput();
      for (int i = first; step > 0 && i < first + kernel.weightsPerOutput(); i++) {
        float level = (float) (Math.rint(values[i] / step) * step);
        shift[c] -= (float) ((level - values[i]) * inputs.mean(conv.inputChannel(i)));
        values[i] = level;
      }
    }
    return new Candidate(
        conv, new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), values), gain, shift);
  }

  private Map<Node.Convolution, float[]> fisher() {
    int pictures = Math.min(calibrated.calibration().pixels().size(), FISHER_PICTURES);
    return FisherImportance.measure(
        calibrated.graph(),
        pictures,
        calibrated.spread(pictures),
        FisherImportance.DEFAULT_DRAWS,
        work,
        findings);
  }
}
