package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.Scratch;

/** Rows of 16-bit numbers in the scratch. */
final class ShortInputTile extends InputTile {

  ShortInputTile(KernelSpec.Convolution spec) {
    super(spec);
  }

  @Override
  void fill(Scratch rows, int from, int to, int value) {
    Arrays.fill(rows.shorts(), from, to, (short) value);
  }

  @Override
  void widen(byte[] arena, int from, int count, Scratch rows, int to) {
    widen(arena, from, count, rows.shorts(), to);
  }

  /**
   * Bytes to 16-bit numbers, a vector at a time, also where that is more than asked for. Each vector is loaded with as many bytes as
   * it takes: taking parts of a wider one, the JIT gave up now and then and made an object of every vector.
   */
  static void widen(byte[] bytes, int from, int count, short[] numbers, int to) {
    int i = 0;
    for (; i < count && from + i + Lanes.HALF_BYTE.length() <= bytes.length; i += Lanes.SHORTS) {
      ((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTE, bytes, from + i).castShape(Lanes.SHORT, 0)).intoArray(numbers, to + i);
    }
    for (; i < count; i++) {
      numbers[to + i] = bytes[from + i];
    }
  }
}
