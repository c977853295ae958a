package org.ptilmpq.quantizer.report;

import java.util.Arrays;
import java.util.List;

/**
 * Bits of a layer's output channels, in the network's order of channels.
 *
 * @param disk mean bits per weight on disk
 * @param kernel dense width, 0…8
 */
public record ChannelBits(List<Double> disk, List<Integer> kernel) {

  /**
   * @throws IllegalArgumentException when the lists differ in length
   */
  public ChannelBits {
    disk = List.copyOf(disk);
    kernel = List.copyOf(kernel);
    if (disk.size() != kernel.size()) {
      throw new IllegalArgumentException(
          "bits on disk of " + disk.size() + " channels, widths in the kernel of " + kernel.size());
    }
  }

  public static ChannelBits of(double[] disk, int[] kernel) {
    return new ChannelBits(Arrays.stream(disk).boxed().toList(), Arrays.stream(kernel).boxed().toList());
  }

  /** Number of channels. */
  public int count() {
    return disk.size();
  }
}
