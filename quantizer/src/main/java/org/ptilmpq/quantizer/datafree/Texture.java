package org.ptilmpq.quantizer.datafree;

import java.util.random.RandomGenerator;

/**
 * A square field of noise with equal energy in each octave, as surfaces in photographs have (power falls with the
 * square of the spatial frequency; Field 1987), mean 0 and variance about 1. It repeats on all sides.
 */
final class Texture {

  private static final int FINEST_CELL = 2;
  private static final int OCTAVES = 5;

  private final int side;
  private final float[] values;

  /**
   * @param size minimum size of the field, which is rounded up to a multiple of the coarsest cell
   */
  Texture(int size, RandomGenerator random) {
    int coarsest = FINEST_CELL << OCTAVES - 1;
    side = Math.ceilDiv(size, coarsest) * coarsest;
    values = new float[side * side];
    for (int octave = 0; octave < OCTAVES; octave++) {
      add(FINEST_CELL << octave, random);
    }
  }

  /** The field at any place. */
  float at(int y, int x) {
    return values[Math.floorMod(y, side) * side + Math.floorMod(x, side)];
  }

  /** Adds noise whose lattice has one random value every {@code cell} pixels, smoothly interpolated. */
  private void add(int cell, RandomGenerator random) {
    int cells = side / cell;
    float[] lattice = new float[cells * cells];
    float amplitude = (float) (1.35 / Math.sqrt(OCTAVES)); // Interpolation takes nearly half of the variance away.
    for (int i = 0; i < lattice.length; i++) {
      lattice[i] = (float) (amplitude * random.nextGaussian());
    }
    for (int y = 0; y < side; y++) {
      int above = y / cell * cells;
      int below = (y / cell + 1) % cells * cells;
      float down = smooth((y % cell + 0.5f) / cell);
      for (int x = 0; x < side; x++) {
        int left = x / cell;
        int right = (left + 1) % cells;
        float across = smooth((x % cell + 0.5f) / cell);
        float top = lattice[above + left] + across * (lattice[above + right] - lattice[above + left]);
        float bottom = lattice[below + left] + across * (lattice[below + right] - lattice[below + left]);
        values[y * side + x] += top + down * (bottom - top);
      }
    }
  }

  private static float smooth(float t) {
    return t * t * (3 - 2 * t);
  }
}
