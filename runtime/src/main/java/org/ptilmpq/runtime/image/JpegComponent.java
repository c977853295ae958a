package org.ptilmpq.runtime.image;

import java.util.Arrays;

/** One component of a JPEG's frame: its place and size, and how far its scans have come. */
final class JpegComponent {

  static final int BLOCK = 64;

  /** Its number in the file. */
  final int id;

  /** Sampling factors: blocks across and down in a unit (MCU). */
  final int across;

  final int down;

  /** Which quantization table it has. */
  final int tableNumber;

  /** Samples that belong to the picture. */
  final int width;

  final int height;

  /** Blocks that hold them. */
  final int blocksAcross;

  final int blocksDown;

  /** Blocks of a row of whole units. */
  final int paddedAcross;

  /** Its samples on the way to the picture. */
  final JpegPlane plane;

  /** The quantization table as it was at the first scan, in zigzag order; null before. */
  int[] quantization;

  /** All blocks' coefficients in natural order, row after row of whole units; null where rows are decoded at once. */
  final short[] coefficients;

  /** For each coefficient in zigzag order the lowest bit that is known, −1 before any scan. */
  final int[] knownBits = new int[BLOCK];

  HuffmanTable dc;
  HuffmanTable ac;

  /** The previous DC coefficient. */
  int prediction;

  /**
   * Takes its numbers from the frame header, and the memory it needs.
   *
   * @param index among the frame's components
   */
  JpegComponent(int index, JpegHeader header) {
    this.id = header.components()[index * JpegHeader.COMPONENT_BYTES] & 0xFF;
    this.across = header.across(index);
    this.down = header.down(index);
    this.tableNumber = header.components()[index * JpegHeader.COMPONENT_BYTES + 2] & 0xFF;
    this.width = Math.ceilDiv(header.width() * across, header.mostAcross());
    this.height = Math.ceilDiv(header.height() * down, header.mostDown());
    this.blocksAcross = Math.ceilDiv(width, 8);
    this.blocksDown = Math.ceilDiv(height, 8);
    this.paddedAcross = header.unitsAcross() * across;
    this.plane = new JpegPlane(this, header);
    this.coefficients =
        header.keepsCoefficients() ? new short[paddedAcross * header.unitsDown() * down * BLOCK] : null;
    Arrays.fill(knownBits, -1);
  }

  /** Where the block's coefficients begin. */
  int blockOffset(int row, int column) {
    return (row * paddedAcross + column) * BLOCK;
  }

  /**
   * Multiplies each of a block's coefficients by its quantization step.
   *
   * @param block gets them in natural order
   * @return whether all but the first are 0
   */
  boolean dequantize(int row, int column, int[] block) {
    int at = blockOffset(row, column);
    int others = 0;
    block[0] = coefficients[at] * quantization[0];
    for (int k = 1; k < BLOCK; k++) {
      int place = SequentialBlocks.ZIGZAG[k];
      int coefficient = coefficients[at + place];
      others |= coefficient;
      block[place] = coefficient * quantization[k];
    }
    return others == 0;
  }
}
