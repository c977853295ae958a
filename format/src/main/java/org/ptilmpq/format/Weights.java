package org.ptilmpq.format;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The weights of a convolution: integer codes of a bit width for each output channel, and what turns them into reals.
 * Channels are in <i>packed order</i>, sorted into groups of equal width and grid, and so is everything here that has
 * one entry per channel. The real weight of a channel is {@code scale · grid.level(code)}.
 *
 * <p>In a convolution of several groups that isn't depthwise (more than one input channel per group), the channels of
 * convolution group g are the packed positions from g·n/groups to (g+1)·n/groups, and no channel group reaches across.
 *
 * @param inputs weights of one output channel: kernelHeight · kernelWidth · (input channels / groups), input channels
 *     innermost
 * @param groups runs of channels of equal width and grid, in packed order; their channels add up to the output channels
 * @param channelOrder the output channel of each packed position, a permutation; empty for the identity
 * @param scales one per channel, positive and finite
 * @param biases one per channel, real values, finite
 * @param codes the codes in the bit-plane layout of {@link BitPacking}, a slice of the mapped file when read from a
 *     packed one
 * @param tails the part of {@link Grid.SparseTails} levels that the bit planes don't hold, in the layout of
 *     {@link TailPacking}; empty when no group has that grid
 */
public record Weights(
    int inputs,
    List<ChannelGroup> groups,
    int[] channelOrder,
    float[] scales,
    float[] biases,
    MemorySegment codes,
    MemorySegment tails) {

  public Weights {
    groups = List.copyOf(groups);
  }

  /** Number of output channels. */
  public int channels() {
    return scales.length;
  }

  /** The output channel at a packed position. */
  public int outputChannel(int position) {
    return channelOrder.length == 0 ? position : channelOrder[position];
  }

  /** Length of the channel order in a packed file: numbers of 16 bits where they are enough; 0 for the identity. */
  public long orderBytes() {
    return (long) channelOrder.length
        * (channelOrder.length <= ModelLimits.MAX_ORDER16 ? Short.BYTES : Integer.BYTES);
  }

  /** The signed codes, [packed position][input]; for groups with sparse tails, the whole levels. */
  public short[][] unpackedCodes() {
    return PackedCodes.unpack(groups, inputs, codes, tails);
  }
}
