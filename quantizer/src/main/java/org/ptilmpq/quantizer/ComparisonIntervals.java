package org.ptilmpq.quantizer;

import java.util.Optional;

/**
 * The uncertainty of the figures of a {@link ComparisonResult}: 95 % intervals over other pictures of the same kind, by
 * a paired bootstrap.
 *
 * @param agreement of the share of pictures where both say the same class
 * @param meanKl of the mean divergence
 * @param quantizedTop1 of the share that the quantized network gets right; empty without labels
 * @param drop of the float network's share less that; empty without labels
 */
public record ComparisonIntervals(
    Interval agreement, Interval meanKl, Optional<Interval> quantizedTop1, Optional<Interval> drop) {

  /** From the 2.5th to the 97.5th percentile. */
  public record Interval(double low, double high) {}
}
