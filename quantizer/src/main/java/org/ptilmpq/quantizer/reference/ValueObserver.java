package org.ptilmpq.quantizer.reference;

import org.ptilmpq.quantizer.graph.Value;

/** Sees each value of a graph as it is computed for one picture, the input first. */
@FunctionalInterface
public interface ValueObserver {

  /** An observer that ignores everything. */
  ValueObserver NONE = (_, _) -> {};

  /**
   * Called from the thread that runs the picture.
   *
   * @param elements height × width × channels; reused after the call, not to be kept or changed
   */
  void observe(Value value, float[] elements);
}
