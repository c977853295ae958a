package org.ptilmpq.runtime.image;

/** Decodes what one scan of a progressive JPEG adds to blocks (ITU-T T.81, G.1.2). */
final class ProgressiveBlocks {

  private final JpegBits in;
  private final int first;
  private final int last;
  private final int bit;
  private final boolean isRefinement;

  /** Blocks still to come, this one included, in which no more coefficients become nonzero. */
  private int endOfBandRun;

  /**
   * @param first coefficient of the scan, in zigzag order
   * @param last coefficient of the scan
   * @param bit the lowest bit that it gives of them
   * @param isRefinement whether all higher bits are known
   */
  ProgressiveBlocks(JpegBits in, int first, int last, int bit, boolean isRefinement) {
    this.in = in;
    this.first = first;
    this.last = last;
    this.bit = bit;
    this.isRefinement = isRefinement;
  }

  /** Forgets what came before a restart marker. */
  void restart() {
    endOfBandRun = 0;
  }

  /**
   * Adds to the component's next block.
   *
   * @param at where its 64 coefficients begin, which are in natural order
   */
  void decode(JpegComponent component, int at) throws PictureException {
    short[] coefficients = component.coefficients;
    if (first == 0) {
      if (isRefinement) {
        coefficients[at] |= (short) (in.take(1) << bit);
      } else {
        component.prediction += in.number(in.code(component.dc));
        coefficients[at] = (short) (component.prediction << bit);
      }
    } else if (isRefinement) {
      refine(coefficients, at, component.ac);
    } else {
      begin(coefficients, at, component.ac);
    }
  }

  private void begin(short[] coefficients, int at, HuffmanTable table) throws PictureException {
    if (endOfBandRun > 0) {
      endOfBandRun--;
      return;
    }
    for (int k = first; k <= last; k++) {
      int entry = in.code(table);
      int value = in.number(entry);
      int run = entry >> HuffmanTable.RUN_SHIFT & 15;
      if (value == 0 && run < 15) {
        startRun(run);
        endOfBandRun--;
        return;
      }
      k += run;
      if (value != 0) {
        checkPlace(k);
        coefficients[at + SequentialBlocks.ZIGZAG[k]] = (short) (value << bit);
      }
    }
  }

  /** Reads one more bit of each nonzero coefficient, and those that become nonzero. */
  private void refine(short[] coefficients, int at, HuffmanTable table) throws PictureException {
    int k = first;
    while (endOfBandRun == 0 && k <= last) {
      int entry = in.code(table);
      int value = in.number(entry);
      int run = entry >> HuffmanTable.RUN_SHIFT & 15;
      if (value == 0 && run < 15) {
        startRun(run);
        break;
      }
      if (value < -1 || value > 1) {
        throw in.damaged("bad Huffman code");
      }
      k = refineOver(coefficients, at, k, run);
      if (value != 0) {
        checkPlace(k);
        coefficients[at + SequentialBlocks.ZIGZAG[k]] = (short) (value << bit);
      }
      k++;
    }
    if (endOfBandRun > 0) {
      refineOver(coefficients, at, k, JpegComponent.BLOCK);
      endOfBandRun--;
    }
  }

  /** Refines up to the zero coefficient after this many others, and returns its place, or the one after the last. */
  private int refineOver(short[] coefficients, int at, int from, int zeros) {
    int left = zeros;
    for (int k = from; k <= last; k++) {
      int place = at + SequentialBlocks.ZIGZAG[k];
      int coefficient = coefficients[place];
      if (coefficient == 0) {
        if (--left < 0) {
          return k;
        }
      } else if (in.take(1) != 0 && (coefficient & 1 << bit) == 0) {
        coefficients[place] += (short) (coefficient > 0 ? 1 << bit : -1 << bit);
      }
    }
    return last + 1;
  }

  private void startRun(int sizeBits) {
    endOfBandRun = (1 << sizeBits) + (sizeBits == 0 ? 0 : in.take(sizeBits));
  }

  private void checkPlace(int k) throws PictureException {
    if (k > last) {
      throw in.damaged("a coefficient after the last of its scan");
    }
  }
}
