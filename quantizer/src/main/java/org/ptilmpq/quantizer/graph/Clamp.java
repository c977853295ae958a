package org.ptilmpq.quantizer.graph;

/**
 * An activation function of the kind {@code y = min(max(x, low), high)}.
 *
 * @param low lower bound, −∞ for none
 * @param high upper bound, +∞ for none; at least {@code low}
 */
public record Clamp(float low, float high) {

  /** No activation. */
  public static final Clamp NONE = new Clamp(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

  /** max(x, 0). */
  public static final Clamp RELU = new Clamp(0, Float.POSITIVE_INFINITY);

  /** min(max(x, 0), 6), as in the MobileNets. */
  public static final Clamp RELU6 = new Clamp(0, 6);

  public Clamp {
    if (!(low <= high)) {
      throw new IllegalArgumentException("clamp to [" + low + ", " + high + "]");
    }
  }

  /** Whether this changes nothing. */
  public boolean isNone() {
    return low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY;
  }

  /** The one clamp that does what this one and then {@code next} do. */
  public Clamp then(Clamp next) {
    return new Clamp(next.apply(low), next.apply(high));
  }

  /** The clamped value. */
  public float apply(float x) {
    return Math.min(Math.max(x, low), high);
  }
}
