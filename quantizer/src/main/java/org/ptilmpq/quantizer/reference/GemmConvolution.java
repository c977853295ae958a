package org.ptilmpq.quantizer.reference;

import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * A convolution as a matrix product: rows are output positions ({@link Patches}), columns output channels.
 *
 * <p>Blocking: {@link #ROWS} rows of patches are made at a time; of the weights, packed in panels as wide as a tile,
 * {@link #DEPTH} × {@link GemmTile#COLUMNS} stay in the second-level cache while all tiles of those rows use them. The
 * product goes into a block of its own, whose columns are padded to whole panels, and from there to the output with
 * residual and clamp.
 */
final class GemmConvolution implements Computation {

  private static final int ROWS = 16 * GemmTile.ROWS;
  private static final int DEPTH = 384;

  private final Patches patches;
  private final int groups;
  private final int depth;
  private final int groupOutputs;
  private final int panels;

  /** Weights: [group][panel][depth][columns of a panel], zeros beyond the last output. */
  private final float[][] packed;

  /** Bias: [group][columns of all panels], zeros beyond the last output. */
  private final float[][] bias;

  private final Clamp clamp;

  GemmConvolution(Convolution convolution) {
    patches = new Patches(convolution);
    groups = convolution.groups();
    Kernel kernel = convolution.kernel();
    depth = kernel.weightsPerOutput();
    groupOutputs = kernel.outputs() / groups;
    panels = Math.ceilDiv(groupOutputs, GemmTile.COLUMNS);
    clamp = convolution.clamp();
    packed = new float[groups][Math.multiplyExact(panels * GemmTile.COLUMNS, depth)];
    bias = new float[groups][panels * GemmTile.COLUMNS];
    float[] weights = kernel.channelsLast();
    for (int out = 0; out < kernel.outputs(); out++) {
      int group = out / groupOutputs;
      int column = out % groupOutputs;
      bias[group][column] = convolution.bias()[out];
      int base = column / GemmTile.COLUMNS * depth * GemmTile.COLUMNS + column % GemmTile.COLUMNS;
      for (int k = 0; k < depth; k++) {
        packed[group][base + k * GemmTile.COLUMNS] = weights[out * depth + k];
      }
    }
  }

  @Override
  public void compute(float[][] inputs, float[] output, Workspace workspace) {
    float[] rows = workspace.take(ROWS * depth);
    float[] block = workspace.take(ROWS * panels * GemmTile.COLUMNS);
    for (int first = 0; first < patches.rows(); first += ROWS) {
      int count = Math.min(ROWS, patches.rows() - first);
      for (int group = 0; group < groups; group++) {
        if (patches.areInput(groups) && count == ROWS) {
          multiply(inputs[0], first * depth, count, group, block);
        } else {
          patches.copy(inputs[0], group, first, count, rows);
          multiply(rows, 0, count, group, block);
        }
        store(block, first, count, group, inputs.length > 1 ? inputs[1] : null, output);
      }
    }
    workspace.giveBack(rows);
    workspace.giveBack(block);
  }

  /** The product of some rows with all of a group's weights; the last tile may run over, into rows nobody stores. */
  private void multiply(float[] rows, int offset, int count, int group, float[] block) {
    int width = panels * GemmTile.COLUMNS;
    for (int row = 0; row < count; row++) {
      System.arraycopy(bias[group], 0, block, row * width, width);
    }
    for (int panel = 0; panel < panels; panel++) {
      for (int k = 0; k < depth; k += DEPTH) {
        int weights = (panel * depth + k) * GemmTile.COLUMNS;
        int run = Math.min(DEPTH, depth - k);
        for (int row = 0; row < count; row += GemmTile.ROWS) {
          int tile = row * width + panel * GemmTile.COLUMNS;
          GemmTile.multiplyAdd(
              rows, offset + row * depth + k, depth, packed[group], weights, run, block, tile, width);
        }
      }
    }
  }

  private void store(float[] block, int first, int count, int group, float[] residual, float[] output) {
    int width = panels * GemmTile.COLUMNS;
    for (int row = 0; row < count; row++) {
      int at = (first + row) * groups * groupOutputs + group * groupOutputs;
      System.arraycopy(block, row * width, output, at, groupOutputs);
      if (residual != null) {
        for (int i = at; i < at + groupOutputs; i++) {
          output[i] += residual[i];
        }
      }
      Clamping.apply(clamp, output, at, at + groupOutputs);
    }
  }
}
