package org.ptilmpq.quantizer;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A quantized network beside its float original, on the same pictures.
 *
 * @param pictures how many were compared
 * @param unreadable how many could not be read
 * @param floatTop1 share of pictures, 0…1, that the float network gets right; empty without labels
 * @param quantizedTop1 share that the quantized one gets right; empty without labels
 * @param agreement share of pictures where both say the same class
 * @param meanKl mean over the pictures of KL(softmax float ‖ softmax quantized), in nats
 * @param intervals of these figures
 */
public record ComparisonResult(
    int pictures,
    int unreadable,
    OptionalDouble floatTop1,
    OptionalDouble quantizedTop1,
    double agreement,
    double meanKl,
    Intervals intervals) {

  /**
   * The uncertainty of the figures: 95 % intervals over other pictures of the same kind, by
   * a paired bootstrap.
   *
   * @param agreement of the share of pictures where both say the same class
   * @param meanKl of the mean divergence
   * @param quantizedTop1 of the share that the quantized network gets right; empty without labels
   * @param drop of the float network's share less that; empty without labels
   */
  public record Intervals(
      Interval agreement, Interval meanKl, Optional<Interval> quantizedTop1, Optional<Interval> drop) {}

  /** From the 2.5th to the 97.5th percentile. */
  public record Interval(double low, double high) {}
}
