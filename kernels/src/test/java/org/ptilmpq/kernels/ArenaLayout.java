package org.ptilmpq.kernels;

import java.util.random.RandomGenerator;

/**
 * Places tensors in an arena one after the other with random gaps between them, sometimes none, also after the last
 * one: whatever is read or written beyond a tensor meets a neighbour's bytes, a guard, or the array's end.
 */
final class ArenaLayout {

  private final RandomGenerator random;
  private int end;

  ArenaLayout(RandomGenerator random) {
    this.random = random;
    end = gap();
  }

  TensorView place(int height, int width, int channels, float scale, int zeroPoint) {
    TensorView view = new TensorView(end, height, width, channels, scale, zeroPoint);
    end += view.elements() + gap();
    return view;
  }

  /** The arena, filled with random bytes. */
  byte[] arena() {
    byte[] arena = new byte[end];
    random.nextBytes(arena);
    return arena;
  }

  private int gap() {
    return random.nextBoolean() ? 0 : random.nextInt(1, 80);
  }
}
