package org.ptilmpq.quantizer.best;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.best.StepAllocator.Demand;
import org.ptilmpq.quantizer.emit.WeightPacker;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.prepare.CalibratedModel;
import org.ptilmpq.quantizer.prepare.QuantizedNetwork;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;

/**
 * Finds the steps whose file is as long as asked for. The size of codes is known only when they are made, so the
 * network is rounded once with the best guess, and its last layers again until the file fits: they are cheap, being
 * small in pixels, and hold enough of the weights to take up the difference.
 */
final class StepSearch {

  /** The share of the weights that is rounded again. */
  private static final double TAIL = 0.12;

  private static final int MAX_ROUNDS = 6;

  /** A file this little below its target is done. */
  private static final double CLOSE = 0.0005;

  private final CalibratedModel calibrated;
  private final SequentialRounding rounding;
  private final Optional<SequentialRounding> trial;
  private final List<Node.Convolution> layers;
  private final List<Demand> demands;
  private final Storage storage;
  private final Map<Node.Convolution, Weights> empty = new HashMap<>();
  private final long emptyBytes;

  /**
   * @param rounding on all pictures
   * @param trial on few; empty where there are only nearest levels
   */
  StepSearch(
      CalibratedModel calibrated,
      SequentialRounding rounding,
      Optional<SequentialRounding> trial,
      List<Demand> demands,
      Storage storage)
      throws PqFormatException {
    this.calibrated = calibrated;
    this.rounding = rounding;
    this.trial = trial;
    this.layers = calibrated.graph().convolutions();
    this.demands = demands;
    this.storage = storage;
    layers.forEach(conv -> empty.put(conv, WeightPacker.none(conv)));
    emptyBytes = PqWriter.fileBytes(calibrated.model(empty), Storage.COMPRESSED);
  }

  /** Returns the network with a mean number of bits per weight. */
  QuantizedNetwork ofBits(double bits, Progress progress) throws IOException {
    long weights = layers.stream().mapToLong(conv -> conv.kernel().values().length).sum();
    StepPlan plan = new StepPlan(layers, tried(bits * weights, progress), bits * weights, this::layerBytes);
    int nodes = calibrated.graph().nodes().size();
    progress.stage("rounding layers", nodes);
    rounding.run(rounding.begin(), 0, nodes, plan, progress);
    return QuantizedNetwork.of(calibrated, plan.rounded(), storage);
  }

  /**
   * Returns the network whose file has at most this many bytes, and little less.
   *
   * @throws QuantizationException when nothing would be left of its weights; the message says the smallest that has
   *     some
   */
  QuantizedNetwork ofSize(long target, Progress progress) throws IOException, QuantizationException {
    double budget = 8.0 * (target - emptyBytes);
    long weights = layers.stream().mapToLong(conv -> conv.kernel().values().length).sum();
    double least = 0.5 * weights;
    if (budget < least) {
      throw new QuantizationException(
          "a file of " + target + " bytes is too small for this model: ask for at least "
              + (long) Math.ceil(target + (least - budget) / 8) + ", half a bit a weight and what is not weights");
    }
    int nodes = calibrated.graph().nodes().size();
    int tail = tail();
    List<Demand> tried = tried(budget, progress);
    progress.stage("rounding layers", nodes);
    SequentialRounding.State state = rounding.begin();
    StepPlan plan = new StepPlan(layers, tried, budget, this::layerBytes);
    rounding.run(state, 0, tail, plan, progress);
    QuantizedNetwork best = null;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      if (round > 0) {
        progress.stage("fitting the size, round " + round, nodes - tail);
      }
      StepPlan rest = plan.withBudget(budget);
      rounding.run(state.copy(), tail, nodes, rest, progress);
      QuantizedNetwork candidate = QuantizedNetwork.of(calibrated, rest.rounded(), storage);
      long left = target - candidate.bytes();
      if (left >= 0 && (best == null || candidate.bytes() > best.bytes())) {
        best = candidate;
      }
      if (left >= 0 && left <= CLOSE * target) {
        break;
      }
      budget += 8.0 * (left - CLOSE / 2 * target);
    }
    if (best == null) {
      throw new QuantizationException(
          "no file of at most " + target + " bytes was found; ask for a few per cent more");
    }
    return best;
  }

  /**
   * Returns the demands of the layers after a trial on few pictures. Importance is measured with nearest levels;
   * second-order rounding makes some layers' errors ten times smaller and others' hardly smaller, depending on how
   * their inputs vary together, and the bits that levels take depend on how well they can be predicted.
   */
  private List<Demand> tried(double bits, Progress progress) {
    if (trial.isEmpty()) {
      return demands;
    }
    StepPlan plan = new StepPlan(layers, demands, bits, this::layerBytes);
    int nodes = calibrated.graph().nodes().size();
    progress.stage("trying the steps", nodes);
    trial.get().run(trial.get().begin(), 0, nodes, plan, progress);
    return plan.tried();
  }

  /** Returns the index of the node from which on the layers hold the share of weights that is rounded again. */
  private int tail() {
    long all = layers.stream().mapToLong(conv -> conv.kernel().values().length).sum();
    long from = 0;
    List<Node> nodes = calibrated.graph().nodes();
    int index = nodes.size();
    while (from < TAIL * all) {
      index--;
      from += nodes.get(index) instanceof Node.Convolution conv ? conv.kernel().values().length : 0;
    }
    return index;
  }

  /** Returns the bytes that a layer adds to the file of a network without any weights. */
  private double layerBytes(Node.Convolution conv, QuantizedLayer layer) {
    Map<Node.Convolution, Weights> weights = new HashMap<>(empty);
    weights.put(conv, WeightPacker.pack(conv, layer));
    try {
      return PqWriter.fileBytes(calibrated.model(weights), Storage.COMPRESSED) - emptyBytes;
    } catch (PqFormatException e) {
      throw new UncheckedIOException(e);
    }
  }
}
