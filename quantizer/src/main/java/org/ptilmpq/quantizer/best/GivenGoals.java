package org.ptilmpq.quantizer.best;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.rounding.LayerMoments;
import org.ptilmpq.quantizer.rounding.LevelRounder.Goal;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;

/** A plan whose widths and scales are fixed before the first layer is rounded. */
final class GivenGoals implements SequentialRounding.Plan {

  private final Function<Node.Convolution, Goal> goals;
  private final Map<Node.Convolution, QuantizedLayer> rounded = new HashMap<>();

  GivenGoals(Function<Node.Convolution, Goal> goals) {
    this.goals = goals;
  }

  @Override
  public Goal goal(Node.Convolution conv, LayerMoments moments) {
    return goals.apply(conv);
  }

  @Override
  public void done(Node.Convolution conv, QuantizedLayer layer) {
    rounded.put(conv, layer);
  }

  /** The layers as they will be written. */
  Map<Node.Convolution, QuantizedLayer> rounded() {
    return rounded;
  }
}
