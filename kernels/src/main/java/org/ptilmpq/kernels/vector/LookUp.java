package org.ptilmpq.kernels.vector;

import jdk.incubator.vector.ShortVector;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;

/** Which convolutions look up instead of multiplying. */
public enum LookUp {
  NOWHERE,

  /** On machines and in layers where it is faster. */
  WHERE_FASTER,

  /** Wherever its result is right, which is for tests. */
  WHEREVER_POSSIBLE;

  /** Vectors with fewer channels waste too much. */
  private static final int LEAST_OUTPUTS = 32;

  /**
   * Whether one instruction permutes 16-bit lanes over a whole vector. Machines whose vectors of shorts have 512 bits have
   * it (AVX-512BW, at 256 bits too); of narrower ones most don't.
   */
  private static final boolean WIDE_PERMUTE =
      ShortVector.SPECIES_PREFERRED.vectorBitSize() == 512 && Lanes.bits() >= 256;

  /** Whether a layer is looked up; of an {@linkplain PackedWeights#outline outline}, whether it is with some weights. */
  boolean serves(KernelSpec.Convolution spec) {
    return switch (this) {
      case NOWHERE -> false;
      case WHERE_FASTER -> WIDE_PERMUTE && LookupShape.fits(spec) && isFaster(spec);
      case WHEREVER_POSSIBLE -> LookupShape.fits(spec);
    };
  }

  private static boolean isFaster(KernelSpec.Convolution spec) {
    return spec.output().channels() >= LEAST_OUTPUTS
        && spec.output().pixels() >= LookupTiles.ROWS
        && spec.input().channels() >= 2 * SubsetTables.INPUTS
        && LookupCost.isLower(spec, LookupShape.of(spec));
  }
}
