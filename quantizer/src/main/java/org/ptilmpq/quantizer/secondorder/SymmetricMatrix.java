package org.ptilmpq.quantizer.secondorder;

/** Square row-major matrices whose two triangles are the same. */
final class SymmetricMatrix {

  /** Rows and columns of a block that is mirrored at a time: both it and its image stay in the first-level cache. */
  private static final int BLOCK = 32;

  private SymmetricMatrix() {}

  /** Makes the part below the diagonal the mirror image of the part above it. */
  static void copyUpperToLower(float[] matrix, int order) {
    for (int top = 0; top < order; top += BLOCK) {
      for (int left = top; left < order; left += BLOCK) {
        mirrorBlock(matrix, order, top, left);
      }
    }
  }

  private static void mirrorBlock(float[] matrix, int order, int top, int left) {
    for (int row = top; row < Math.min(top + BLOCK, order); row++) {
      for (int column = Math.max(left, row + 1); column < Math.min(left + BLOCK, order); column++) {
        matrix[column * order + row] = matrix[row * order + column];
      }
    }
  }
}
