package org.ptilmpq.quantizer.emit;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.ptilmpq.format.PackedCodes;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.rounding.ChannelCode;
import org.ptilmpq.quantizer.rounding.RoundedLayer;

/** Makes the weights of the file, in packed order, from a layer's codes in the network's order. */
public final class WeightPacker {

  private WeightPacker() {}

  /**
   * Packs a layer.
   *
   * @param scales real value of one level, for each output channel
   * @param biases of each output channel
   */
  public static Weights pack(Node.Convolution conv, RoundedLayer rounded, float[] scales, float[] biases) {
    PackedOrder order = PackedOrder.of(rounded.channels(), conv.outputParts());
    int channels = scales.length;
    short[][] codes = new short[channels][];
    float[] packedScales = new float[channels];
    float[] packedBiases = new float[channels];
    for (int position = 0; position < channels; position++) {
      int channel = order.channels()[position];
      codes[position] = rounded.codes()[channel];
      packedScales[position] = scales[channel];
      packedBiases[position] = biases[channel];
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
    int inputs = conv.kernel().weightsPerOutput();
    PackedOrder order = PackedOrder.of(Collections.nCopies(channels, ChannelCode.NONE), conv.outputParts());
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    PackedCodes packed = PackedCodes.pack(order.groups(), inputs, new short[channels][]);
    return new Weights(
        inputs, order.groups(), order.stored(), ones, new float[channels], packed.codes(), packed.tails());
  }
}
