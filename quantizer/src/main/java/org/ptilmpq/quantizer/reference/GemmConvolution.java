package org.ptilmpq.quantizer.reference;

import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * A convolution as a matrix product: rows are output positions ({@link Patches}), columns output channels.
 *
 * <p>{@link PackedMatrix#ROWS} rows of patches are made at a time. The product goes into a block of its own, whose
 * columns are padded to whole panels, and from there to the output with residual and clamp.
 */
final class GemmConvolution implements Computation {

  private final Patches patches;
  private final int groups;
  private final int depth;
  private final int groupOutputs;

  /** One per group: inputs of a window × output channels of the group. */
  private final PackedMatrix[] weights;

  /** Bias: [group][columns of the matrix], zeros beyond the last output. */
  private final float[][] bias;

  private final Clamp clamp;

  GemmConvolution(Convolution convolution) {
    patches = new Patches(convolution);
    groups = convolution.groups();
    Kernel kernel = convolution.kernel();
    depth = kernel.weightsPerOutput();
    groupOutputs = kernel.outputs() / groups;
    clamp = convolution.clamp();
    weights = new PackedMatrix[groups];
    bias = new float[groups][];
    float[] channelsLast = kernel.channelsLast();
    for (int group = 0; group < groups; group++) {
      weights[group] = new PackedMatrix(depth, groupOutputs);
      bias[group] = new float[weights[group].width()];
      for (int column = 0; column < groupOutputs; column++) {
        int out = group * groupOutputs + column;
        bias[group][column] = convolution.bias()[out];
        for (int k = 0; k < depth; k++) {
          weights[group].set(k, column, channelsLast[out * depth + k]);
        }
      }
    }
  }

  @Override
  public void compute(float[][] inputs, float[] output, Workspace workspace) {
    float[] rows = workspace.take(PackedMatrix.ROWS * depth);
    float[] block = workspace.take(PackedMatrix.ROWS * weights[0].width());
    for (int first = 0; first < patches.rows(); first += PackedMatrix.ROWS) {
      int count = Math.min(PackedMatrix.ROWS, patches.rows() - first);
      for (int group = 0; group < groups; group++) {
        for (int row = 0; row < count; row++) {
          System.arraycopy(bias[group], 0, block, row * bias[group].length, bias[group].length);
        }
        if (patches.areInput(groups) && count == PackedMatrix.ROWS) {
          weights[group].multiplyAdd(inputs[0], first * depth, depth, count, block);
        } else {
          patches.copy(inputs[0], group, first, count, rows);
          weights[group].multiplyAdd(rows, 0, depth, count, block);
        }
        store(block, first, count, group, inputs.length > 1 ? inputs[1] : null, output);
      }
    }
    workspace.giveBack(rows);
    workspace.giveBack(block);
  }

  private void store(float[] block, int first, int count, int group, float[] residual, float[] output) {
    int width = weights[group].width();
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
