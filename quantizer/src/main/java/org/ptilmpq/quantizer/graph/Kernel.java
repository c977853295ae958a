package org.ptilmpq.quantizer.graph;

/**
 * The weights of a convolution: {@code values[((out · inputs + in) · height + y) · width + x]}, the order of ONNX.
 *
 * @param outputs output channels
 * @param inputs input channels that one output channel sees: input channels / groups
 * @param height rows of the window
 * @param width columns of the window
 * @param values outputs × inputs × height × width, not to be changed
 */
public record Kernel(int outputs, int inputs, int height, int width, float[] values) {

  public Kernel {
    int expected =
        Math.multiplyExact(Math.multiplyExact(outputs, inputs), Math.multiplyExact(height, width));
    if (values.length != expected) {
      throw new IllegalArgumentException(
          values.length + " weights for " + outputs + "×" + inputs + "×" + height + "×" + width);
    }
  }

  /** A kernel of weights in the order of {@link #channelsLast}. */
  public static Kernel ofChannelsLast(int outputs, int inputs, int height, int width, float[] last) {
    float[] values = new float[last.length];
    int positions = height * width;
    for (int i = 0; i < last.length; i++) {
      int in = i % inputs;
      int position = i / inputs % positions;
      int out = i / inputs / positions;
      values[(out * inputs + in) * positions + position] = last[i];
    }
    return new Kernel(outputs, inputs, height, width, values);
  }

  /** Number of weights of one output channel. */
  public int weightsPerOutput() {
    return inputs * height * width;
  }

  /**
   * The weights with input channels innermost, {@code [((out · height + y) · width + x) · inputs + in]}: the order in
   * which the elements of a window lie in an activation, and the order of the {@code .pq} file.
   */
  public float[] channelsLast() {
    float[] last = new float[values.length];
    int positions = height * width;
    for (int out = 0; out < outputs; out++) {
      int base = out * weightsPerOutput();
      for (int in = 0; in < inputs; in++) {
        for (int position = 0; position < positions; position++) {
          last[base + position * inputs + in] = values[base + in * positions + position];
        }
      }
    }
    return last;
  }
}
