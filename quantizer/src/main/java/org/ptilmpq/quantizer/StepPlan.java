package org.ptilmpq.quantizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.HashMap;
import org.ptilmpq.quantizer.SequentialRounding.LayerOutcome;
import org.ptilmpq.quantizer.allocation.LevelEntropy;
import org.ptilmpq.quantizer.allocation.StepAllocator;
import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.rounding.LayerGoal;
import org.ptilmpq.quantizer.rounding.LayerMoments;

/**
 * Steps for every channel under a budget of bits that is shared out anew before each layer: by then the noise gain of the
 * layer's inputs is known, and what the layers before it have really taken. What was found for them, against what was
 * expected, is expected for the layers to come.
 */
final class StepPlan implements SequentialRounding.Plan {

  private final List<Node.Convolution> layers;
  private final List<Demand> demands;
  private final double budget;
  private final Map<Node.Convolution, LayerOutcome> outcomes = new HashMap<>();
  private int done;
  private double spent;
  private double expectedBits;
  private double logGainRatios;
  private Demand current;
  private double price;

  /**
   * @param layers in execution order
   * @param demands of each, with expected noise gains
   * @param bits of all levels together
   */
  StepPlan(List<Node.Convolution> layers, List<Demand> demands, double bits) {
    this.layers = layers;
    this.demands = demands;
    this.budget = bits;
  }

  /** The same decisions so far, with another budget for what comes. */
  StepPlan withBudget(double bits) {
    StepPlan other = new StepPlan(layers, demands, bits);
    other.outcomes.putAll(outcomes);
    other.done = done;
    other.spent = spent;
    other.expectedBits = expectedBits;
    other.logGainRatios = logGainRatios;
    return other;
  }

  @Override
  public LayerGoal goal(Node.Convolution conv, LayerMoments moments) {
    double gainRatio = Math.pow(moments.noiseGain() / moments.nearestNoiseGain(), Double.parseDouble(System.getProperty("gain", "1")));
    current = demands.get(done).times(gainRatio);
    double expectedRatio = Math.exp((logGainRatios + Math.log(gainRatio)) / (done + 1));
    List<Demand> left = new ArrayList<>(List.of(current));
    for (Demand demand : demands.subList(done + 1, demands.size())) {
      left.add(demand.times(expectedRatio));
    }
    logGainRatios += Math.log(gainRatio);
    price = new StepAllocator(left).price(Math.max(1, (budget - spent) / bitsRatio()));
    if (Boolean.getBoolean("dump")) System.err.printf("XX %s price %.4g ratio %.3f bits/w %.3f gain %.3f step/sigma %.3f%n", conv.name(), price, bitsRatio(), current.bits(price) / conv.kernel().values().length, moments.noiseGain() / moments.nearestNoiseGain(), current.step(0, price) / current.deviations()[0]);
    float[] scales = new float[conv.kernel().outputs()];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = ScoreLayer.isAppended(conv) ? 1 : (float) current.step(c, price);
    }
    return LayerGoal.unclipped(scales);
  }

  /** Bits that layers have taken over what was expected of them. */
  private double bitsRatio() {
    return expectedBits > 0 ? spent / expectedBits : 1;
  }

  @Override
  public void done(Node.Convolution conv, LayerOutcome outcome) {
    outcomes.put(conv, outcome);
    expectedBits += current.bits(price);
    spent += LevelEntropy.bits(outcome.layer().rounded().codes(), conv.kernel().inputs());
    done++;
  }

  /** What came of the layers. */
  Map<Node.Convolution, LayerOutcome> outcomes() {
    return outcomes;
  }

  /** Bits of the levels of all layers done. */
  double spent() {
    return spent;
  }
}
