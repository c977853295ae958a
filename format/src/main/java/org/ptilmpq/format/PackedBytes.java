package org.ptilmpq.format;

/**
 * Lengths of a layer's weights in packed form.
 *
 * @param codes of the bit planes, {@link Weights#codes}
 * @param tails of {@link Weights#tails}; 0 when there are none
 */
public record PackedBytes(long codes, long tails) {

  /** Returns the lengths of a layer whose weights are present. */
  static PackedBytes of(Weights weights) {
    return new PackedBytes(weights.codes().byteSize(), weights.tails().byteSize());
  }

  /** Length of both together. */
  public long total() {
    return codes + tails;
  }
}
