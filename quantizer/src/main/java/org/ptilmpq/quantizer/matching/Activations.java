package org.ptilmpq.quantizer.matching;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.graph.Value;

/**
 * The results of the quantized network so far for every picture, in bytes: a quarter of what floats take, and exactly
 * what the next layer will read.
 */
final class Activations {

  private final Map<Value, ActivationGrid> grids;
  private final Value input;
  private final List<byte[]> inputs;
  private final Map<Value, byte[][]> stored;

  /**
   * @param input the network's
   * @param inputs of every picture; requested whenever they are read, and not kept
   */
  Activations(Map<Value, ActivationGrid> grids, Value input, List<byte[]> inputs) {
    this(grids, input, inputs, new HashMap<>());
  }

  private Activations(
      Map<Value, ActivationGrid> grids, Value input, List<byte[]> inputs, Map<Value, byte[][]> stored) {
    this.grids = grids;
    this.input = input;
    this.inputs = inputs;
    this.stored = stored;
  }

  /** Returns a copy of this state, independent from here on; the bytes are shared, as they never change. */
  Activations copy() {
    Map<Value, byte[][]> copies = new HashMap<>();
    stored.forEach((value, bytes) -> copies.put(value, bytes.clone()));
    return new Activations(grids, input, inputs, copies);
  }

  int pictures() {
    return inputs.size();
  }

  /** Makes room for a value of all pictures; called before the first of them is stored. */
  void open(Value value) {
    stored.put(value, new byte[inputs.size()][]);
  }

  /** Stores a value of one picture, rounded to the value's grid. */
  void store(Value value, int picture, float[] real) {
    ActivationGrid grid = grids.get(value);
    byte[] bytes = new byte[real.length];
    for (int i = 0; i < real.length; i++) {
      bytes[i] = grid.quantize(real[i]);
    }
    stored.get(value)[picture] = bytes;
  }

  /** Returns the real numbers that a value's bytes stand for. */
  float[] real(Value value, int picture) {
    return grids.get(value).real(value.equals(input) ? inputs.get(picture) : stored.get(value)[picture]);
  }

  /** Forgets one picture of a value that nothing reads any more. */
  void close(Value value, int picture) {
    if (!value.equals(input)) {
      stored.get(value)[picture] = null;
    }
  }
}
