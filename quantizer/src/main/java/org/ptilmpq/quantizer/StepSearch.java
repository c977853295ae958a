package org.ptilmpq.quantizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;
import org.ptilmpq.quantizer.allocation.TimedAllocator;
import org.ptilmpq.quantizer.emit.WeightPacker;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.latency.LatencyModel;
import org.ptilmpq.quantizer.matching.MatchedLayer;

/**
 * Finds the steps whose file is as long, or whose network is as fast, as asked for. What codes take is known only when they
 * are there, so the network is rounded once with the best guess, and its last layers again until it fits: they hold enough
 * of the weights, and where time counts of the work, to take up the difference.
 */
final class StepSearch {

  /** The share of the weights, or of the multiply-accumulates where time counts, that is rounded again. */
  private static final double TAIL = 0.12;

  private static final int MOST_ROUNDS = 6;

  /** A file this little below its target is done. */
  private static final double CLOSE = 0.0005;

  /** A time this little below its limit is close; predictions are worth no more. */
  private static final double CLOSE_TIME = 0.005;

  private final Preparation preparation;
  private final SequentialRounding rounding;
  private final Optional<SequentialRounding> trial;
  private final List<Node.Convolution> layers;
  private final List<Demand> demands;
  private final LatencyModel latency;
  private final Storage storage;
  private final Map<Node.Convolution, Weights> empty = new HashMap<>();
  private final long emptyBytes;

  /**
   * @param rounding of all pictures
   * @param trial of few; none where nearest levels are all there is
   */
  StepSearch(
      Preparation preparation,
      SequentialRounding rounding,
      Optional<SequentialRounding> trial,
      List<Demand> demands,
      LatencyModel latency,
      Storage storage)
      throws PqFormatException {
    this.preparation = preparation;
    this.rounding = rounding;
    this.trial = trial;
    this.layers = preparation.graph().convolutions();
    this.demands = demands;
    this.latency = latency;
    this.storage = storage;
    layers.forEach(conv -> empty.put(conv, WeightPacker.none(conv)));
    emptyBytes = PqWriter.fileBytes(preparation.model(empty), Storage.COMPRESSED);
  }

  /** The network with a mean number of bits a weight. */
  QuantizedNetwork ofBits(double bits, Progress progress) throws IOException {
    long weights = layers.stream().mapToLong(conv -> conv.kernel().values().length).sum();
    LayerCost budget = LayerCost.ofBits(bits * weights);
    StepPlan plan = new StepPlan(layers, tried(budget, progress), budget, this::cost);
    int nodes = preparation.graph().nodes().size();
    progress.stage("rounding layers", nodes);
    rounding.run(rounding.begin(), 0, nodes, plan, progress);
    return QuantizedNetwork.of(preparation, plan.outcomes(), storage);
  }

  /**
   * The network within limits of size, time or both, and little below the one that binds.
   *
   * @throws QuantizationException when it would have nothing left of its weights; the message says the smallest, or the
   *     fastest, that has
   */
  QuantizedNetwork within(Limits limits, Progress progress) throws IOException, QuantizationException {
    checkBytes(limits);
    checkTime(limits);
    LayerCost budget =
        new LayerCost(8 * (limits.bytes() - emptyBytes), limits.nanoseconds() - latency.withoutWeights());
    int nodes = preparation.graph().nodes().size();
    int tail = tail(limits);
    List<Demand> tried = tried(budget, progress);
    progress.stage("rounding layers", nodes);
    SequentialRounding.State state = rounding.begin();
    StepPlan plan = new StepPlan(layers, tried, budget, this::cost);
    rounding.run(state, 0, tail, plan, progress);
    QuantizedNetwork best = null;
    double bestUse = 0;
    double lastUse = 0;
    String missed = "";
    for (int round = 0; round < MOST_ROUNDS; round++) {
      if (round > 0) {
        progress.stage("fitting the " + (limits.hasTime() ? "time" : "size") + ", round " + round, nodes - tail);
      }
      StepPlan rest = plan.withBudget(budget);
      rounding.run(state.copy(), tail, nodes, rest, progress);
      QuantizedNetwork candidate = QuantizedNetwork.of(preparation, rest.outcomes(), storage);
      double nanoseconds = latency.of(candidate.model());
      double use = limits.use(candidate.bytes(), nanoseconds);
      if (use <= 1 && use > bestUse) {
        best = candidate;
        bestUse = use;
      }
      boolean close = candidate.bytes() >= (1 - CLOSE) * limits.bytes()
          || nanoseconds >= (1 - CLOSE_TIME) * limits.nanoseconds();
      // The same network again: no limit binds it, or nothing in its last layers can change.
      if (use <= 1 && (close || limits.hasTime() && use == lastUse)) {
        break;
      }
      lastUse = use;
      missed = String.format(Locale.ROOT, "%d bytes and %.3f ms", candidate.bytes(), nanoseconds / 1e6);
      budget = adjusted(budget, limits, candidate.bytes(), nanoseconds);
    }
    if (best == null) {
      throw new QuantizationException(
          "no network of " + limits + " was found: the last one has " + missed + "; ask for a few per cent more");
    }
    return best;
  }

  /** Takes off what was too much, and gives back what was left of the limit that binds. */
  private static LayerCost adjusted(LayerCost budget, Limits limits, long bytes, double nanoseconds) {
    double left = limits.bytes() - bytes;
    double timeLeft = limits.nanoseconds() - nanoseconds;
    boolean sizeBinds = bytes / limits.bytes() >= nanoseconds / limits.nanoseconds();
    return budget.plus(
        new LayerCost(
            limits.hasBytes() && (left < 0 || sizeBinds) ? 8 * (left - CLOSE / 2 * limits.bytes()) : 0,
            limits.hasTime() && (timeLeft < 0 || !sizeBinds)
                ? timeLeft - CLOSE_TIME / 2 * limits.nanoseconds()
                : 0));
  }

  private void checkBytes(Limits limits) throws QuantizationException {
    double budget = 8 * (limits.bytes() - emptyBytes);
    long weights = layers.stream().mapToLong(conv -> conv.kernel().values().length).sum();
    double least = 0.5 * weights;
    if (budget < least) {
      throw new QuantizationException(
          "a file of " + (long) limits.bytes() + " bytes is too small for this model: ask for at least "
              + (long) Math.ceil(limits.bytes() + (least - budget) / 8)
              + ", half a bit a weight and what is not weights");
    }
  }

  private void checkTime(Limits limits) throws QuantizationException {
    if (!limits.hasTime()) {
      return;
    }
    double least = new TimedAllocator(demands).leastNanoseconds() + latency.withoutWeights();
    if (limits.nanoseconds() < least) {
      throw new QuantizationException(
          String.format(
              Locale.ROOT,
              "%.3f ms are too short for this model: with the coarsest steps it is expected to take %.3f ms on one thread"
                  + " with %d-bit vectors; ask for more than that",
              limits.nanoseconds() / 1e6,
              Math.ceil(least / 1e3) / 1e3,
              latency.vectorBits()));
    }
  }

  /**
   * What layers ask after a trial on few pictures. Importance is measured with nearest levels; second-order rounding makes
   * some layers' errors ten times smaller and others' hardly, by how their inputs go together, and what levels take
   * depends on how well they can be predicted.
   */
  private List<Demand> tried(LayerCost budget, Progress progress) {
    if (trial.isEmpty()) {
      return demands;
    }
    StepPlan plan = new StepPlan(layers, demands, budget, this::cost);
    int nodes = preparation.graph().nodes().size();
    progress.stage("trying the steps", nodes);
    trial.get().run(trial.get().begin(), 0, nodes, plan, progress);
    return plan.tried();
  }

  /** Index of the node from which on the layers hold the share of weights, and of work, that is rounded again. */
  private int tail(Limits limits) {
    int byWeights = tail(conv -> conv.kernel().values().length);
    return limits.hasTime() ? Math.min(byWeights, tail(Node.Convolution::multiplyAccumulates)) : byWeights;
  }

  private int tail(ToLongFunction<Node.Convolution> share) {
    long all = layers.stream().mapToLong(share).sum();
    long from = 0;
    List<Node> nodes = preparation.graph().nodes();
    int index = nodes.size();
    while (from < TAIL * all) {
      index--;
      from += nodes.get(index) instanceof Node.Convolution conv ? share.applyAsLong(conv) : 0;
    }
    return index;
  }

  /** What a layer adds to the file of a network without any weights, and the time that it is expected to take. */
  private LayerCost cost(Node.Convolution conv, MatchedLayer layer) {
    Map<Node.Convolution, Weights> weights = new HashMap<>(empty);
    Weights packed = WeightPacker.pack(conv, layer.rounded(), layer.rounded().scales(), layer.biases());
    weights.put(conv, packed);
    try {
      long bytes = PqWriter.fileBytes(preparation.model(weights), Storage.COMPRESSED) - emptyBytes;
      return new LayerCost((double) Byte.SIZE * bytes, latency.of(conv, packed));
    } catch (PqFormatException e) {
      throw new UncheckedIOException(e);
    }
  }
}
