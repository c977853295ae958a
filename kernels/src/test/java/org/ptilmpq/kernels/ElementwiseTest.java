package org.ptilmpq.kernels;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.KernelSpec.Addition;
import org.ptilmpq.kernels.KernelSpec.Rescale;
import org.ptilmpq.testkit.Seeds;

/** Addition and rescaling against the definition, to the bit, even where the result takes an operand's place. */
class ElementwiseTest {

  private static final int[][] SIZES = {
    {1, 1, 1}, {1, 1, 15}, {1, 1, 16}, {1, 1, 17}, {2, 1, 31}, {1, 2, 32}, {3, 1, 33}, {1, 3, 63}, {1, 1, 64},
    {2, 2, 65}, {5, 3, 7}, {4, 4, 100}, {7, 9, 13}, {1, 1, 128}, {1, 1, 130}
  };

  @Test
  void addition() {
    RandomGenerator random = Seeds.random("addition", 50);
    for (int[] size : SIZES) {
      for (int place = 0; place < 4; place++) {
        for (Content content : new Content[] {Content.RANDOM, Content.ALIGNED}) {
          checkAddition(random, size, place, content);
        }
      }
    }
  }

  /** The result's place: 0 apart, 1 the left operand's, 2 the right one's, 3 both are one tensor, and the result's. */
  private static void checkAddition(RandomGenerator random, int[] size, int place, Content content) {
    ArenaLayout layout = new ArenaLayout(random);
    TensorView left = view(layout, random, size);
    TensorView right = place == 3 ? left : view(layout, random, size);
    TensorView free = view(layout, random, size);
    TensorView output = place == 0 ? free : moved(free, place == 2 ? right.offset() : left.offset());
    byte[] arena = layout.arena();
    fill(arena, left, content, random);
    fill(arena, right, content, random);
    int low = random.nextBoolean() ? -128 : output.zeroPoint();
    int high = random.nextBoolean() ? 127 : random.nextInt(low, 128);
    Addition spec = new Addition(left, right, output, low, high);

    double a = (double) left.scale() / output.scale();
    double b = (double) right.scale() / output.scale();
    float offset = (float) (output.zeroPoint() - a * left.zeroPoint() - b * right.zeroPoint());
    byte[] expected = arena.clone();
    for (int i = 0; i < output.elements(); i++) {
      int x = arena[left.offset() + i];
      int y = arena[right.offset() + i];
      byte sum = NaiveMath.toByte((float) x * (float) a + (float) y * (float) b + offset, low, high);
      double ideal = a * (x - left.zeroPoint()) + b * (y - right.zeroPoint()) + output.zeroPoint();
      NaiveMath.assertNear(sum, ideal, 512 * (a + b + 1), low, high, spec);
      expected[output.offset() + i] = sum;
    }
    KernelTester.check(KernelCase.of(spec, arena, expected, spec), random);
  }

  @Test
  void rescaling() {
    RandomGenerator random = Seeds.random("rescaling", 51);
    for (int[] size : SIZES) {
      for (boolean inPlace : new boolean[] {false, true}) {
        ArenaLayout layout = new ArenaLayout(random);
        TensorView input = view(layout, random, size);
        TensorView free = view(layout, random, size);
        TensorView output = inPlace ? moved(free, input.offset()) : free;
        byte[] arena = layout.arena();
        int low = random.nextBoolean() ? -128 : output.zeroPoint();
        Rescale spec = new Rescale(input, output, low, 127);
        double ratio = (double) input.scale() / output.scale();
        float offset = (float) (output.zeroPoint() - ratio * input.zeroPoint());
        byte[] expected = arena.clone();
        for (int i = 0; i < output.elements(); i++) {
          int x = arena[input.offset() + i];
          byte result = NaiveMath.toByte((float) x * (float) ratio + offset, low, 127);
          double ideal = ratio * (x - input.zeroPoint()) + output.zeroPoint();
          NaiveMath.assertNear(result, ideal, 512 * (ratio + 1), low, 127, spec);
          expected[output.offset() + i] = result;
        }
        KernelTester.check(KernelCase.of(spec, arena, expected, spec), random);
      }
    }
  }

  /** Half the scales are powers of two, so that many results lie halfway between two bytes. */
  private static TensorView view(ArenaLayout layout, RandomGenerator random, int[] size) {
    float scale = (float) random.nextDouble(0.02, 0.08);
    scale = random.nextBoolean() ? scale : Math.scalb(1f, Math.getExponent(scale));
    return layout.place(size[0], size[1], size[2], scale, random.nextInt(-128, 128));
  }

  private static TensorView moved(TensorView view, int offset) {
    return new TensorView(offset, view.height(), view.width(), view.channels(), view.scale(), view.zeroPoint());
  }

  private static void fill(byte[] arena, TensorView view, Content content, RandomGenerator random) {
    for (int i = 0; i < view.elements(); i++) {
      arena[view.offset() + i] = (byte) content.value(random, Byte.SIZE, i);
    }
  }
}
