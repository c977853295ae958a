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
    float[] numbers = rows.floats();
    int i = 0;
    for (; i < count && from + i + Lanes.BYTES <= arena.length; i += Lanes.BYTES) {
      ByteVector bytes = ByteVector.fromArray(Lanes.BYTE, arena, from + i);
      ((FloatVector) bytes.castShape(Lanes.FLOAT, 0)).intoArray(numbers, to + i);
      ((FloatVector) bytes.castShape(Lanes.FLOAT, 1)).intoArray(numbers, to + i + Lanes.WORDS);
      ((FloatVector) bytes.castShape(Lanes.FLOAT, 2)).intoArray(numbers, to + i + 2 * Lanes.WORDS);
      ((FloatVector) bytes.castShape(Lanes.FLOAT, 3)).intoArray(numbers, to + i + 3 * Lanes.WORDS);
    }
    for (; i < count; i++) {
      numbers[to + i] = arena[from + i];
    }
  }
}
