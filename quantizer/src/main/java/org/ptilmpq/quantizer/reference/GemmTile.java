package org.ptilmpq.quantizer.reference;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loop of a matrix product C += A · B: a tile of C of {@link #ROWS} rows and {@link #COLUMNS} columns, which
 * stays in registers (12 vectors, so that a machine of 16 vector registers holds them) while k runs.
 */
public final class GemmTile {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Rows of a tile. */
  public static final int ROWS = 6;

  /** Columns of a tile: two vectors. */
  public static final int COLUMNS = 2 * LANES;

  private GemmTile() {}

  /**
   * Adds to a tile.
   *
   * @param a rows of A, {@code aStride} apart; six of them are read, {@code depth} elements of each
   * @param b depth × {@link #COLUMNS} elements of B, k outermost
   * @param c the tile, its rows {@code cStride} apart
   */
  public static void multiplyAdd(
      float[] a, int aOffset, int aStride, float[] b, int bOffset, int depth, float[] c, int cOffset, int cStride) {
    int c1 = cOffset + cStride;
    int c2 = c1 + cStride;
    int c3 = c2 + cStride;
    int c4 = c3 + cStride;
    int c5 = c4 + cStride;
    FloatVector sum00 = FloatVector.fromArray(SPECIES, c, cOffset);
    FloatVector sum01 = FloatVector.fromArray(SPECIES, c, cOffset + LANES);
    FloatVector sum10 = FloatVector.fromArray(SPECIES, c, c1);
    FloatVector sum11 = FloatVector.fromArray(SPECIES, c, c1 + LANES);
    FloatVector sum20 = FloatVector.fromArray(SPECIES, c, c2);
    FloatVector sum21 = FloatVector.fromArray(SPECIES, c, c2 + LANES);
    FloatVector sum30 = FloatVector.fromArray(SPECIES, c, c3);
    FloatVector sum31 = FloatVector.fromArray(SPECIES, c, c3 + LANES);
    FloatVector sum40 = FloatVector.fromArray(SPECIES, c, c4);
    FloatVector sum41 = FloatVector.fromArray(SPECIES, c, c4 + LANES);
    FloatVector sum50 = FloatVector.fromArray(SPECIES, c, c5);
    FloatVector sum51 = FloatVector.fromArray(SPECIES, c, c5 + LANES);
    int a1 = aOffset + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    for (int k = 0, bk = bOffset; k < depth; k++, bk += COLUMNS) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bk);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bk + LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[aOffset + k]);
      sum00 = x.fma(b0, sum00);
      sum01 = x.fma(b1, sum01);
      x = FloatVector.broadcast(SPECIES, a[a1 + k]);
      sum10 = x.fma(b0, sum10);
      sum11 = x.fma(b1, sum11);
      x = FloatVector.broadcast(SPECIES, a[a2 + k]);
      sum20 = x.fma(b0, sum20);
      sum21 = x.fma(b1, sum21);
      x = FloatVector.broadcast(SPECIES, a[a3 + k]);
      sum30 = x.fma(b0, sum30);
      sum31 = x.fma(b1, sum31);
      x = FloatVector.broadcast(SPECIES, a[a4 + k]);
      sum40 = x.fma(b0, sum40);
      sum41 = x.fma(b1, sum41);
      x = FloatVector.broadcast(SPECIES, a[a5 + k]);
      sum50 = x.fma(b0, sum50);
      sum51 = x.fma(b1, sum51);
    }
    sum00.intoArray(c, cOffset);
    sum01.intoArray(c, cOffset + LANES);
    sum10.intoArray(c, c1);
    sum11.intoArray(c, c1 + LANES);
    sum20.intoArray(c, c2);
    sum21.intoArray(c, c2 + LANES);
    sum30.intoArray(c, c3);
    sum31.intoArray(c, c3 + LANES);
    sum40.intoArray(c, c4);
    sum41.intoArray(c, c4 + LANES);
    sum50.intoArray(c, c5);
    sum51.intoArray(c, c5 + LANES);
  }
}
