package org.ptilmpq.kernels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ptilmpq.kernels.machine.MachineKernels;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.kernels.vector.VectorKernels;
import org.ptilmpq.kernels.vector.VectorKernels.Products;

/**
 * Runs a case on the scalar kernels, on the set that this virtual machine chooses and on its other instruction sets
 * or products, and compares the whole arena and all scores with the true ones, to the bit: at once, and cut into
 * units that run in random order. {@link TestMemory} says what the kernels work in.
 */
final class KernelTester {

  private static final List<KernelSet> SETS = sets();

  private KernelTester() {}

  /**
   * The sets to check: all machine code that this machine can run, and with vectors also the product that isn't chosen.
   */
  private static List<KernelSet> sets() {
    KernelSet chosen = KernelProvider.choose().kernels();
    List<KernelSet> sets = new ArrayList<>(List.of(new ScalarKernels()));
    if (chosen instanceof MachineKernels) {
      sets.addAll(KernelProvider.machineCode());
    } else if (chosen instanceof VectorKernels) {
      sets.addAll(List.of(chosen, new VectorKernels(Products.LOOK_UP)));
    }
    return List.copyOf(sets);
  }

  static void check(KernelCase test, RandomGenerator random) {
    check(test, SETS, random);
  }

  /** Checks a case on these kernels alone. */
  static void check(KernelCase test, List<KernelSet> sets, RandomGenerator random) {
    for (KernelSet set : sets) {
      try {
        check(test, set, random);
      } catch (AssertionError | RuntimeException e) {
        String what = set.name() + ", " + method(set, test);
        throw new AssertionError(what + ", fails on " + test.description() + ": " + e, e);
      }
    }
  }

  private static String method(KernelSet set, KernelCase test) {
    try (Kernel kernel = set.prepare(test.spec())) {
      return kernel.method();
    }
  }

  private static void check(KernelCase test, KernelSet set, RandomGenerator random) {
    try (TestMemory memory = new TestMemory(set, test.arena(), test.scores(), TestMemory.Edge.END);
        Kernel kernel = set.prepare(memory.guarded(test.spec()))) {
      kernel.run(memory.tensors(), 0, kernel.units(), memory.scratch(test.spec()));
      compare(test, memory, "in one go");
    }
    try (TestMemory memory = new TestMemory(set, test.arena(), test.scores(), TestMemory.Edge.START);
        Kernel kernel = set.prepare(memory.guarded(test.spec()))) {
      List<Scratch> scratch = List.of(memory.scratch(test.spec()), memory.scratch(test.spec()));
      runInPieces(kernel, memory.tensors(), scratch, random);
      compare(test, memory, "in pieces");
    }
  }

  /** Units in ranges of random lengths, the ranges in random order, each with the scratch of a random thread. */
  private static void runInPieces(Kernel kernel, TensorMemory tensors, List<Scratch> scratch, RandomGenerator random) {
    int units = kernel.units();
    int longest = random.nextInt(1, units + 1);
    int[][] ranges = new int[units][];
    int count = 0;
    for (int first = 0; first < units; ) {
      int end = Math.min(units, first + random.nextInt(1, longest + 1));
      int other = random.nextInt(count + 1);
      ranges[count++] = ranges[other];
      ranges[other] = new int[] {first, end};
      first = end;
    }
    for (int[] range : Arrays.copyOf(ranges, count)) {
      kernel.run(tensors, range[0], range[1], scratch.get(random.nextInt(scratch.size())));
    }
  }

  private static void compare(KernelCase test, TestMemory memory, String how) {
    memory.checkSlack();
    byte[] arena = memory.arena();
    float[] scores = memory.scores();
    int at = Arrays.mismatch(arena, test.expectedArena());
    if (at >= 0) {
      throw new AssertionError(
          "%s, byte %d of the arena is %d, should be %d (was %d); %d of %d differ"
              .formatted(
                  how,
                  at,
                  arena[at],
                  test.expectedArena()[at],
                  test.arena()[at],
                  differences(test, arena),
                  arena.length));
    }
    int score = Arrays.mismatch(scores, test.expectedScores());
    if (score >= 0) {
      throw new AssertionError(
          "%s, score %d is %a, should be %a".formatted(how, score, scores[score], test.expectedScores()[score]));
    }
  }

  private static int differences(KernelCase test, byte[] arena) {
    int count = 0;
    for (int i = 0; i < arena.length; i++) {
      count += arena[i] == test.expectedArena()[i] ? 0 : 1;
    }
    return count;
  }
}
