package org.ptilmpq.quantizer;

/** What decides the bits of the weights. */
public sealed interface Target {

  /**
   * The same width for every channel. Channels whose weights are all zero store none.
   *
   * @param bits 1…8
   */
  record Width(int bits) implements Target {
    public Width {
      if (bits < 1 || bits > 8) {
        throw new IllegalArgumentException("bits are 1 to 8, not " + bits);
      }
    }

    @Override
    public String toString() {
      return bits + " bits";
    }
  }

  /**
   * The most accurate widths whose file is no larger than this, everything in the file counted.
   *
   * @param bytes at least 1
   */
  record FileSize(long bytes) implements Target {
    public FileSize {
      if (bytes < 1) {
        throw new IllegalArgumentException("a file size is at least 1 byte, not " + bytes);
      }
    }

    @Override
    public String toString() {
      return bytes + " bytes";
    }
  }
}
