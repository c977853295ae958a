package org.ptilmpq.quantizer.reference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/** Arrays that are reused from run to run, so that running many pictures makes no garbage. For one thread at a time. */
final class Workspace {

  private final Map<Integer, Deque<float[]>> free = new HashMap<>();

  /** Returns an array of exactly this length with arbitrary contents. */
  float[] take(int length) {
    float[] array = free.computeIfAbsent(length, _ -> new ArrayDeque<>()).poll();
    return array != null ? array : new float[length];
  }

  /** Gives back an array from {@link #take}. */
  void giveBack(float[] array) {
    free.get(array.length).push(array);
  }
}
