package org.ptilmpq.quantizer.rounding;

import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.graph.Kernel;

/**
 * The weights of a layer as integer codes, in the order of the network's output channels.
 *
 * @param widths bits of each channel's codes, 0…8
 * @param grids of each width from 0 to 8; null where no channel has the width
 * @param codes [output channel][weight], input channels innermost
 * @param scales real value of one level, for each channel
 */
public record RoundedLayer(int[] widths, List<Grid> grids, byte[][] codes, float[] scales) {

  /** The layer with each channel's codes of the width it was given. */
  public static RoundedLayer of(LayerRounding rounding, int[] widths) {
    byte[][] codes = new byte[widths.length][];
    float[] scales = new float[widths.length];
    Grid[] grids = new Grid[LayerRounding.WIDTHS];
    for (int channel = 0; channel < widths.length; channel++) {
      int width = widths[channel];
      codes[channel] = rounding.codes(channel, width);
      scales[channel] = rounding.scale(channel, width);
      grids[width] = rounding.grid(width);
    }
    return new RoundedLayer(widths, Arrays.asList(grids), codes, scales);
  }

  /** The weights that the codes stand for, as a kernel of the same extent. */
  public Kernel kernel(Kernel original) {
    int inputs = original.inputs();
    int positions = original.height() * original.width();
    float[] values = new float[original.values().length];
    for (int out = 0; out < widths.length; out++) {
      if (widths[out] == 0) {
        continue;
      }
      Grid grid = grids.get(widths[out]);
      for (int k = 0; k < codes[out].length; k++) {
        int at = (out * inputs + k % inputs) * positions + k / inputs;
        values[at] = scales[out] * grid.level(codes[out][k]);
      }
    }
    return new Kernel(original.outputs(), inputs, original.height(), original.width(), values);
  }

  /** Bits of all codes together. */
  public long bits() {
    long bits = 0;
    for (int channel = 0; channel < widths.length; channel++) {
      bits += (long) widths[channel] * codes[channel].length;
    }
    return bits;
  }
}
