package org.ptilmpq.quantizer.options;

/** How large or how good a file is to be. */
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
   * The most accurate file that is no larger than this, everything in it counted.
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

  /**
   * The smallest file whose first choice differs from the float network's on no more than this share of the held-out
   * calibration pictures: without labels that takes the place of the drop of top-1, which it bounds.
   *
   * @param points percentage points, above 0, below 100
   */
  record MaxDrop(double points) implements Target {
    public MaxDrop {
      if (!(points > 0 && points < 100)) {
        throw new IllegalArgumentException("a drop is above 0 and below 100 points, not " + points);
      }
    }

    @Override
    public String toString() {
      return "at most " + points + " points of disagreement";
    }
  }

  /**
   * Mean bits per weight in the file between two widths: the size that two widths shared out by {@code alpha} would
   * take, with the steps that suit the network best.
   *
   * @param alpha 0 (all weights {@code low} bits) … 1 (all {@code high})
   * @param high bits, at most 8
   * @param low bits, at least 1
   */
  record Share(double alpha, int high, int low) implements Target {
    public Share {
      if (!(alpha >= 0 && alpha <= 1)) {
        throw new IllegalArgumentException("alpha is a share from 0 to 1, not " + alpha);
      }
      if (low < 1 || high > 8 || low > high) {
        throw new IllegalArgumentException(
            "the two widths are from 1 to 8, the higher one first, not " + high + "," + low);
      }
    }

    /** Returns the mean bits per weight. */
    public double bits() {
      return low + alpha * (high - low);
    }

    @Override
    public String toString() {
      return bits() + " bits a weight";
    }
  }
}
