package org.ptilmpq.quantizer.matching;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.graph.Value;

/**
 * What the quantized network has computed so far for every picture, in bytes: a quarter of what floats take, and
 * exactly what the next layer will read.
 */
final class Activations {

  private final Map<Value, ActivationGrid> grids;
  private final int pictures;
  private final Map<Value, byte[][]> stored = new HashMap<>();

  Activations(Map<Value, ActivationGrid> grids, Value input, List<byte[]> inputs) {
    this.grids = grids;
    this.pictures = inputs.size();
    stored.put(input, inputs.toArray(byte[][]::new));
  }

  int pictures() {
    return pictures;
  }

  /** Makes room for a value; called before its pictures are stored. */
  void open(Value value) {
    stored.put(value, new byte[pictures][]);
  }

  /** Stores a value of one picture, rounded to the value's grid, and gives its bytes. */
  byte[] store(Value value, int picture, float[] real) {
    ActivationGrid grid = grids.get(value);
    byte[] bytes = new byte[real.length];
    for (int i = 0; i < real.length; i++) {
      bytes[i] = grid.quantize(real[i]);
    }
    stored.get(value)[picture] = bytes;
    return bytes;
  }

  /** The real numbers that a value's bytes stand for. */
  float[] real(Value value, int picture) {
    ActivationGrid grid = grids.get(value);
    float[] real = new float[1 << Byte.SIZE];
    for (int q = Byte.MIN_VALUE; q <= Byte.MAX_VALUE; q++) {
      real[q - Byte.MIN_VALUE] = grid.real(q);
    }
    byte[] bytes = stored.get(value)[picture];
    float[] values = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      values[i] = real[bytes[i] - Byte.MIN_VALUE];
    }
    return values;
  }

  /** Forgets a value that nothing reads any more. */
  void close(Value value) {
    stored.remove(value);
  }
}
