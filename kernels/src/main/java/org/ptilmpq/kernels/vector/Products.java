package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ShortVector;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TileSizes;

/** Which exact product convolutions use, where several give the same sums. */
public enum Products {

  /** The fastest one of each layer on this machine, by {@link ProductCosts}. */
  FASTEST,

  /** The faster one of those that multiply. */
  LANES,

  /** Look-ups wherever their result is right, which is for tests. */
  LOOK_UPS,

  /** 16-bit lanes wherever their sums are proved. */
  SHORT_LANES,

  /** Floats alone. */
  FLOAT_LANES;

  /** Vectors with fewer channels waste too much. */
  private static final int LEAST_OUTPUTS = 32;

  /**
   * Whether one instruction permutes 16-bit lanes over a whole vector. Machines whose vectors of shorts have 512 bits have
   * it (AVX-512BW, at 256 bits too); of narrower ones most don't.
   */
  private static final boolean WIDE_PERMUTE =
      ShortVector.SPECIES_PREFERRED.vectorBitSize() == 512 && Lanes.bits() >= 256;

  /** The one that {@link org.ptilmpq.kernels.KernelProvider#PRODUCTS_PROPERTY} calls so. */
  public static Products named(String name) {
    return switch (name) {
      case "fastest" -> FASTEST;
      case "lanes" -> LANES;
      case "look-up" -> LOOK_UPS;
      case "16-bit" -> SHORT_LANES;
      case "fp32" -> FLOAT_LANES;
      default -> throw new IllegalArgumentException("there is no product '" + name + "'");
    };
  }

  /** Whether a layer may be looked up; its outline says the same. */
  boolean lookUp(KernelSpec.Convolution spec, TileSizes tiles) {
    return switch (this) {
      case FASTEST ->
          WIDE_PERMUTE
              && spec.output().channels() >= LEAST_OUTPUTS
              && spec.output().pixels() >= LookupTiles.ROWS
              && spec.input().channels() >= 2 * SubsetTables.INPUTS
              && LookupShape.fits(spec, tiles);
      case LOOK_UPS -> LookupShape.fits(spec, tiles);
      case LANES, SHORT_LANES, FLOAT_LANES -> false;
    };
  }

  /** Whether a layer may be multiplied in 16-bit lanes if its weights have the runs for it; its outline says the same. */
  boolean multiplyShorts(KernelSpec.Convolution spec) {
    return (this == FASTEST || this == LANES || this == SHORT_LANES) && ShortRuns.mayHave(spec.weights());
  }
}
