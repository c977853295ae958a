package org.ptilmpq.kernels;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The levels of a layer as a compressed file codes them with tables: a stream of eight interleaved rANS states, in
 * which the levels decoded before choose the table of each level. docs/format.md, "Compressed files", explains it all.
 *
 * @param inputs weights of one output channel
 * @param inputChannels that one output channel sees
 * @param kernelWidth taps of a row of the kernel
 * @param blocks in their order
 * @param logMean logarithm of the layer's mean magnitude
 * @param mean the layer's mean magnitude
 * @param firstOctave the octave of magnitudes that contexts begin with
 * @param frequencies of each table, in units of 1/4096: of the levels from −most to most, then of the escape
 * @param tableOf the table of each of the 64 contexts
 * @param stream of the layer: states, words, escapes
 * @param words of 16 bits
 * @param escapes of 16 bits
 * @param codes native memory filled with zeros, for the bit planes of {@link PackedWeights}
 * @param tails likewise, for the tails
 */
public record CodedLevels(
    int inputs,
    int inputChannels,
    int kernelWidth,
    List<Block> blocks,
    int logMean,
    int mean,
    int firstOctave,
    int[][] frequencies,
    byte[] tableOf,
    MemorySegment stream,
    int words,
    int escapes,
    MemorySegment codes,
    MemorySegment tails) {

  /**
   * Channels that are coded together.
   *
   * @param channels up to 64
   * @param width of their codes
   * @param tails whether levels may exceed the width
   */
  public record Block(int channels, int width, boolean tails) {}

  /** Whether there is one table for all levels, so that nothing has to be expected. */
  public boolean isSingle() {
    return frequencies.length == 1;
  }
}
