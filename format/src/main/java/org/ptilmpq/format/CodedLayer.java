package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ptilmpq.format.entropy.LevelContexts;
import org.ptilmpq.format.entropy.RansDecoder;

/**
 * A layer of a compressed file whose levels are coded with tables, for a {@link TableDecoder}; docs/format.md says what
 * it all means.
 *
 * @param inputs weights of one output channel
 * @param inputChannels that one output channel sees
 * @param kernelWidth taps of a row of the kernel
 * @param blocks in their order, those of width 0 left out
 * @param logMean logarithm of the layer's mean magnitude
 * @param mean what that is the logarithm of
 * @param firstOctave the octave of magnitudes that contexts begin with
 * @param slots [table · 4096 + slot]: frequency − 1 in the upper 12 bits, offset in the interval in 12 more, and the
 *     level in the lowest 8, −128 for an escape
 * @param tableOf the table of each context
 * @param streams hold the layer's from an offset on: states, words, escapes
 * @param offset of the layer's, all of which is there
 * @param words of the stream
 * @param escapes of the stream
 * @param codes native memory for the codes, filled with zeros, of the length that the groups make
 * @param tails the same for the tails, of the length that the file says
 */
public record CodedLayer(
    int inputs,
    int inputChannels,
    int kernelWidth,
    List<Block> blocks,
    int logMean,
    int mean,
    int firstOctave,
    int[] slots,
    byte[] tableOf,
    byte[] streams,
    int offset,
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

  static CodedLayer of(
      LayerShape shape, LayerHead head, byte[] streams, int offset, MemorySegment codes, MemorySegment tails) {
    List<Block> blocks =
        shape.blocks().stream()
            .map(b -> new Block(b.channels(), b.group().width(), TailPacking.hasTails(b.group())))
            .toList();
    return new CodedLayer(
        shape.inputs(),
        shape.inputChannels(),
        shape.kernelWidth(),
        blocks,
        head.logMean(),
        LevelContexts.mean(head.logMean()),
        RansDecoder.firstOctave(head.logMean()),
        RansDecoder.slots(head.tables()),
        head.tables().tableOf(),
        streams,
        offset,
        head.words(),
        head.escapes(),
        codes,
        tails);
  }
}
