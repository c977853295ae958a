package org.ptilmpq.quantizer.secondorder;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.reference.GemmTile;

/**
 * A matrix of rows × inputs with its rows in groups of {@link #WIDTH}, and each group transposed: [input][row of the
 * group]. So one input of a group is two vectors, and a product with a matrix of inputs is a product of tiles.
 */
final class RowGroups {

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  /** Rows of a group. */
  static final int WIDTH = GemmTile.COLUMNS;

  private final int rows;
  private final int inputs;
  private final float[][] groups;

  /** Makes groups of zeros. */
  RowGroups(int rows, int inputs) {
    this.rows = rows;
    this.inputs = inputs;
    // A product's last tile runs over the last input.
    groups = new float[Math.ceilDiv(rows, WIDTH)][Math.multiplyExact(inputs + GemmTile.ROWS, WIDTH)];
  }

  /**
   * Returns groups of the rows of a matrix.
   *
   * @param matrix rows × inputs, row-major
   * @param order the input at each place
   * @throws IllegalArgumentException when the matrix does not consist of whole rows, or an element is not finite
   */
  static RowGroups of(float[] matrix, int[] order, OrderedWork work) {
    int inputs = order.length;
    if (matrix.length % inputs != 0) {
      throw new IllegalArgumentException(matrix.length + " elements are not whole rows of " + inputs);
    }
    RowGroups made = new RowGroups(matrix.length / inputs, inputs);
    made.inGroups(
        group -> {
          float[] to = made.groups[group];
          for (int lane = 0; lane < made.count(group); lane++) {
            int row = group * WIDTH + lane;
            for (int place = 0; place < inputs; place++) {
              float element = matrix[row * inputs + order[place]];
              if (!Float.isFinite(element)) {
                throw new IllegalArgumentException(
                    "row " + row + ", input " + order[place] + ": " + element + " is not finite");
              }
              to[place * WIDTH + lane] = element;
            }
          }
        },
        work);
    return made;
  }

  /** Returns groups of the rows of a matrix of levels, as floats; the inputs in their own order. */
  static RowGroups of(short[] levels, int inputs, OrderedWork work) {
    if (levels.length % inputs != 0) {
      throw new IllegalArgumentException(levels.length + " levels are not whole rows of " + inputs);
    }
    RowGroups made = new RowGroups(levels.length / inputs, inputs);
    made.inGroups(
        group -> {
          float[] to = made.groups[group];
          for (int lane = 0; lane < made.count(group); lane++) {
            int from = (group * WIDTH + lane) * inputs;
            for (int input = 0; input < inputs; input++) {
              to[input * WIDTH + lane] = levels[from + input];
            }
          }
        },
        work);
    return made;
  }

  int rows() {
    return rows;
  }

  int inputs() {
    return inputs;
  }

  /** Elements of a group: [input][row], and some more; shared. Beyond {@link #count} the rows are zero. */
  float[] group(int group) {
    return groups[group];
  }

  /** Rows of a group that are there: {@link #WIDTH} in all but the last. */
  int count(int group) {
    return Math.min(WIDTH, rows - group * WIDTH);
  }

  int groups() {
    return groups.length;
  }

  /** The work on each group, on several threads. */
  @FunctionalInterface
  interface GroupTask {
    void run(int group);
  }

  void inGroups(GroupTask task, OrderedWork work) {
    work.run(
        groups.length,
        group -> {
          task.run(group);
          return group;
        },
        (index, group) -> {});
  }

  /** Calls back for rows, inputs and elements of a group, row by row. */
  @FunctionalInterface
  interface ElementTask {
    void take(int row, int place, float element);
  }

  void forEach(int group, ElementTask task) {
    float[] from = groups[group];
    for (int lane = 0; lane < count(group); lane++) {
      for (int place = 0; place < inputs; place++) {
        task.take(group * WIDTH + lane, place, from[place * WIDTH + lane]);
      }
    }
  }

  /**
   * Adds to some inputs of a group multiples of one vector of the group's rows.
   *
   * @param x one element per row, from {@code offset} on
   * @param factors of x, one per input, from {@code from} on
   * @param count number of inputs
   * @param values [input][row], from {@code to} on
   */
  static void addMultiples(
      float[] x, int offset, float[] factors, int from, int count, float[] values, int to) {
    FloatVector x0 = FloatVector.fromArray(SPECIES, x, offset);
    FloatVector x1 = FloatVector.fromArray(SPECIES, x, offset + LANES);
    for (int i = 0, at = to; i < count; i++, at += WIDTH) {
      FloatVector factor = FloatVector.broadcast(SPECIES, factors[from + i]);
      factor.fma(x0, FloatVector.fromArray(SPECIES, values, at)).intoArray(values, at);
      factor.fma(x1, FloatVector.fromArray(SPECIES, values, at + LANES)).intoArray(values, at + LANES);
    }
  }
}
