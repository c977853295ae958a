package org.ptilmpq.quantizer.reference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Arrays that one run after the other uses, so that running many pictures doesn't make garbage. One thread at a time.
 */
final class Workspace {

  private final Map<Integer, Deque<float[]>> free = new HashMap<>();

  /** An array of exactly this length with anything in it. */
  float[] take(int length) {
    float[] array = free.computeIfAbsent(length, _ -> new ArrayDeque<>()).poll();
    return array != null ? array : new float[length];
  }

  /** Gives back an array that {@link #take} gave. */
  void giveBack(float[] array) {
    free.get(array.length).push(array);
  }
}
