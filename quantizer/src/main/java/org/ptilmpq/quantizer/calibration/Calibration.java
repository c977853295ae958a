package org.ptilmpq.quantizer.calibration;

import java.util.List;
import java.util.Map;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;

/**
 * What the float network does on calibration pictures.
 *
 * @param histograms of every value
 * @param inputs moments of every value that a convolution reads
 * @param layers of every convolution
 * @param pixels the pictures that were read, in the bytes of the network's input
 * @param pictures how many files were read
 * @param unreadable those that could not be read, and why
 */
public record Calibration(
    Map<Value, ValueHistogram> histograms,
    Map<Value, ChannelMoments> inputs,
    Map<Node.Convolution, Layer> layers,
    List<byte[]> pixels,
    int pictures,
    List<String> unreadable) {

  /**
   * Statistics of one convolution.
   *
   * @param outputs its result before residual and clamp
   * @param sums the result with the residual, before the clamp
   */
  public record Layer(ChannelMoments outputs, ChannelMoments sums) {}

  /** The same with the first of the pictures alone; statistics stay those of all. */
  public Calibration first(int count) {
    return new Calibration(
        histograms,
        inputs,
        layers,
        pixels.subList(0, Math.min(count, pixels.size())),
        Math.min(count, pictures),
        unreadable);
  }
}
