package org.ptilmpq.quantizer.emit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.PackedCodes;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.rounding.QuantizedLayer;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;

/** Makes the weights of the file, in packed order, from a layer's codes in the network's order. */
public final class WeightPacker {

  private WeightPacker() {}

  /** Returns the weights of a layer. */
  public static Weights pack(Node.Convolution conv, QuantizedLayer layer) {
    PackedOrder order = PackedOrder.of(layer.channels(), conv.outputParts());
    int channels = layer.codes().length;
    short[][] codes = new short[channels][];
    float[] packedScales = new float[channels];
    float[] packedBiases = new float[channels];
    for (int position = 0; position < channels; position++) {
      int channel = order.channels()[position];
      codes[position] = layer.codes()[channel];
      packedScales[position] = layer.scales()[channel];
      packedBiases[position] = layer.biases()[channel];
    }
    int inputs = conv.kernel().weightsPerOutput();
    PackedCodes packed = PackedCodes.pack(order.groups(), inputs, codes);
    return new Weights(
        inputs, order.groups(), order.stored(), packedScales, packedBiases, packed.codes(), packed.tails());
  }

  /** Weights of these widths without codes, to learn how long a packed file would be. */
  public static Weights outline(Node.Convolution conv, List<ChannelCode> codes) {
    PackedOrder order = PackedOrder.of(codes, conv.outputParts());
    float[] ones = new float[codes.size()];
    Arrays.fill(ones, 1);
    return new Weights(
        conv.kernel().weightsPerOutput(),
        order.groups(),
        order.stored(),
        ones,
        ones,
        MemorySegment.NULL,
        MemorySegment.NULL);
  }

  /** Weights without any codes: every channel is the constant 0. */
  public static Weights none(Node.Convolution conv) {
    int channels = conv.kernel().outputs();
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    List<ChannelCode> codes = Collections.nCopies(channels, ChannelCode.NONE);
    return pack(conv, new QuantizedLayer(codes, new short[channels][], ones, new float[channels], 0, 1));
  }

  /**
   * The order of a layer's channels in the file: by width, the widest first, and by grid, within each part of a grouped
   * convolution; channels of one width and grid keep the network's order.
   *
   * @param channels the output channel of each packed position
   * @param groups runs of positions of one width and grid
   */
  record PackedOrder(int[] channels, List<ChannelGroup> groups) {

    /**
     * Sorts channels by the width and grid of their codes.
     *
     * @param codes of the output channels
     * @param parts number of parts of equal size, each sorted by itself
     */
    public static PackedOrder of(List<ChannelCode> codes, int parts) {
      int perPart = codes.size() / parts;
      Comparator<Integer> byPartAndCode =
          Comparator.comparingInt((Integer c) -> c / perPart)
              .thenComparing(Comparator.comparingInt((Integer c) -> codes.get(c).width()).reversed())
              .thenComparing(c -> codes.get(c).grid().toString());
      int[] order = IntStream.range(0, codes.size()).boxed().sorted(byPartAndCode).mapToInt(c -> c).toArray();
      List<ChannelGroup> groups = new ArrayList<>();
      int first = 0;
      for (int position = 1; position <= order.length; position++) {
        ChannelCode code = codes.get(order[first]);
        boolean same =
            position < order.length
                && codes.get(order[position]).equals(code)
                && order[position] / perPart == order[first] / perPart;
        if (!same) {
          groups.add(new ChannelGroup(position - first, code.width(), code.grid()));
          first = position;
        }
      }
      return new PackedOrder(order, groups);
    }

    /** Returns the order as the file stores it: empty when it changes nothing. */
    public int[] stored() {
      for (int position = 0; position < channels.length; position++) {
        if (channels[position] != position) {
          return channels;
        }
      }
      return new int[0];
    }
  }
}
