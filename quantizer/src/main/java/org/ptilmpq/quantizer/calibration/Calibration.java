package org.ptilmpq.quantizer.calibration;

import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.runtime.image.PictureException;

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

  /**
   * Calibration inputs in the bytes that the network reads. Whole pictures are in memory; parts of them, of which there
   * may be several times as many, are made of their files each time they are requested.
   */
  static final class InputBytes extends AbstractList<byte[]> implements RandomAccess {

    private final List<byte[]> whole;
    private final InputSource source;
    private final int[] parts;

    /**
     * @param whole pictures
     * @param source of the parts
     * @param parts their indices in the source; the files were readable a moment ago
     */
    InputBytes(List<byte[]> whole, InputSource source, int[] parts) {
      this.whole = List.copyOf(whole);
      this.source = source;
      this.parts = parts.clone();
    }

    /**
     * Returns the bytes of one input, which are not to be changed.
     *
     * @throws UncheckedIOException when the file of a part can't be read any more
     */
    @Override
    public byte[] get(int index) {
      if (index < whole.size()) {
        return whole.get(index);
      }
      try {
        return source.read(parts[index - whole.size()]).bytes();
      } catch (PictureException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public int size() {
      return whole.size() + parts.length;
    }
  }
}
