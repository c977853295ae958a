package org.ptilmpq.quantizer.reference;

import java.util.SplittableRandom;
import org.ptilmpq.quantizer.graph.Node;

/**
 * The inputs in the windows of a convolution at some of its output positions: rows {@code
 * [kernelHeight][kernelWidth][input channels of the group]}, the order of {@link
 * org.ptilmpq.quantizer.graph.Kernel#channelsLast}.
 */
public final class SampledPatches {

  private final Patches patches;
  private final int rows;

  /**
   * @param most maximum number of positions per picture
   */
  public SampledPatches(Node.Convolution convolution, int most) {
    patches = new Patches(convolution);
    rows = Math.min(most, patches.rows());
  }

  /** Positions of one picture. */
  public int rows() {
    return rows;
  }

  /** Elements of one row. */
  public int columns() {
    return patches.columns();
  }

  /**
   * Copies the sampled rows of one picture: one position, drawn at random, from each of {@link #rows} equal stretches
   * of the output, so that every part of a picture is represented.
   *
   * @param input the convolution's input, height × width × channels
   * @param group which group of input channels
   * @param seed of the draw
   * @param matrix gets {@link #rows} × {@link #columns} elements
   * @param at where they begin
   */
  public void copy(float[] input, int group, long seed, float[] matrix, int at) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < rows; i++) {
      int from = (int) ((long) i * patches.rows() / rows);
      int to = (int) ((long) (i + 1) * patches.rows() / rows);
      patches.copyRow(input, group, random.nextInt(from, to), matrix, at + i * columns());
    }
  }
}
