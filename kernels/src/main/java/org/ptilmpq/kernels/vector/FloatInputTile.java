package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;

/** Rows of floats in the scratch. */
final class FloatInputTile extends InputTile {

  FloatInputTile(KernelSpec.Convolution spec) {
    super(spec);
  }

  @Override
  void fill(Scratch rows, int from, int to, int value) {
    Arrays.fill(rows.floats(), from, to, value);
  }

  @Override
  void widen(byte[] arena, int from, int count, Scratch rows, int to) {
    widen(arena, from, count, rows.floats(), to);
  }

  /**
   * Bytes to floats, a vector at a time, also where that is more than asked for. Each vector is loaded with as many bytes as
   * it takes: taking parts of a wider one, the JIT gave up now and then and made an object of every vector.
   */
  static void widen(byte[] bytes, int from, int count, float[] numbers, int to) {
    int i = 0;
    for (; i < count && from + i + Lanes.QUARTER_BYTE.length() <= bytes.length; i += Lanes.WORDS) {
      ((FloatVector) ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, from + i).castShape(Lanes.FLOAT, 0)).intoArray(numbers, to + i);
    }
    for (; i < count; i++) {
      numbers[to + i] = bytes[from + i];
    }
  }
}
