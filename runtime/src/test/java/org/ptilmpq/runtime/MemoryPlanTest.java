package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.runtime.MemoryPlan.Placement;
import org.ptilmpq.testkit.Seeds;

/** No two tensors that are needed at the same time share a byte, except where an operation may write over its input. */
class MemoryPlanTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void liveTensorsNeverOverlap(int seed) {
    PqModel model = RandomNetwork.of(Seeds.random("MemoryPlanTest", seed), 5 + 15 * seed);
    MemoryPlan plan = MemoryPlan.of(model);
    for (int step = 0; step < model.operations().size(); step++) {
      Operation operation = model.operations().get(step);
      List<Integer> live = liveAt(model, step);
      for (int a : live) {
        for (int b : live) {
          boolean mayOverlap = a == b || isAllowedInPlace(model, operation, step, a, b);
          assertThat(mayOverlap || !overlap(plan, model, a, b))
              .as("seed %d, step %d %s: tensors %d and %d", seed, step, operation.name(), a, b)
              .isTrue();
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void arenaHoldsAllPlacesAndIsNeverBelowTheBound(int seed) {
    MemoryPlan plan = MemoryPlan.of(RandomNetwork.of(Seeds.random("MemoryPlanTest", seed), 5 + 15 * seed));
    assertThat(plan.placements()).allMatch(p -> p.offset() % MemoryPlan.ALIGNMENT == 0);
    assertThat(plan.placements().stream().mapToLong(Placement::end).max()).hasValue(plan.arenaBytes());
    assertThat(plan.arenaBytes()).isGreaterThanOrEqualTo(plan.lowerBoundBytes());
    long naive = plan.placements().stream().mapToLong(Placement::bytes).sum();
    assertThat(plan.arenaBytes()).isLessThanOrEqualTo(naive);
  }

  @Test
  void plansAreNotFarAboveTheBound() {
    RandomGenerator random = Seeds.random("MemoryPlanTest", 99);
    double excess = 0;
    for (int i = 0; i < 50; i++) {
      MemoryPlan plan = MemoryPlan.of(RandomNetwork.of(random, 60));
      excess += (double) plan.arenaBytes() / plan.lowerBoundBytes() - 1;
    }
    System.out.printf("MemoryPlanTest: arenas are %.2f %% above the bound on average%n", 2 * excess);
    assertThat(excess / 50).isLessThan(0.05);
  }

  @Test
  void manyBuffersThatAllLiveAtOnceArePlannedInReasonableTime() {
    List<Buffer> buffers = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      buffers.add(new Buffer(List.of(i), 64, i, 20_000));
    }
    assertThat(MemoryPlanner.plan(buffers).bytes()).isEqualTo(20_000 * 64);
  }

  @Test
  void drawingShowsEveryPlaceAndItsTensors() {
    PqModel model = RandomNetwork.of(Seeds.random("MemoryPlanTest", 5), 30);
    MemoryPlan plan = MemoryPlan.of(model);
    String drawing = plan.explain();
    assertThat(drawing.lines().filter(line -> line.contains(" steps ") && line.contains("…")))
        .hasSize(plan.placements().size());
    for (Placement placement : plan.placements()) {
      assertThat(drawing).contains(String.join(" → ", placement.tensors()));
    }
  }

  /** Tensors that hold a value that is still needed, or get one, during a step. */
  private static List<Integer> liveAt(PqModel model, int step) {
    List<Integer> live = new ArrayList<>();
    for (int tensor = 0; tensor < model.tensors().size(); tensor++) {
      boolean filled = filledBy(model, tensor) <= step;
      boolean needed = filledBy(model, tensor) == step || lastUse(model, tensor) >= step;
      if (filled && needed && model.tensors().get(tensor).type() == Tensor.Type.INT8) {
        live.add(tensor);
      }
    }
    return live;
  }

  private static boolean isAllowedInPlace(PqModel model, Operation operation, int step, int a, int b) {
    int other = operation.output() == a ? b : a;
    if (operation.output() != a && operation.output() != b || lastUse(model, other) != step) {
      return false;
    }
    return switch (operation) {
      case Operation.Addition o -> o.left() == other || o.right() == other;
      case Operation.Rescale o -> o.input() == other;
      case Operation.Convolution o -> o.residual() == other && o.input() != other;
      default -> false;
    };
  }

  private static boolean overlap(MemoryPlan plan, PqModel model, int a, int b) {
    long from = Math.max(plan.placementOf(a).offset(), plan.placementOf(b).offset());
    long endA = plan.placementOf(a).offset() + model.tensors().get(a).elements();
    long endB = plan.placementOf(b).offset() + model.tensors().get(b).elements();
    return from < Math.min(endA, endB);
  }

  private static int filledBy(PqModel model, int tensor) {
    for (int step = 0; step < model.operations().size(); step++) {
      if (model.operations().get(step).output() == tensor) {
        return step;
      }
    }
    return -1;
  }

  private static int lastUse(PqModel model, int tensor) {
    int last = -1;
    for (int step = 0; step < model.operations().size(); step++) {
      if (model.operations().get(step).inputs().contains(tensor)) {
        last = step;
      }
    }
    return last;
  }
}
