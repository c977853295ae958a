package org.ptilmpq.quantizer.secondorder;

import java.util.Arrays;
import org.ptilmpq.quantizer.calibration.OrderedWork;

/**
 * Betters levels one at a time: level j of a row becomes what makes the error (w − ŵ)ᵀ·A·(w − ŵ) of the row least while
 * the other levels stay, that is, what the rule gives for the weight ŵ_j + r_j / A_jj, with r = A·(w − ŵ).
 *
 * <p>Sweep after sweep over all inputs, in blocks of {@link CoefficientBlock#DEPTH}: within a block r follows every
 * change at once, for the other inputs by one product of tiles when the block is done. Rows are computed apart from one
 * another: the same for any number of threads and any width of vectors.
 */
public final class CoordinateDescent {

  private static final int WIDTH = RowGroups.WIDTH;

  private final QuadraticError error;
  private final int[] order;
  private final LevelRule rule;
  private final float[] steps;

  /** ŵ in steps, w − ŵ, and A·(w − ŵ). */
  private final RowGroups levels;

  private final RowGroups differences;
  private final RowGroups residuals;

  /**
   * What the sweeps did.
   *
   * @param levels rows × inputs, the better ones
   * @param changes how many levels each sweep changed; fewer sweeps than asked for when one changed none
   * @param before (w − ŵ)ᵀ·A·(w − ŵ) of each row at first
   * @param after the same at last; never more than before but for rounding, when the rule is that of nearest levels
   */
  public record Result(short[] levels, long[] changes, double[] before, double[] after) {}

  private CoordinateDescent(
      QuadraticError error,
      int[] order,
      LevelRule rule,
      float[] steps,
      RowGroups levels,
      RowGroups differences,
      RowGroups residuals) {
    this.error = error;
    this.order = order;
    this.rule = rule;
    this.steps = steps;
    this.levels = levels;
    this.differences = differences;
    this.residuals = residuals;
  }

  /**
   * Sweeps.
   *
   * @param error what is made less: the second moments with their damping
   * @param order inputs in the order they are visited, each once: {@link InverseFactor#order}
   * @param weights w, rows × inputs, row-major
   * @param steps of the rows
   * @param levels to begin with, as the weights stand; not changed
   * @param sweeps at most
   * @param work runs the parts; this must not be called from one of its own tasks
   * @throws IllegalArgumentException when sizes don't fit, a weight is not finite, or a step not positive
   */
  public static Result sweep(
      QuadraticError error,
      int[] order,
      float[] weights,
      float[] steps,
      short[] levels,
      LevelRule rule,
      int sweeps,
      OrderedWork work) {
    if (order.length != error.inputs()) {
      throw new IllegalArgumentException("an order of " + order.length + " for " + error.inputs() + " inputs");
    }
    RowGroups differences = error.differences(weights, steps, levels, work);
    RowGroups residuals = error.times(differences, work);
    RowGroups whole = RowGroups.of(levels, order.length, work);
    CoordinateDescent descent =
        new CoordinateDescent(error, order, rule, steps, whole, differences, residuals);
    return descent.run(sweeps, work);
  }

  private Result run(int sweeps, OrderedWork work) {
    double[] before = error.dots(differences, residuals, work);
    long[] changes = new long[sweeps];
    int done = 0;
    CoefficientBlock block = new CoefficientBlock(order.length);
    while (done < sweeps) {
      for (int first = 0; first < order.length; first += CoefficientBlock.DEPTH) {
        changes[done] += sweepBlock(first, block, work);
      }
      if (changes[done++] == 0) {
        break;
      }
    }
    double[] after = error.dots(differences, residuals, work);
    int inputs = order.length;
    short[] found = new short[levels.rows() * inputs];
    levels.inGroups(
        group -> levels.forEach(group, (row, input, level) -> found[row * inputs + input] = (short) level), work);
    return new Result(found, Arrays.copyOf(changes, done), before, after);
  }

  private long sweepBlock(int first, CoefficientBlock block, OrderedWork work) {
    int depth = Math.min(CoefficientBlock.DEPTH, order.length - first);
    error.fill(block, order, first, depth, work);
    float[] inner = new float[depth * depth];
    for (int j = 0; j < depth; j++) {
      for (int i = 0; i < depth; i++) {
        inner[j * depth + i] = block.get(j, order[first + i]);
      }
    }
    long[] changes = {0};
    work.run(
        levels.groups(),
        group -> {
          float[] changed = new float[depth * WIDTH];
          int count = sweepInBlock(group, first, depth, inner, changed);
          if (count > 0) {
            block.apply(changed, 0, residuals.group(group));
          }
          return count;
        },
        (group, count) -> changes[0] += count);
    return changes[0];
  }

  /**
   * Visits the inputs of a block.
   *
   * @param inner A of these inputs, in their order
   * @param changed receives the changes of w − ŵ
   * @return number of levels that changed
   */
  private int sweepInBlock(int group, int first, int depth, float[] inner, float[] changed) {
    float[] residual = residuals.group(group);
    float[] local = new float[depth * WIDTH];
    for (int j = 0; j < depth; j++) {
      System.arraycopy(residual, order[first + j] * WIDTH, local, j * WIDTH, WIDTH);
    }
    float[] wanted = new float[WIDTH];
    float[] chosen = new float[WIDTH];
    int row = group * WIDTH;
    int count = levels.count(group);
    float[] level = levels.group(group);
    float[] difference = differences.group(group);
    int changes = 0;
    for (int j = 0; j < depth; j++) {
      float curvature = inner[j * depth + j];
      if (!(curvature > 0)) {
        continue;
      }
      int at = order[first + j] * WIDTH;
      for (int i = 0; i < count; i++) {
        wanted[i] = level[at + i] + local[j * WIDTH + i] / curvature / steps[row + i];
      }
      rule.choose(wanted, row, count, chosen);
      int changesBefore = changes;
      for (int i = 0; i < count; i++) {
        if (chosen[i] != level[at + i]) {
          float change = (level[at + i] - chosen[i]) * steps[row + i];
          changed[j * WIDTH + i] = change;
          difference[at + i] += change;
          level[at + i] = chosen[i];
          changes++;
        }
      }
      if (changes > changesBefore) {
        int next = j + 1;
        RowGroups.addMultiples(changed, j * WIDTH, inner, j * depth + next, depth - next, local, next * WIDTH);
      }
    }
    return changes;
  }
}
