package org.ptilmpq.quantizer.secondorder;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loop of a matrix product C += A · B in double precision: a tile of C of {@link #ROWS} rows and
 * {@link #COLUMNS} columns, which stays in registers while k runs. Each element is one chain of fused multiply-adds in
 * the order of k, so that it does not depend on the width of vectors.
 */
final class DoubleTile {

  private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Rows of a tile. */
  static final int ROWS = 6;

  /** Columns of a tile: two vectors. */
  static final int COLUMNS = 2 * LANES;

  private DoubleTile() {}

  /**
   * Adds to a tile.
   *
   * @param a rows of A, {@code aStride} apart; six of them are read, {@code depth} elements of each
   * @param b depth × {@link #COLUMNS} elements of B, k outermost
   * @param c the tile, its rows {@code cStride} apart
   */
  static void multiplyAdd(
      double[] a, int aOffset, int aStride, double[] b, int bOffset, int depth, double[] c, int cOffset, int cStride) {
    int c1 = cOffset + cStride;
    int c2 = c1 + cStride;
    int c3 = c2 + cStride;
    int c4 = c3 + cStride;
    int c5 = c4 + cStride;
    DoubleVector sum00 = DoubleVector.fromArray(SPECIES, c, cOffset);
    DoubleVector sum01 = DoubleVector.fromArray(SPECIES, c, cOffset + LANES);
    DoubleVector sum10 = DoubleVector.fromArray(SPECIES, c, c1);
    DoubleVector sum11 = DoubleVector.fromArray(SPECIES, c, c1 + LANES);
    DoubleVector sum20 = DoubleVector.fromArray(SPECIES, c, c2);
    DoubleVector sum21 = DoubleVector.fromArray(SPECIES, c, c2 + LANES);
    DoubleVector sum30 = DoubleVector.fromArray(SPECIES, c, c3);
    DoubleVector sum31 = DoubleVector.fromArray(SPECIES, c, c3 + LANES);
    DoubleVector sum40 = DoubleVector.fromArray(SPECIES, c, c4);
    DoubleVector sum41 = DoubleVector.fromArray(SPECIES, c, c4 + LANES);
    DoubleVector sum50 = DoubleVector.fromArray(SPECIES, c, c5);
    DoubleVector sum51 = DoubleVector.fromArray(SPECIES, c, c5 + LANES);
    int a1 = aOffset + aStride;
    int a2 = a1 + aStride;
    int a3 = a2 + aStride;
    int a4 = a3 + aStride;
    int a5 = a4 + aStride;
    for (int k = 0, bk = bOffset; k < depth; k++, bk += COLUMNS) {
      DoubleVector b0 = DoubleVector.fromArray(SPECIES, b, bk);
      DoubleVector b1 = DoubleVector.fromArray(SPECIES, b, bk + LANES);
      DoubleVector x = DoubleVector.broadcast(SPECIES, a[aOffset + k]);
      sum00 = x.fma(b0, sum00);
      sum01 = x.fma(b1, sum01);
      x = DoubleVector.broadcast(SPECIES, a[a1 + k]);
      sum10 = x.fma(b0, sum10);
      sum11 = x.fma(b1, sum11);
      x = DoubleVector.broadcast(SPECIES, a[a2 + k]);
      sum20 = x.fma(b0, sum20);
      sum21 = x.fma(b1, sum21);
      x = DoubleVector.broadcast(SPECIES, a[a3 + k]);
      sum30 = x.fma(b0, sum30);
      sum31 = x.fma(b1, sum31);
      x = DoubleVector.broadcast(SPECIES, a[a4 + k]);
      sum40 = x.fma(b0, sum40);
      sum41 = x.fma(b1, sum41);
      x = DoubleVector.broadcast(SPECIES, a[a5 + k]);
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
