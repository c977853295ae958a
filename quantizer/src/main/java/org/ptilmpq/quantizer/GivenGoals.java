package org.ptilmpq.quantizer;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.ptilmpq.quantizer.SequentialRounding.LayerOutcome;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.rounding.LayerGoal;
import org.ptilmpq.quantizer.rounding.LayerMoments;

/** A plan whose widths and scales are fixed before the first layer is rounded. */
final class GivenGoals implements SequentialRounding.Plan {

  private final Function<Node.Convolution, LayerGoal> goals;
  private final Map<Node.Convolution, LayerOutcome> outcomes = new HashMap<>();

  GivenGoals(Function<Node.Convolution, LayerGoal> goals) {
    this.goals = goals;
  }

  @Override
  public LayerGoal goal(Node.Convolution conv, LayerMoments moments) {
    return goals.apply(conv);
  }

  @Override
  public void done(Node.Convolution conv, LayerOutcome outcome) {
    outcomes.put(conv, outcome);
  }

  /** The outcomes of the layers. */
  Map<Node.Convolution, LayerOutcome> outcomes() {
    return outcomes;
  }
}
