package org.ptilmpq.quantizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ptilmpq.quantizer.SequentialRounding.LayerOutcome;
import org.ptilmpq.quantizer.allocation.StepAllocator;
import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;
import org.ptilmpq.quantizer.allocation.TimedAllocator;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.matching.MatchedLayer;
import org.ptilmpq.quantizer.rounding.LayerGoal;
import org.ptilmpq.quantizer.rounding.LayerMoments;

/**
 * Steps for every channel under a budget of bits, of time or of both, that is shared out anew before each layer: by then it
 * is known what the layers before it have really taken. What they took over what was expected of them is expected of the
 * layers to come.
 */
final class StepPlan implements SequentialRounding.Plan {

  /** Scale and bias of a channel take about so many bits. */
  private static final double CHANNEL_BITS = 18;

  /** Bounds of what a trial makes of a layer's demand: beyond them it was no trial of this layer. */
  private static final double LEAST_GAIN = 0.05;
  private static final double LEAST_RATE = 0.5;
  private static final double MOST_RATE = 2;

  private final List<Node.Convolution> layers;
  private final List<Demand> demands;
  private final Optional<TimedAllocator> timed;
  private final LayerCost budget;
  private final Meter meter;
  private final Map<Node.Convolution, LayerOutcome> outcomes = new HashMap<>();
  private final List<Demand> tried = new ArrayList<>();
  private int done;
  private LayerCost spent = LayerCost.NONE;
  private LayerCost expected = LayerCost.NONE;
  private Demand current;
  private double price;

  /**
   * @param layers in execution order
   * @param demands of each, with expected noise gains
   * @param budget of all layers together
   * @param meter of what they take
   */
  StepPlan(List<Node.Convolution> layers, List<Demand> demands, LayerCost budget, Meter meter) {
    this(
        layers,
        demands,
        Double.isInfinite(budget.nanoseconds()) ? Optional.empty() : Optional.of(new TimedAllocator(demands)),
        budget,
        meter);
  }

  private StepPlan(
      List<Node.Convolution> layers,
      List<Demand> demands,
      Optional<TimedAllocator> timed,
      LayerCost budget,
      Meter meter) {
    this.layers = layers;
    this.demands = demands;
    this.timed = timed;
    this.budget = budget;
    this.meter = meter;
  }

  /** What a layer takes. */
  @FunctionalInterface
  interface Meter {
    LayerCost of(Node.Convolution conv, MatchedLayer layer);
  }

  /** The same decisions so far, with another budget for what comes; limited by time where this one is. */
  StepPlan withBudget(LayerCost other) {
    StepPlan plan = new StepPlan(layers, demands, timed, other, meter);
    plan.outcomes.putAll(outcomes);
    plan.tried.addAll(tried);
    plan.done = done;
    plan.spent = spent;
    plan.expected = expected;
    return plan;
  }

  @Override
  public LayerGoal goal(Node.Convolution conv, LayerMoments moments) {
    current = demands.get(done);
    double bits = (budget.bits() - spent.bits()) / ratio(spent.bits(), expected.bits()) - channelBits(done);
    if (timed.isPresent()) {
      double time =
          (budget.nanoseconds() - spent.nanoseconds()) / ratio(spent.nanoseconds(), expected.nanoseconds());
      price = timed.get().price(done, Math.max(1, bits), time);
    } else {
      price = new StepAllocator(demands.subList(done, demands.size())).price(Math.max(1, bits));
    }
    float[] scales = new float[conv.kernel().outputs()];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = ScoreLayer.isAppended(conv) ? 1 : (float) current.step(c, price);
    }
    return LayerGoal.unclipped(scales);
  }

  /** What the channels of the layers to come take beside their levels. */
  private double channelBits(int from) {
    int channels = 0;
    for (Node.Convolution conv : layers.subList(from, layers.size())) {
      channels += conv.kernel().outputs();
    }
    return CHANNEL_BITS * channels;
  }

  /** What layers have taken over what was expected of them. */
  private static double ratio(double spent, double expected) {
    return expected > 0 ? spent / expected : 1;
  }

  @Override
  public void done(Node.Convolution conv, LayerOutcome outcome) {
    outcomes.put(conv, outcome);
    double beside = CHANNEL_BITS * conv.kernel().outputs();
    LayerCost expectedOf = new LayerCost(current.bits(price), current.nanoseconds(price));
    LayerCost took = meter.of(conv, outcome.layer());
    // A layer of zeros takes no bits, and none were expected of it.
    double rate = rate(took.bits() - beside, expectedOf.bits());
    double timeRate = rate(took.nanoseconds(), expectedOf.nanoseconds());
    tried.add(current.tried(Math.clamp(outcome.gain(), LEAST_GAIN, 1), rate, timeRate));
    expected = expected.plus(expectedOf).plus(new LayerCost(beside, 0));
    spent = spent.plus(took);
    done++;
  }

  private static double rate(double took, double expected) {
    return expected > 0 ? Math.clamp(took / expected, LEAST_RATE, MOST_RATE) : 1;
  }

  /** What the layers ask after what has come of them. */
  List<Demand> tried() {
    return tried;
  }

  /** What came of the layers. */
  Map<Node.Convolution, LayerOutcome> outcomes() {
    return outcomes;
  }
}
