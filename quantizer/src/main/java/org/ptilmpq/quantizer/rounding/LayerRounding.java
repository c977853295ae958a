package org.ptilmpq.quantizer.rounding;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.Grid;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.rounding.ScaleSearch.CodeGrid;

/**
 * The weights of one layer on the grids that codes of 1…8 bits can have. All channels of a width share a grid, so that
 * they form one group in the file: below 4 bits, evenly spaced levels with a zero or symmetric levels without one,
 * whichever err less over the layer; from 4 bits on, always the former (the difference is small there, and levels half
 * as large keep sums short).
 */
public final class LayerRounding {

  /** The widest codes that may go without a zero. */
  private static final int WIDEST_HALF_STEP = 3;

  /** Widths 0…8. */
  public static final int WIDTHS = 9;

  private final int inputs;
  private final List<ScaleSearch> channels = new ArrayList<>();
  private final CodeGrid[] grids = new CodeGrid[WIDTHS];
  private final ScaleSearch.Found[][] found;

  /**
   * Searches the scales of the widths asked for.
   *
   * @param kernel the float weights
   * @param importance variance of the inputs that each weight is multiplied with, [group][weight], in the order of
   *     {@link Kernel#channelsLast}
   * @param widths 1…8 each
   */
  public LayerRounding(Kernel kernel, float[][] importance, int[] widths) {
    this.inputs = kernel.weightsPerOutput();
    this.found = new ScaleSearch.Found[WIDTHS][kernel.outputs()];
    float[] weights = kernel.channelsLast();
    int perGroup = kernel.outputs() / importance.length;
    for (int channel = 0; channel < kernel.outputs(); channel++) {
      channels.add(new ScaleSearch(weights, channel * inputs, importance[channel / perGroup]));
    }
    for (int width : widths) {
      search(width);
    }
  }

  private void search(int width) {
    double best = Double.POSITIVE_INFINITY;
    for (CodeGrid grid : candidates(width)) {
      ScaleSearch.Found[] scales = new ScaleSearch.Found[channels.size()];
      double error = 0;
      for (int channel = 0; channel < scales.length; channel++) {
        ScaleSearch search = channels.get(channel);
        scales[channel] = search.isZero() ? new ScaleSearch.Found(1, 0) : search.search(grid);
        error += scales[channel].error();
      }
      if (error < best) {
        best = error;
        grids[width] = grid;
        found[width] = scales;
      }
    }
  }

  private static List<CodeGrid> candidates(int width) {
    if (width == 1) {
      return List.of(CodeGrid.halfStep(1));
    }
    return width <= WIDEST_HALF_STEP
        ? List.of(CodeGrid.uniform(width), CodeGrid.halfStep(width))
        : List.of(CodeGrid.uniform(width));
  }

  /** Number of output channels. */
  public int channels() {
    return channels.size();
  }

  /** Weights of one output channel. */
  public int inputs() {
    return inputs;
  }

  /** Whether all of a channel's weights are 0, so that it needs no codes. */
  public boolean isZero(int channel) {
    return channels.get(channel).isZero();
  }

  /** Returns the expected squared error of a channel's output, 0 for a channel that is zero. */
  public double error(int channel, int width) {
    return width == 0 ? channels.get(channel).energy() : found[width][channel].error();
  }

  /** Returns the grid of a width that was searched; of width 0, where nothing is stored, the evenly spaced one. */
  public Grid grid(int width) {
    return width == 0 ? new Grid.Uniform() : grids[width].grid();
  }

  /** Returns the real value of one level of a channel; 1 where there are none. */
  public float scale(int channel, int width) {
    return width == 0 ? 1 : found[width][channel].scale();
  }
}
