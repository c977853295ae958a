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
    short[] numbers = rows.shorts();
    int i = 0;
    for (; i < count && from + i + Lanes.BYTES <= arena.length; i += Lanes.BYTES) {
      ByteVector bytes = ByteVector.fromArray(Lanes.BYTE, arena, from + i);
      ((ShortVector) bytes.castShape(Lanes.SHORT, 0)).intoArray(numbers, to + i);
      ((ShortVector) bytes.castShape(Lanes.SHORT, 1)).intoArray(numbers, to + i + Lanes.SHORTS);
    }
    for (; i < count; i++) {
      numbers[to + i] = arena[from + i];
    }
  }
}
