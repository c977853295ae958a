package org.ptilmpq.quantizer.rounding;

import java.util.List;
import java.util.Optional;

/**
 * The goal that a layer's weights are to be rounded to.
 *
 * @param scales real value of one level, for each output channel; 0 for a channel that gets no codes
 * @param codes the width and grid of each channel where they are given; empty where levels may have any size and the
 *     widths follow from them
 */
public record LayerGoal(float[] scales, Optional<List<ChannelCode>> codes) {

  /** Returns a goal of levels of any size. */
  public static LayerGoal unclipped(float[] scales) {
    return new LayerGoal(scales, Optional.empty());
  }

  /** Returns a goal of codes of given widths. */
  public static LayerGoal of(List<ChannelCode> codes, float[] scales) {
    return new LayerGoal(scales, Optional.of(codes));
  }
}
