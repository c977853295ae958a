package org.ptilmpq.quantizer.best;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.ChannelGains;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.emit.ParameterRounding;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.matching.DriftShare;
import org.ptilmpq.quantizer.matching.InputSampler;
import org.ptilmpq.quantizer.matching.QuantizedPrefix;
import org.ptilmpq.quantizer.matching.ScoreSpread;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.rounding.LayerMoments;
import org.ptilmpq.quantizer.rounding.LevelRounder;
import org.ptilmpq.quantizer.rounding.LevelRounder.Goal;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;

/**
 * Rounds layer after layer, each on the inputs that the quantized layers before it give, and matches its outputs to the
 * float network's before it goes on to the next one.
 */
final class SequentialRounding {

  /** Share of the mean variance that is added to each input's: directions hardly seen are not to be trusted. */
  private static final double DAMPING = 0.01;

  /**
   * How far targets go from the float weights to those that make up for the drift of the inputs, where no validation
   * pictures decide it: all the way would fit the calibration pictures too well.
   */
  private static final double DRIFT_SHARE = 0.5;

  /** Approximate rows of a layer's input once parts of pictures have joined: each costs the square of its length. */
  private static final int MAX_SAMPLES = 1 << 16;

  /** The share of the heap that activations may take. */
  private static final double HEAP_SHARE = 0.4;

  private final FloatGraph graph;
  private final Calibration calibration;
  private final Map<Value, ActivationGrid> grids;
  private final Effort effort;
  private final long seed;
  private final OrderedWork work;

  /** Decides what a layer is rounded to when it is its turn. */
  interface Plan {

    /**
     * Returns the scales, and widths where they are given.
     *
     * @param moments of the inputs that the layer will read
     */
    Goal goal(Node.Convolution conv, LayerMoments moments);

    /** Receives a layer as it will be written before the next layer's turn. */
    void done(Node.Convolution conv, QuantizedLayer layer);
  }

  SequentialRounding(
      FloatGraph graph,
      Calibration calibration,
      Map<Value, ActivationGrid> grids,
      Effort effort,
      long seed,
      OrderedWork work) {
    this.graph = graph;
    this.calibration = calibration;
    this.grids = grids;
    this.effort = effort;
    this.seed = seed;
    this.work = work;
  }

  /**
   * How far a run has come.
   *
   * @param quantized the network as it will be
   * @param exact the float network, where rounding uses how inputs drifted from it
   */
  record State(QuantizedPrefix quantized, Optional<QuantizedPrefix> exact) {

    private void join(int pictures) {
      quantized.join(pictures);
      exact.ifPresent(prefix -> prefix.join(pictures));
    }

    /** Returns a copy of this state, to go on from again. */
    State copy() {
      return new State(quantized.copy(), exact.map(QuantizedPrefix::copy));
    }
  }

  /** Returns the network before its first node. */
  State begin() {
    Optional<QuantizedPrefix> exact = effort.secondOrder() ? Optional.of(prefix()) : Optional.empty();
    return new State(prefix(), exact);
  }

  private QuantizedPrefix prefix() {
    return new QuantizedPrefix(graph, grids, calibration, pictures(0), work);
  }

  /** Returns how many pictures' activations memory holds from a node on. Whole pictures join before parts. */
  private int pictures(int node) {
    double memory = HEAP_SHARE * Runtime.getRuntime().maxMemory();
    long bytes = QuantizedPrefix.bytesPerPicture(graph, node) * (effort.secondOrder() ? 2 : 1);
    return Math.clamp((long) (memory / bytes), 1, calibration.pixels().size());
  }

  /**
   * Takes some nodes.
   *
   * @param state moves on with each node
   * @param from first node
   * @param to node before which to stop
   */
  void run(State state, int from, int to, Plan plan, Progress progress) {
    for (int next = from; next < to; next++) {
      int index = next;
      state.join(pictures(index));
      if (graph.nodes().get(index) instanceof Node.Convolution conv) {
        plan.done(conv, round(state, index, conv, plan));
      } else {
        state.quantized.take(index);
        state.exact.ifPresent(exact -> exact.take(index));
      }
      progress.step();
    }
  }

  private QuantizedLayer round(State state, int index, Node.Convolution conv, Plan plan) {
    QuantizedPrefix prefix = state.quantized;
    ChannelMoments inputs = calibration.inputs().get(conv.input());
    LayerMoments moments =
        effort.secondOrder()
            ? LayerMoments.full(sampler(prefix).sample(conv, inputs, calibration.pictures()), DAMPING, work)
            : LayerMoments.diagonal(conv, inputs);
    Goal goal = plan.goal(conv, moments);
    float[] targets = targets(state, conv, moments);
    Outputs wanted = wanted(state, index, conv);
    QuantizedLayer rounded =
        LevelRounder.round(conv, targets, goal, moments, wanted.learned.totalVariance(), work);
    QuantizedLayer[] matched = new QuantizedLayer[1];
    int scaleBits = scaleBits(conv, rounded);
    prefix.take(
        index,
        rounded.kernel(conv.kernel()),
        (learned, unseen) -> {
          Corrected corrected = correct(conv, rounded, scaleBits, wanted, new Outputs(learned, unseen));
          matched[0] = corrected.layer;
          return corrected.correction;
        });
    return matched[0];
  }

  /**
   * A layer's outputs.
   *
   * @param learned on all pictures that are learned from
   * @param unseen on each validation picture, where there are any
   */
  private record Outputs(ChannelMoments learned, List<ChannelMoments> unseen) {}

  /** Returns the moments of the float layer's outputs, on the pictures at hand. */
  private Outputs wanted(State state, int index, Node.Convolution conv) {
    if (state.exact.isEmpty()) {
      return new Outputs(calibration.layers().get(conv).outputs(), List.of());
    }
    Outputs[] wanted = new Outputs[1];
    state.exact.get().take(
        index,
        conv.kernel(),
        (learned, unseen) -> {
          wanted[0] = new Outputs(learned, unseen);
          return ChannelGains.none(learned.channels());
        });
    return wanted[0];
  }

  /** Returns the float weights, or ones that make up for the inputs' drift as far as validation pictures confirm it. */
  private float[] targets(State state, Node.Convolution conv, LayerMoments moments) {
    float[] weights = conv.kernel().channelsLast();
    if (state.exact.isEmpty() || conv.groups() > 1 || ScoreLayer.isAppended(conv)) {
      return weights;
    }
    float[] drift = sampler(state.quantized).drift(conv, state.exact.get()).finish();
    if (calibration.validation() == 0) {
      return moments.shifted(weights, drift, DRIFT_SHARE, work);
    }
    float[] shifted = moments.shifted(weights, drift, 1, work);
    double share = DriftShare.of(conv, shifted, state.quantized, state.exact.get(), work);
    for (int i = 0; i < shifted.length; i++) {
      shifted[i] = (float) (weights[i] + share * (shifted[i] - weights[i]));
    }
    return shifted;
  }

  /** Parts of pictures bring other positions, not more. */
  private InputSampler sampler(QuantizedPrefix prefix) {
    int positions = effort.positions();
    if (prefix.pictures() > calibration.pictures()) {
      positions = Math.min(positions, Math.ceilDiv(MAX_SAMPLES, prefix.pictures() - prefix.validation()));
    }
    return new InputSampler(prefix, work, positions, seed);
  }

  private record Corrected(QuantizedLayer layer, ChannelGains correction) {}

  private Corrected correct(
      Node.Convolution conv, QuantizedLayer rounded, int scaleBits, Outputs wanted, Outputs found) {
    double[] gains = gains(conv, wanted, found);
    float[] scales = new float[gains.length];
    for (int c = 0; c < gains.length; c++) {
      scales[c] = ParameterRounding.scale(rounded.scales()[c] * gains[c], scaleBits);
      gains[c] = scales[c] / rounded.scales()[c];
    }
    ChannelGains correction =
        effort.matching()
            ? ChannelGains.toMeans(gains, wanted.learned, found.learned)
            : ChannelGains.alone(gains);
    double step = biasStep(conv, wanted.learned);
    float[] biases = new float[gains.length];
    for (int c = 0; c < gains.length; c++) {
      biases[c] = ParameterRounding.bias(conv.bias()[c] * gains[c] + correction.shifts()[c], step);
    }
    return new Corrected(rounded.with(scales, biases), correction);
  }

  /** Returns what the results of the channels should be multiplied with. */
  private double[] gains(Node.Convolution conv, Outputs wanted, Outputs found) {
    if (!effort.matching()) {
      double[] ones = new double[found.learned.channels()];
      Arrays.fill(ones, 1);
      return ones;
    }
    double[] gains = ChannelGains.toVariances(wanted.learned, found.learned);
    if (conv.output().equals(graph.output())) {
      double spread = ScoreSpread.factor(wanted.unseen, found.unseen, gains);
      for (int c = 0; c < gains.length; c++) {
        gains[c] *= spread;
      }
    }
    return gains;
  }

  /** Returns the step of the output's grid; for float scores a 256th of their standard deviation. */
  private double biasStep(Node.Convolution conv, ChannelMoments outputs) {
    ActivationGrid grid = grids.get(conv.output());
    if (grid != null) {
      return grid.scale();
    }
    double deviation = Math.sqrt(outputs.totalVariance() / outputs.channels());
    return deviation > 0 ? deviation / 256 : 1.0 / 256;
  }

  private static int scaleBits(Node.Convolution conv, QuantizedLayer rounded) {
    double[] deviations = Sensitivities.deviations(conv.kernel().channelsLast(), conv.kernel().weightsPerOutput());
    List<Double> ratios = new ArrayList<>();
    for (int c = 0; c < deviations.length; c++) {
      if (deviations[c] > 0 && rounded.channels().get(c).width() > 0) {
        ratios.add(rounded.scales()[c] / deviations[c]);
      }
    }
    double median = ratios.isEmpty() ? 1 : ratios.stream().sorted().toList().get(ratios.size() / 2);
    return ParameterRounding.scaleBits(median);
  }
}
