package org.ptilmpq.quantizer.best;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.ptilmpq.quantizer.best.StepAllocator.Demand;
import org.ptilmpq.quantizer.emit.ScoreLayer;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.rounding.LayerMoments;
import org.ptilmpq.quantizer.rounding.LevelRounder.Goal;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;

/**
 * Steps for every channel under a budget of bits that is shared out anew before each layer: by then it is known what
 * the layers before it have really taken. The ratio of their bits to those expected of them is expected of the layers
 * to come.
 */
final class StepPlan implements SequentialRounding.Plan {

  /** The scale and bias of a channel take about this many bits. */
  private static final double CHANNEL_BITS = 18;

  /** Bounds of what a trial makes of a layer's demand: beyond them it was no trial of this layer. */
  private static final double MIN_GAIN = 0.05;
  private static final double MIN_RATE = 0.5;
  private static final double MAX_RATE = 2;

  private final List<Node.Convolution> layers;
  private final List<Demand> demands;
  private final double budget;
  private final ToDoubleBiFunction<Node.Convolution, QuantizedLayer> layerBytes;
  private final Map<Node.Convolution, QuantizedLayer> rounded = new HashMap<>();
  private final List<Demand> tried = new ArrayList<>();
  private int done;
  private double spent;
  private double expectedBits;
  private Demand current;
  private double price;

  /**
   * @param layers in execution order
   * @param demands of each, with expected noise gains
   * @param bits of all layers together
   * @param layerBytes bytes that a layer takes in the file
   */
  StepPlan(
      List<Node.Convolution> layers,
      List<Demand> demands,
      double bits,
      ToDoubleBiFunction<Node.Convolution, QuantizedLayer> layerBytes) {
    this.layerBytes = layerBytes;
    this.layers = layers;
    this.demands = demands;
    this.budget = bits;
  }

  /** Returns a plan with the same decisions so far and another budget for what comes. */
  StepPlan withBudget(double bits) {
    StepPlan other = new StepPlan(layers, demands, bits, layerBytes);
    other.rounded.putAll(rounded);
    other.tried.addAll(tried);
    other.done = done;
    other.spent = spent;
    other.expectedBits = expectedBits;
    return other;
  }

  @Override
  public Goal goal(Node.Convolution conv, LayerMoments moments) {
    current = demands.get(done);
    StepAllocator left = new StepAllocator(demands.subList(done, demands.size()));
    price = left.price(Math.max(1, (budget - spent) / bitsRatio() - channelBits(done)));
    float[] scales = new float[conv.kernel().outputs()];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = ScoreLayer.isAppended(conv) ? 1 : (float) current.step(c, price);
    }
    return Goal.unclipped(scales);
  }

  /** Returns the bits that the channels of the layers to come take beside their levels. */
  private double channelBits(int from) {
    int channels = 0;
    for (Node.Convolution conv : layers.subList(from, layers.size())) {
      channels += conv.kernel().outputs();
    }
    return CHANNEL_BITS * channels;
  }

  /** Returns the bits that layers have taken over those expected of them. */
  private double bitsRatio() {
    return expectedBits > 0 ? spent / expectedBits : 1;
  }

  @Override
  public void done(Node.Convolution conv, QuantizedLayer layer) {
    rounded.put(conv, layer);
    double beside = CHANNEL_BITS * conv.kernel().outputs();
    double expected = current.bits(price);
    double bits = Byte.SIZE * layerBytes.applyAsDouble(conv, layer);
    // A layer of zeros takes no bits, and none were expected of it.
    double rate = expected > 0 ? Math.clamp((bits - beside) / expected, MIN_RATE, MAX_RATE) : 1;
    tried.add(current.tried(Math.clamp(layer.gain(), MIN_GAIN, 1), rate));
    expectedBits += expected + beside;
    spent += bits;
    done++;
  }

  /** Returns the demands of the layers, given their outcomes. */
  List<Demand> tried() {
    return tried;
  }

  /** The layers as they will be written. */
  Map<Node.Convolution, QuantizedLayer> rounded() {
    return rounded;
  }
}
