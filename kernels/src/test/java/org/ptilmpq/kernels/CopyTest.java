package org.ptilmpq.kernels;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.KernelSpec.Padding;
import org.ptilmpq.kernels.KernelSpec.Slice;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.testkit.Seeds;

/** Slices and padding against the definition. */
class CopyTest {

  @Test
  void slices() {
    RandomGenerator random = Seeds.random("slices", 60);
    for (int i = 0; i < 200; i++) {
      ArenaLayout layout = new ArenaLayout(random);
      TensorView input = layout.place(random.nextInt(1, 12), random.nextInt(1, 12), random.nextInt(1, 70), 0.1f, 3);
      int startY = random.nextInt(input.height());
      int startX = random.nextInt(input.width());
      // Whole pixels are copied in another way than parts of them.
      boolean allChannels = random.nextInt(3) == 0;
      int startC = allChannels ? 0 : random.nextInt(input.channels());
      int strideY = random.nextInt(1, 4);
      int strideX = random.nextInt(1, 4);
      int strideC = allChannels ? 1 : random.nextInt(1, 3);
      TensorView output =
          layout.place(
              1 + random.nextInt(Math.ceilDiv(input.height() - startY, strideY)),
              1 + random.nextInt(Math.ceilDiv(input.width() - startX, strideX)),
              allChannels ? input.channels() : 1 + random.nextInt(Math.ceilDiv(input.channels() - startC, strideC)),
              0.1f,
              3);
      byte[] arena = layout.arena();
      byte[] expected = arena.clone();
      for (int y = 0; y < output.height(); y++) {
        for (int x = 0; x < output.width(); x++) {
          for (int c = 0; c < output.channels(); c++) {
            expected[index(output, y, x, c)] =
                arena[index(input, startY + y * strideY, startX + x * strideX, startC + c * strideC)];
          }
        }
      }
      Slice spec = new Slice(input, output, startY, startX, startC, strideY, strideX, strideC);
      check(KernelCase.of(spec, arena, expected, spec), random);
    }
  }

  @Test
  void padding() {
    RandomGenerator random = Seeds.random("padding", 61);
    for (int i = 0; i < 200; i++) {
      ArenaLayout layout = new ArenaLayout(random);
      int zero = random.nextInt(-128, 128);
      TensorView input = layout.place(random.nextInt(1, 7), random.nextInt(1, 7), random.nextInt(1, 70), 0.1f, zero);
      int top = random.nextInt(3);
      int left = random.nextInt(3);
      int front = random.nextInt(3) * random.nextInt(9);
      TensorView output =
          layout.place(
              input.height() + top + random.nextInt(3),
              input.width() + left + random.nextInt(3),
              input.channels() + front + random.nextInt(3) * random.nextInt(9),
              0.1f,
              zero);
      byte[] arena = layout.arena();
      byte[] expected = arena.clone();
      for (int y = 0; y < output.height(); y++) {
        for (int x = 0; x < output.width(); x++) {
          for (int c = 0; c < output.channels(); c++) {
            boolean inside =
                y >= top
                    && y < top + input.height()
                    && x >= left
                    && x < left + input.width()
                    && c >= front
                    && c < front + input.channels();
            expected[index(output, y, x, c)] =
                inside ? arena[index(input, y - top, x - left, c - front)] : (byte) zero;
          }
        }
      }
      Padding spec = new Padding(input, output, top, left, front);
      check(KernelCase.of(spec, arena, expected, spec), random);
    }
  }

  private static void check(KernelCase test, RandomGenerator random) {
    KernelTester.check(test, random);
    KernelTester.check(test, List.of(new NativeCopies()), random);
  }

  /** The copies alone, in the memory of machine code. */
  private static final class NativeCopies implements KernelSet {

    private final KernelSet kernels = new ScalarKernels();

    @Override
    public String name() {
      return "copies in native memory";
    }

    @Override
    public boolean usesNativeMemory() {
      return true;
    }

    @Override
    public ScratchSize scratch(KernelSpec spec) {
      return kernels.scratch(spec);
    }

    @Override
    public Kernel prepare(KernelSpec spec) {
      return kernels.prepare(spec);
    }
  }

  private static int index(TensorView view, int y, int x, int c) {
    return view.offset() + (y * view.width() + x) * view.channels() + c;
  }
}
