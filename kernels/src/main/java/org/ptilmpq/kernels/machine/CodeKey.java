package org.ptilmpq.kernels.machine;

import java.util.Arrays;
import java.util.List;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TensorView;

/**
 * The key of functions for the same computation: what is computed, and every number that their code depends on. Not a
 * record of records, since the virtual machine puts their equality together on first use: a cold process would wait for
 * that.
 */
final class CodeKey {

  private final String kind;
  private int[] numbers = new int[32];
  private int count;

  CodeKey(String kind) {
    this.kind = kind;
  }

  CodeKey and(int number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = number;
    return this;
  }

  CodeKey and(boolean flag) {
    return and(flag ? 1 : 0);
  }

  CodeKey and(List<Integer> others) {
    and(others.size());
    for (int other : others) {
      and(other);
    }
    return this;
  }

  /** Adds the size of a tensor; its place is in the {@link Context}. */
  CodeKey and(TensorView view) {
    return and(view.height()).and(view.width()).and(view.channels());
  }

  CodeKey and(KernelSpec.Window w) {
    return and(w.kernelHeight()).and(w.kernelWidth())
        .and(w.strideY()).and(w.strideX())
        .and(w.dilationY()).and(w.dilationX())
        .and(w.padTop()).and(w.padLeft());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodeKey key
        && kind.equals(key.kind)
        && Arrays.equals(numbers, 0, count, key.numbers, 0, key.count);
  }

  @Override
  public int hashCode() {
    int hash = kind.hashCode();
    for (int i = 0; i < count; i++) {
      hash = 31 * hash + numbers[i];
    }
    return hash;
  }
}
