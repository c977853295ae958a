package org.ptilmpq.runtime.image;

/**
 * Estimates low coefficients of a progressive picture that ends before all of its scans (ITU-T T.81, K.8, as libjpeg 6b
 * has it): where a coefficient is 0 so far, the DC coefficients of the surrounding blocks suggest another value, as
 * long as its known bits stay as they are. Without it such pictures show their blocks.
 */
final class BlockSmoothing {

  /** The estimated coefficients are the first after DC in zigzag order. */
  private static final int LAST = 5;

  private BlockSmoothing() {}

  /** Whether there is anything to estimate; if a component can't be estimated, none is. */
  static boolean applies(JpegComponent[] components) {
    boolean isUseful = false;
    for (JpegComponent component : components) {
      for (int k = 0; k <= LAST; k++) {
        if (component.quantization[k] == 0) {
          return false;
        }
        isUseful |= k > 0 && component.knownBits[k] != 0;
      }
    }
    return isUseful;
  }

  /**
   * Adds estimates to a block.
   *
   * @param row and column of the block in its component
   * @param block its dequantized coefficients in natural order
   * @return whether any was added
   */
  static boolean estimate(JpegComponent component, int row, int column, int[] block) {
    int above = Math.max(row - 1, 0);
    int below = Math.min(row + 1, component.blocksDown - 1);
    int left = Math.max(column - 1, 0);
    int right = Math.min(column + 1, component.blocksAcross - 1);
    int north = dc(component, above, column);
    int south = dc(component, below, column);
    int west = dc(component, row, left);
    int east = dc(component, row, right);
    int twice = 2 * dc(component, row, column);
    int corners = dc(component, above, left) - dc(component, above, right) - dc(component, below, left)
        + dc(component, below, right);
    // In zigzag order: horizontally, vertically, vertically twice, diagonally, horizontally twice.
    return correct(component, 1, 36 * (west - east), block)
        | correct(component, 2, 36 * (north - south), block)
        | correct(component, 3, 9 * (north + south - twice), block)
        | correct(component, 4, 5 * corners, block)
        | correct(component, 5, 9 * (west + east - twice), block);
  }

  /**
   * @param k which coefficient, in zigzag order
   * @param slope its value times 256, in steps of the DC coefficients
   */
  private static boolean correct(JpegComponent component, int k, int slope, int[] block) {
    int knownBit = component.knownBits[k];
    int place = SequentialBlocks.ZIGZAG[k];
    if (knownBit == 0 || block[place] != 0) {
      return false;
    }
    int step = component.quantization[k];
    int scaled = component.quantization[0] * slope;
    int size = ((step << 7) + Math.abs(scaled)) / (step << 8);
    if (knownBit > 0) {
      size = Math.min(size, (1 << knownBit) - 1);
    }
    block[place] = (short) (scaled < 0 ? -size : size) * step;
    return size != 0;
  }

  private static int dc(JpegComponent component, int row, int column) {
    return component.coefficients[component.blockOffset(row, column)];
  }
}
