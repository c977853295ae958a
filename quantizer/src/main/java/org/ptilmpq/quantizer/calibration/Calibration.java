package org.ptilmpq.quantizer.calibration;

import java.util.List;
import java.util.Map;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * Statistics of the float network on calibration pictures.
 *
 * @param histograms of every value
 * @param inputs moments of every value that a convolution reads
 * @param layers of every convolution
 * @param pixels the pictures that were read and then parts of them, in the bytes of the network's input
 * @param validation how many of them, the first ones, are not to be learned from
 * @param pictures how many files were read
 * @param unreadable those that could not be read, and why
 */
public record Calibration(
    Map<Value, ValueHistogram> histograms,
    Map<Value, ChannelMoments> inputs,
    Map<Node.Convolution, Layer> layers,
    List<byte[]> pixels,
    int validation,
    int pictures,
    List<String> unreadable) {

  /** Where there are validation pictures at all, one picture in this many is. */
  public static final int VALIDATION_OF = 8;

  /**
   * Statistics of one convolution.
   *
   * @param outputs its result before residual and clamp
   * @param sums the result with the residual, before the clamp
   */
  public record Layer(ChannelMoments outputs, ChannelMoments sums) {}

  /** Returns this calibration of only some pictures, an eighth for validation; statistics stay those of all. */
  public Calibration some(int count) {
    int some = Math.min(count, pixels.size());
    int validating = Math.min(validation, some / VALIDATION_OF);
    int from = Math.min(validation - validating, pixels.size() - some);
    return new Calibration(
        histograms,
        inputs,
        layers,
        pixels.subList(from, from + some),
        validation - from,
        Math.min(some, pictures),
        unreadable);
  }
}
