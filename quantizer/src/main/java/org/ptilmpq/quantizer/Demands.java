package org.ptilmpq.quantizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ptilmpq.quantizer.allocation.RateCurve;
import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.importance.Candidate;
import org.ptilmpq.quantizer.importance.FisherImportance;
import org.ptilmpq.quantizer.importance.OutputDivergence;

/** What each layer asks of the bits. */
final class Demands {

  static final double THETA = Double.parseDouble(System.getProperty("theta", "0.5"));
  static final double ETA = Double.parseDouble(System.getProperty("eta", "1"));
  static final double PW = Double.parseDouble(System.getProperty("pw", "0.5"));
  static final double R0 = Double.parseDouble(System.getProperty("r0", "0.9"));
  private static final int FISHER_PICTURES = 128;
  private static final int DIVERGENCE_PICTURES = Integer.getInteger("klpics", 64);

  private final Preparation preparation;
  private final Effort effort;
  private final OrderedWork work;
  private final Progress progress;
  private final List<Node.Convolution> layers;

  Demands(Preparation preparation, Effort effort, OrderedWork work, Progress progress) {
    this.preparation = preparation;
    this.effort = effort;
    this.work = work;
    this.progress = progress;
    this.layers = preparation.graph().convolutions();
  }

  private static final class Weights {
    float[] values;
    double[] deviations;
    RateCurve curve;
  }

  List<Demand> measure() {
    List<Weights> weights = new ArrayList<>();
    work.run(layers.size(), index -> weights(layers.get(index)), (index, found) -> weights.add(found));
    double[] losses = effort.layerKl() ? divergences(weights) : variances();
    Map<Node.Convolution, float[]> fisher = effort.fisher() ? fisher() : null;
    List<Demand> demands = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Node.Convolution conv = layers.get(i);
      Weights w = weights.get(i);
      double n = conv.kernel().values().length;
      double loss = Math.pow(losses[i], ETA) * Math.pow(Math.pow(n, PW), 1 - ETA);
      double[] shares = new double[w.deviations.length];
      double sum = 0;
      for (int c = 0; c < shares.length; c++) {
        double x = w.deviations[c] * w.deviations[c];
        shares[c] = x == 0 ? 0 : fisher == null ? 1 : fisher.get(conv)[c] * x;
        sum += shares[c];
      }
      double total = 0;
      for (int c = 0; c < shares.length; c++) {
        if (w.deviations[c] > 0) {
          shares[c] = Math.pow(0.9 * shares[c] / sum + 0.1 / shares.length, fisher == null ? 1 : THETA);
          total += shares[c];
        }
      }
      for (int c = 0; c < shares.length; c++) {
        shares[c] = shares[c] == 0 ? 0 : loss * shares[c] / total / w.curve.error(R0) / (w.deviations[c] * w.deviations[c]);
      }
      if (Boolean.getBoolean("dump")) System.err.printf("XX %s n=%d loss %.5g fisherpred %.5g%n", conv.name(), (int) n, losses[i], fisher==null?0:predicted(conv, w, fisher.get(conv)));
      demands.add(new Demand(w.curve, conv.kernel().weightsPerOutput(), w.deviations, shares));
    }
    return demands;
  }

  private double predicted(Node.Convolution conv, Weights w, float[] g) {
    double sum = 0;
    int per = w.deviations.length / conv.groups();
    for (int c = 0; c < g.length; c++) sum += 0.5 * g[c] * noiseGain(conv, c / per) * w.deviations[c] * w.deviations[c] * w.curve.error(R0);
    return sum;
  }

  private Weights weights(Node.Convolution conv) {
    Weights w = new Weights();
    w.values = conv.kernel().channelsLast();
    w.deviations = deviations(w.values, conv.kernel().weightsPerOutput());
    w.curve = new RateCurve(w.values, conv.kernel().weightsPerOutput(), w.deviations);
    return w;
  }

  private double[] variances() {
    double[] losses = new double[layers.size()];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = Math.sqrt(layers.get(i).kernel().values().length);
    }
    return losses;
  }

  private double[] divergences(List<Weights> weights) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      candidates.add(candidate(layers.get(i), weights.get(i)));
    }
    int all = preparation.calibration().pixels().size();
    int pictures = Math.min(all, DIVERGENCE_PICTURES);
    double[] found = OutputDivergence.measure(
        preparation.graph(), pictures, index -> preparation.input((int) ((long) index * all / pictures)), candidates, work, progress);
    double[] sorted = found.clone();
    java.util.Arrays.sort(sorted);
    for (int i = 0; i < found.length; i++) {
      found[i] = Math.max(found[i], 0.01 * sorted[sorted.length / 2]);
    }
    return found;
  }

  private Candidate candidate(Node.Convolution conv, Weights w) {
    Kernel kernel = conv.kernel();
    ChannelMoments inputs = preparation.calibration().inputs().get(conv.input());
    int positions = kernel.height() * kernel.width();
    int perGroup = kernel.outputs() / conv.groups();
    float[] values = kernel.values().clone();
    float[] gain = new float[kernel.outputs()];
    float[] shift = new float[kernel.outputs()];
    java.util.Arrays.fill(gain, 1);
    for (int c = 0; c < kernel.outputs(); c++) {
      double step = R0 * w.deviations[c];
      for (int i = c * kernel.weightsPerOutput(); step > 0 && i < (c + 1) * kernel.weightsPerOutput(); i++) {
        int in = i % kernel.weightsPerOutput() / positions;
        float rounded = (float) (Math.rint(values[i] / step) * step);
        shift[c] -= (float) ((rounded - values[i]) * inputs.mean(c / perGroup * kernel.inputs() + in));
        values[i] = rounded;
      }
    }
    return new Candidate(conv, new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), values), gain, shift);
  }

  private Map<Node.Convolution, float[]> fisher() {
    int all = preparation.calibration().pixels().size();
    int pictures = Math.min(all, FISHER_PICTURES);
    return FisherImportance.measure(
        preparation.graph(), pictures, index -> preparation.input((int) ((long) index * all / pictures)), FisherImportance.DEFAULT_DRAWS, work, progress);
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

  /** Σ of the variances of what the weights of a group are multiplied with. */
  double noiseGain(Node.Convolution conv, int group) {
    ChannelMoments inputs = preparation.calibration().inputs().get(conv.input());
    int channels = conv.kernel().inputs();
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += inputs.variance(group * channels + c);
    }
    return sum * conv.kernel().height() * conv.kernel().width();
  }
}
