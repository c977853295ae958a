package org.ptilmpq.quantizer.rounding;

import org.ptilmpq.format.Grid;

/**
 * How the file holds the codes of a channel.
 *
 * @param width bits of a code, 0…8; of sparse tails, those of the dense part
 * @param grid from codes to levels
 */
public record ChannelCode(int width, Grid grid) {

  /** No codes at all. */
  public static final ChannelCode NONE = new ChannelCode(0, new Grid.Uniform());
}
