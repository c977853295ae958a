package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.entropy.LevelContexts;
import org.ptilmpq.format.entropy.RansDecoder;

/**
 * A layer of a compressed file whose levels are coded with tables, for a {@link Decoder}; docs/format.md explains
 * all of it.
 *
 * @param inputs weights of one output channel
 * @param inputChannels that one output channel sees
 * @param kernelWidth taps of a row of the kernel
 * @param blocks in order, without those of width 0
 * @param logMean logarithm of the layer's mean magnitude
 * @param mean the magnitude whose logarithm is {@code logMean}
 * @param firstOctave the octave of magnitudes that contexts begin with
 * @param frequencies of each table, in units of 1/4096: of the levels from −most to most, then of the escape
 * @param tableOf the table of each context
 * @param stream of the layer: states, words, escapes
 * @param words of the stream
 * @param escapes of the stream
 * @param codes native memory for the codes, filled with zeros, of the length that follows from the groups
 * @param tails native memory for the tails, filled with zeros, of the length that the file states
 */
public record CodedLayer(
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
   * @param width of their codes, at least 1
   * @param tails whether levels may be beyond the width, as tails
   */
  public record Block(int channels, int width, boolean tails) {}

  /** @param weights with room for codes and tails */
  static CodedLayer of(LayerShape shape, LayerHead head, MemorySegment stream, Weights weights) {
    List<Block> blocks = new ArrayList<>();
    for (BitPacking.Block block : shape.blocks()) {
      blocks.add(new Block(block.channels(), block.group().width(), TailPacking.hasTails(block.group())));
    }
    return new CodedLayer(
        shape.inputs(),
        shape.inputChannels(),
        shape.kernelWidth(),
        blocks,
        head.logMean(),
        LevelContexts.mean(head.logMean()),
        RansDecoder.firstOctave(head.logMean()),
        head.tables().frequencies(),
        head.tables().tableOf(),
        stream,
        head.words(),
        head.escapes(),
        weights.codes(),
        weights.tails());
  }

  /** Decodes layers that are coded with tables, on any thread, faster than this module's own decoder. */
  public interface Decoder {

    /** No decoder: the module's own decodes all layers. */
    Decoder NONE = layer -> false;

    /**
     * Decodes a layer into its codes and tails.
     *
     * @return false where the layer is damaged, or left to this module's own decoder, which says what is wrong with it;
     *     codes and tails may hold anything then
     */
    boolean decode(CodedLayer layer);
  }
}
