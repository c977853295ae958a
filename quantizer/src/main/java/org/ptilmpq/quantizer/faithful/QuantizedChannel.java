package org.ptilmpq.quantizer.faithful;

import org.ptilmpq.format.Grid;

/**
 * One output channel in two regions.
 *
 * @param bits in the paper's count, 1…8; 0 for a channel whose weights are all zero
 * @param width bits of a code in the file: bits + 1, at most 8; 0 for a zero channel
 * @param grid from code to level
 * @param codes one per weight, in the order of the weights
 * @param scale real value of one level, positive
 * @param error Σ h (w − ŵ)²
 */
public record QuantizedChannel(int bits, int width, Grid grid, byte[] codes, float scale, double error) {

  /** Returns a channel whose weights are all 0, which takes no bits. */
  static QuantizedChannel zero(int count) {
    return new QuantizedChannel(0, 0, new Grid.Uniform(), new byte[count], 1, 0);
  }

  /** Returns the tail step over the dense one; 1 for one region. */
  public int ratio() {
    return grid instanceof Grid.TwoRegion region ? region.ratio() : 1;
  }

  /** Returns the real weights that the codes stand for. */
  public float[] real() {
    float[] real = new float[codes.length];
    for (int k = 0; k < real.length; k++) {
      real[k] = scale * grid.level(codes[k]);
    }
    return real;
  }
}
