package org.ptilmpq.kernels;

/**
 * One computation and its true result.
 *
 * @param arena before
 * @param scores before
 * @param expectedArena after: the same bytes but for the output's
 * @param expectedScores after
 * @param description every parameter and the seed, to repeat a failure
 */
record KernelCase(
    KernelSpec spec, byte[] arena, float[] scores, byte[] expectedArena, float[] expectedScores, Object description) {

  /** Returns a case for kernels that write to the arena alone. */
  static KernelCase of(KernelSpec spec, byte[] arena, byte[] expectedArena, Object description) {
    float[] guard = {Float.NaN, -1, 2};
    return new KernelCase(spec, arena, guard, expectedArena, guard.clone(), description);
  }
}
