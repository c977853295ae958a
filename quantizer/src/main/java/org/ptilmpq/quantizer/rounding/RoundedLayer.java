package org.ptilmpq.quantizer.rounding;

import java.util.List;
import org.ptilmpq.quantizer.graph.Kernel;

/**
 * The weights of a layer as integer codes, in the order of the network's output channels.
 *
 * @param channels how the codes of each output channel are held
 * @param codes [output channel][weight], input channels innermost; of a channel of width 0 all zero
 * @param scales real value of one level, for each channel
 */
public record RoundedLayer(List<ChannelCode> channels, short[][] codes, float[] scales) {

  public RoundedLayer {
    channels = List.copyOf(channels);
  }

  /** Returns the weights that the codes stand for, as a kernel of the same extent. */
  public Kernel kernel(Kernel original) {
    int inputs = original.inputs();
    int positions = original.height() * original.width();
    float[] values = new float[original.values().length];
    for (int out = 0; out < codes.length; out++) {
      ChannelCode channel = channels.get(out);
      if (channel.width() == 0) {
        continue;
      }
      for (int k = 0; k < codes[out].length; k++) {
        int at = (out * inputs + k % inputs) * positions + k / inputs;
        values[at] = scales[out] * channel.grid().level(codes[out][k]);
      }
    }
    return new Kernel(original.outputs(), inputs, original.height(), original.width(), values);
  }

  /** Returns the same codes with other scales. */
  public RoundedLayer withScales(float[] others) {
    return new RoundedLayer(channels, codes, others);
  }

  /** Returns the bits of all codes together, at their channels' widths: what the kernels unpack, tails left out. */
  public long bits() {
    long bits = 0;
    for (int out = 0; out < codes.length; out++) {
      bits += (long) channels.get(out).width() * codes[out].length;
    }
    return bits;
  }
}
