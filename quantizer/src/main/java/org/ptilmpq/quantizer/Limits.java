package org.ptilmpq.quantizer;

import java.util.Locale;
import org.ptilmpq.format.Storage;

/**
 * What a network has to stay within; infinite where there is no limit.
 *
 * @param bytes of its file
 * @param nanoseconds that it is expected to take for a picture
 */
record Limits(double bytes, double nanoseconds) {

  static Limits of(Target.FileSize size) {
    return new Limits(size.bytes(), Double.POSITIVE_INFINITY);
  }

  /**
   * @throws QuantizationException for a size of a packed file, whose codes have fixed widths
   */
  static Limits of(Target.Latency latency, Storage storage) throws QuantizationException {
    if (latency.bytes().isPresent() && storage == Storage.PACKED) {
      throw new QuantizationException(
          "a latency and a size together are for compressed storage: leave the size away, or repack what was compressed");
    }
    double bytes = latency.bytes().isPresent() ? latency.bytes().getAsLong() : Double.POSITIVE_INFINITY;
    return new Limits(bytes, latency.time().toNanos());
  }

  boolean hasTime() {
    return !Double.isInfinite(nanoseconds);
  }

  boolean hasBytes() {
    return !Double.isInfinite(bytes);
  }

  /** How much of what is scarcer a network uses: 1 is all of it, more is too much. */
  double use(long usedBytes, double usedNanoseconds) {
    return Math.max(usedBytes / bytes, usedNanoseconds / nanoseconds);
  }

  @Override
  public String toString() {
    String size = hasBytes() ? String.format(Locale.ROOT, "at most %.0f bytes", bytes) : "";
    String time = hasTime() ? String.format(Locale.ROOT, "at most %.3f ms", nanoseconds / 1e6) : "";
    return size + (hasBytes() && hasTime() ? " and " : "") + time;
  }
}
