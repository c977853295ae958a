package org.ptilmpq.quantizer.reference;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Arrays that are reused from run to run, so that running many pictures makes no garbage. For one thread at a time. */
final class Workspace {

  /** Workspaces of threads that run no picture now. */
  static final class Pool {
    private final Queue<Workspace> idle = new ConcurrentLinkedQueue<>();

    Workspace take() {
      Workspace taken = idle.poll();
      return taken != null ? taken : new Workspace();
    }

    void giveBack(Workspace workspace) {
      idle.add(workspace);
    }
  }

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
