package org.ptilmpq.kernels;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Decodes the levels of compressed layers faster than the format's own decoder; for any number of threads. The memory
 * that it decodes in is kept for the next layers until {@link #close}; the decoder can be used again after that.
 */
public interface LevelDecoder extends AutoCloseable {

  /**
   * Decodes a layer into its codes and tails.
   *
   * @return false where the layer is damaged, or of a kind that this decoder leaves to the format's own, which also
   *     reports the fault. Codes and tails may hold anything then
   */
  boolean decode(CodedLevels levels);

  /**
   * The most native memory that {@link #decode} touches on a thread for a layer that isn't damaged.
   *
   * @param inputs weights of one output channel
   * @param inputChannels that one output channel sees
   * @param streamBytes of the layer
   * @param tailBytes of its tails, decoded
   */
  long scratchBytes(int inputs, int inputChannels, long streamBytes, long tailBytes);

  /** Frees the memory that layers were decoded in; no {@link #decode} may be running. */
  @Override
  default void close() {}

  /**
   * The levels of a layer as a compressed file codes them with tables: a stream of eight interleaved rANS states, in
   * which the levels decoded before choose the table of each level. docs/format.md, "Compressed files", explains it
   * all.
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
  record CodedLevels(
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
}
