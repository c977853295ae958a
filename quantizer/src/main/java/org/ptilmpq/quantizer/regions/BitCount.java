package org.ptilmpq.quantizer.regions;

import org.ptilmpq.quantizer.graph.Node;

/**
 * What a network's weights take, in both ways of counting: as the paper does, whose 9.5 MB for ResNet-50 are its
 * weights at b bits each and nothing else (no scales, biases, region flags; decimal megabytes), and the bits of the
 * codes as stored, where the flag takes one more. Neither is the length of the file.
 *
 * @param weights how many
 * @param paperBits Σ weights · b
 * @param storedBits Σ weights · width of their codes
 * @param bitOperations BOPs of one picture: Σ multiply-accumulates · b · bits of an activation
 */
public record BitCount(long weights, long paperBits, long storedBits, double bitOperations) {

  /** Nothing counted. */
  public static final BitCount NONE = new BitCount(0, 0, 0, 0);

  /** The count with a layer more; {@code activationBits} are those of its inputs. */
  public BitCount plus(Node.Convolution conv, RegionLayer layer, int activationBits) {
    long perChannel = conv.kernel().weightsPerOutput();
    long positions = (long) conv.output().shape().height() * conv.output().shape().width();
    long bits = layer.channels().stream().mapToLong(QuantizedChannel::bits).sum();
    long widths = layer.channels().stream().mapToLong(QuantizedChannel::width).sum();
    return new BitCount(
        weights + conv.kernel().values().length,
        paperBits + perChannel * bits,
        storedBits + perChannel * widths,
        bitOperations + (double) perChannel * positions * bits * activationBits);
  }

  /** Bytes of the weights as the paper counts them. */
  public double paperBytes() {
    return paperBits / 8.0;
  }

  /** Bytes of the codes with region flags. */
  public double storedBytes() {
    return storedBits / 8.0;
  }

  /** Average b over all weights; 0 when there are none. */
  public double bitsPerWeight() {
    return weights == 0 ? 0 : (double) paperBits / weights;
  }
}
