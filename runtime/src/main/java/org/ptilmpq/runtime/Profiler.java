package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Adds up how long each step took. Two additions and one reading of the clock per step: cheap enough to leave on. */
final class Profiler {

  private final long[] nanos;
  private long runs;

  Profiler(int steps) {
    nanos = new long[steps];
  }

  void add(int step, long stepNanos) {
    nanos[step] += stepNanos;
  }

  void endRun() {
    runs++;
  }

  void reset() {
    Arrays.fill(nanos, 0);
    runs = 0;
  }

  /** Returns the measured times, with what is known of each layer. */
  List<LayerProfile> layers(ExecutionPlan plan) {
    List<LayerProfile> profiles = new ArrayList<>(nanos.length);
    for (int i = 0; i < nanos.length; i++) {
      Step step = plan.step(i);
      Layer layer = step.layer();
      profiles.add(
          new LayerProfile(
              layer.name(),
              layer.kind(),
              layer.shape(),
              step.kernel().method(),
              step instanceof Step.Shared,
              layer.macs(),
              layer.averageBits(),
              layer.weightBytes(),
              layer.activationBytes(),
              runs,
              nanos[i]));
    }
    return List.copyOf(profiles);
  }
}
