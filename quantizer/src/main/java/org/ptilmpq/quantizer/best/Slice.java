package org.ptilmpq.quantizer.best;

/**
 * Output channels of one layer that get one width together: as many as fill vector lanes and bytes, so that nothing is
 * wasted where widths change.
 *
 * @param layer index of the layer
 * @param channels output channels, those with the most need first
 * @param bytesPerBit of the codes, for each bit of width
 * @param least width, 0…8, that the slice may have
 * @param costs what each width from 0 to the greatest allowed one costs the network, in one unit for all slices
 */
public record Slice(int layer, int[] channels, long bytesPerBit, int least, double[] costs) {

  /** The greatest width that the slice may have. */
  public int most() {
    return costs.length - 1;
  }
}
