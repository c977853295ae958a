package org.ptilmpq.quantizer.rounding;

import java.util.List;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.graph.Kernel;

/**
 * A layer whose weights are integer codes, in the order of the network's output channels.
 *
 * @param channels how the codes of each output channel are held
 * @param codes [output channel][weight], input channels innermost; of a channel of width 0 all zero
 * @param scales real value of one level, for each channel
 * @param biases of each channel
 * @param relativeError expected squared error of the layer's outputs from the rounding of its own weights, before they
 *     are matched to the float layer's, over their variance
 * @param gain the same without constant errors, over what nearest levels at the requested steps would give
 */
public record QuantizedLayer(
    List<ChannelCode> channels, short[][] codes, float[] scales, float[] biases, double relativeError, double gain) {

  public QuantizedLayer {
    channels = List.copyOf(channels);
  }

  /**
   * How the file holds the codes of a channel.
   *
   * @param width bits of a code, 0…8; of sparse tails, those of the dense part
   * @param grid from codes to levels
   */
  public record ChannelCode(int width, Grid grid) {

    /** No codes at all. */
    public static final ChannelCode NONE = new ChannelCode(0, new Grid.Uniform());
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

  /** Returns the same codes with other scales and biases. */
  public QuantizedLayer with(float[] otherScales, float[] otherBiases) {
    return new QuantizedLayer(channels, codes, otherScales, otherBiases, relativeError, gain);
  }
}
