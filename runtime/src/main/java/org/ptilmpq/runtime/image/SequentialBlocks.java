package org.ptilmpq.runtime.image;

/** Decodes blocks that are whole in one scan (ITU-T T.81, F.2.2). */
final class SequentialBlocks {

  /** For each coefficient in zigzag order its place in a block, row after row (T.81, figure A.6). */
  static final int[] ZIGZAG = {
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63
  };

  private final JpegBits in;

  SequentialBlocks(JpegBits in) {
    this.in = in;
  }

  /**
   * Decodes the next block.
   *
   * @param component whose block it is, with its tables; its DC prediction goes on
   * @param factors what each coefficient is multiplied by, in zigzag order
   * @param block 64 zeros, which become the coefficients in natural order
   * @return whether all but the first are still 0
   */
  boolean decode(JpegComponent component, int[] factors, int[] block) throws PictureException {
    component.prediction += in.number(in.code(component.dc));
    block[0] = (short) component.prediction * factors[0];
    // The bits are kept in local variables, since this loop takes most of the time.
    JpegBits in = this.in;
    HuffmanTable table = component.ac;
    int[] lookup = table.lookup;
    int[] zigzag = ZIGZAG;
    long bits = in.bits;
    int count = in.count;
    boolean isConstant = true;
    for (int k = 1; k < JpegComponent.BLOCK; k++) {
      if (count < JpegBits.ENOUGH) {
        in.count = count;
        in.fill();
        bits = in.bits;
        count = in.count;
      }
      int entry = lookup[(int) (bits >>> count - HuffmanTable.LOOKUP_BITS) & HuffmanTable.LOOKUP_MASK];
      if (entry == 0) {
        in.count = count;
        entry = in.longCode(table);
      }
      count -= entry & HuffmanTable.LENGTH_MASK;
      int value = entry >> HuffmanTable.VALUE_SHIFT;
      int size = entry >> HuffmanTable.SIZE_SHIFT & 15;
      if (size != 0) {
        count -= size;
        value = HuffmanTable.extend((int) (bits >>> count) & (1 << size) - 1, size);
      }
      int run = entry >> HuffmanTable.RUN_SHIFT & 15;
      k += run;
      if (value != 0) {
        if (k >= JpegComponent.BLOCK) {
          in.count = count;
          throw in.damaged("a block of more than 64 coefficients");
        }
        block[zigzag[k]] = value * factors[k];
        isConstant = false;
      } else if (run != 15) {
        // The end of the block: no other code without a number stands for anything here.
        break;
      }
    }
    in.count = count;
    return isConstant;
  }
}
