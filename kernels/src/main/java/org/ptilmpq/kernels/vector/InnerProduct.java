package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.Scratch;

/**
 * How {@link GemmConvolution} multiplies: an exact product of rows of inputs with blocks of channels, a tile of inputs at a
 * time. The integers of the scratch hold the sums, its other arrays are the product's own between {@link #gather} or
 * {@link #unpack} and the last {@link #multiply} with it.
 */
interface InnerProduct {

  /** For the profiler. */
  String method();

  /** Inputs of a tile. */
  int tile();

  /**
   * Gathers inputs {@code k0} up to {@code k1} of some output pixels.
   *
   * @param group which part of a grouped convolution's input channels
   */
  void gather(byte[] arena, int pixel, int pixels, int group, int k0, int k1, Scratch scratch);

  /**
   * Unpacks a block's levels of some inputs.
   *
   * @param block number of a block whose width isn't 0
   * @param panel where they go: those of {@code panel} tiles of as many inputs come before
   */
  void unpack(int block, int k0, int k1, Scratch scratch, int panel);

  /**
   * Multiplies the inputs gathered with a block's levels of the same inputs.
   *
   * @param panel where these are
   * @param at where the block's sums of the first pixel are; those of the next ones follow at {@code stride}
   */
  void multiply(int block, int pixels, int k0, int k1, Scratch scratch, int panel, int at, int stride);
}
