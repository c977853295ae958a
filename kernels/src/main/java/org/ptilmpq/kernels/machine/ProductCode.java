package org.ptilmpq.kernels.machine;

import java.util.List;
import org.ptilmpq.kernels.PackedWeights;

/**
 * The part of a convolution that differs between instruction sets: products of a tile of output pixels with a column of
 * channels, and the unpacking of codes to the order in which products read levels, the <i>panel</i>: for each column,
 * for each step of {@link #stepInputs} inputs, what one load of weights takes.
 *
 * <p>A level is taken as l = low + 256 · high. The panel has the low parts, signed bytes; where high parts aren't 0
 * they are listed by step ({@link Context.Column#HIGHS}), and Σ l·x = (Σ high·x &lt;&lt; 8) + Σ low·x in 32 bits, exact
 * as the whole sum is.
 */
abstract class ProductCode {

  /** Registers of a tile: the strip at its first pixel, the column's levels, its record, the output, the residual. */
  static final int INPUT = 0;

  static final int PANEL = 1;
  static final int COLUMN = 2;
  static final int OUTPUT = 3;
  static final int RESIDUAL = 4;

  /** The emitter that the code is written with. */
  abstract Emitter emitter();

  /** Output pixels of a tile, at most. */
  abstract int mostPixels();

  /** Inputs of a step. */
  abstract int stepInputs();

  /** Whether 128 is to be added to inputs: products of unsigned with signed bytes. */
  boolean flipsSigns() {
    return false;
  }

  /** The start value of a channel's sum, with which products of flipped inputs come out right. */
  final int start(int levelSum) {
    return flipsSigns() ? -128 * levelSum : 0;
  }

  /** Bytes of a column's levels of a step, in the panel and of high parts. */
  final int stepBytes() {
    return stepInputs() * emitter().columnLanes();
  }

  /**
   * Emits the products of a tile: afterwards its sums are in the vectors from 0 on, one column per pixel. Changes the
   * registers 6 to 13.
   *
   * @param pixels where they lie, in bytes from the first one
   */
  abstract void emitTile(ConvolutionShape shape, ConvolutionCode.Traits traits, int[] pixels);

  /** A vector for a column of residuals while there are sums. */
  abstract int spare();

  /** The kind of a block; blocks of one kind are unpacked by the same subroutine. */
  abstract int unpackingKind(PackedWeights.Block block);

  /**
   * Emits the subroutine that unpacks the codes of a block of a kind: {@link Context.Block} in register 0, the panel's
   * address in 1, the {@link Context} in 2. It writes 64 channels, whatever the block has. May change all registers but
   * the frame.
   */
  abstract void emitUnpacking(int kind);

  /**
   * Where the level of an input of a step lies: bytes from the beginning of its column's. The steps of a column are
   * together, so that a column stays in the first-level cache; the inputs of a channel are next to each other.
   *
   * @param lane of the column
   */
  final int panelOffset(int step, int input, int lane) {
    return step * stepBytes() + lane * stepInputs() + input;
  }

  /**
   * The kinds of runs that have code of their own, where sums of products are taken in 16 bits for a while: how many
   * steps such runs have at least, the longest kind first; none where sums have 32 bits at once. {@link
   * Context.Column#RUN} is measured on the levels themselves, by the function that {@link #emitRuns} writes.
   */
  List<Integer> runKinds() {
    return List.of();
  }

  /**
   * Emits the function that finds the longest run of each column and writes it to its record; it takes a kernel
   * function's arguments, of which it needs the context, the blocks and the frame.
   */
  void emitRuns(ConvolutionShape shape) {
    throw new UnsupportedOperationException();
  }

  /**
   * Emits the products of a step alone, on registers: no layer can be faster. Sums are those of {@link #mostPixels}
   * pixels.
   */
  abstract void emitLimit();

  /** The data that the subroutine reads at {@link Context.Block#OWN}: 192 bytes at most. */
  abstract byte[] own(PackedWeights.Block block);
}
