package org.ptilmpq.kernels.machine;

/**
 * How the output pixels of a strip are cut into tiles, whose sums stay in registers. A tile has whole rows where a
 * row is short enough, else a part of one; its pixels lie next to each other in the output.
 *
 * @param rows of a tile, 1 where it is a part of a row
 * @param parts tiles of a row (1 where tiles have whole rows)
 * @param partWidth pixels of each part but the last
 * @param lastWidth pixels of the last part
 * @param width pixels of a row
 * @param pixelAdvance bytes of the strip from an output pixel to the next
 * @param rowAdvance bytes of the strip from an output row to the next
 */
record Tiling(int rows, int parts, int partWidth, int lastWidth, int width, int pixelAdvance, int rowAdvance) {

  /** Cuts rows of pixels. */
  static Tiling of(int width, int mostPixels, int pixelAdvance, int rowAdvance) {
    if (width <= mostPixels) {
      return new Tiling(mostPixels / width, 1, width, width, width, pixelAdvance, rowAdvance);
    }
    int parts = Math.ceilDiv(width, mostPixels);
    int each = Math.ceilDiv(width, parts);
    int count = Math.ceilDiv(width, each);
    return new Tiling(1, count, each, width - (count - 1) * each, width, pixelAdvance, rowAdvance);
  }

  /** Cuts a list of pixels in rows of {@code width}, whose rows follow each other without a gap. */
  static Tiling ofList(int width, int mostPixels, int pixelPitch) {
    return of(width, mostPixels, pixelPitch, width * pixelPitch);
  }

  /** Where the pixels of a tile of {@code tileRows} rows lie, from its first one on. */
  int[] pixels(int tileRows, int tileWidth) {
    int[] displacements = new int[tileRows * tileWidth];
    for (int i = 0; i < displacements.length; i++) {
      displacements[i] = i / tileWidth * rowAdvance + i % tileWidth * pixelAdvance;
    }
    return displacements;
  }
}
