package org.ptilmpq.runtime;

import org.ptilmpq.format.Tensor;

/**
 * The input of a network: height × width × channels bytes, row after row, the channels of a pixel next to each other. A
 * byte q stands for the number scale · (q − zeroPoint), which is a pixel value minus the model's mean, divided by its
 * standard deviation.
 *
 * @param height rows
 * @param width columns
 * @param channels 3: red, green, blue
 * @param scale what one step of a byte is worth, positive
 * @param zeroPoint the byte that stands for 0, −128…127
 */
public record InputInfo(int height, int width, int channels, float scale, int zeroPoint) {

  static InputInfo of(Tensor input) {
    return new InputInfo(input.height(), input.width(), input.channels(), input.scale(), input.zeroPoint());
  }

  /** Length of an input. */
  public int bytes() {
    return height * width * channels;
  }

  /** @throws IllegalArgumentException when an input has another length */
  void requireLengthOf(byte[] values) {
    if (values.length != bytes()) {
      throw new IllegalArgumentException(
          "the input has %d × %d × %d = %d bytes, not %d"
              .formatted(height, width, channels, bytes(), values.length));
    }
  }
}
