package org.ptilmpq.quantizer.reference;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * Backpropagation through a convolution: the gradient's positions times the transposed weights give the gradients of
 * patches, {@code [positions][outputs] · [outputs][window]}, which are added to the inputs they came from. A few
 * positions of the kernel are processed at a time, so that the block of products stays in the second-level cache.
 */
final class GemmBackpropagation implements Backpropagation {

  /** Columns of a block; there are more only where a single position of the kernel has more channels. */
  private static final int COLUMNS = 1024;

  private final Patches patches;
  private final int groups;
  private final int outputs;
  private final int groupOutputs;
  private final int kernelPositions;

  /** Positions of the kernel in each part except the last. */
  private final int partPositions;

  /** Transposed weights, [group][part]: output channels of the group × positions and input channels of the part. */
  private final PackedMatrix[][] weights;

  GemmBackpropagation(Convolution convolution) {
    patches = new Patches(convolution);
    groups = convolution.groups();
    Kernel kernel = convolution.kernel();
    outputs = kernel.outputs();
    groupOutputs = outputs / groups;
    kernelPositions = kernel.height() * kernel.width();
    partPositions = Math.clamp(COLUMNS / kernel.inputs(), 1, kernelPositions);
    weights = new PackedMatrix[groups][Math.ceilDiv(kernelPositions, partPositions)];
    float[] channelsLast = kernel.channelsLast();
    for (int group = 0; group < groups; group++) {
      for (int part = 0; part < weights[group].length; part++) {
        int columns = positions(part) * kernel.inputs();
        PackedMatrix matrix = new PackedMatrix(groupOutputs, columns);
        for (int row = 0; row < groupOutputs; row++) {
          int from =
              (group * groupOutputs + row) * kernel.weightsPerOutput() + part * partPositions * kernel.inputs();
          for (int column = 0; column < columns; column++) {
            matrix.set(row, column, channelsLast[from + column]);
          }
        }
        weights[group][part] = matrix;
      }
    }
  }

  private int positions(int part) {
    return Math.min(partPositions, kernelPositions - part * partPositions);
  }

  @Override
  public void propagate(float[][] inputs, float[] gradient, float[][] gradients, Workspace workspace) {
    float[] rows = workspace.take(PackedMatrix.ROWS * groupOutputs);
    float[] block = workspace.take(PackedMatrix.ROWS * weights[0][0].width());
    for (int first = 0; first < patches.rows(); first += PackedMatrix.ROWS) {
      int count = Math.min(PackedMatrix.ROWS, patches.rows() - first);
      for (int group = 0; group < groups; group++) {
        int from = first * outputs + group * groupOutputs;
        boolean whole = count == PackedMatrix.ROWS;
        if (!whole) { // The last tile would read beyond the end.
          for (int row = 0; row < count; row++) {
            System.arraycopy(gradient, from + row * outputs, rows, row * groupOutputs, groupOutputs);
          }
        }
        for (int part = 0; part < weights[group].length; part++) {
          PackedMatrix matrix = weights[group][part];
          Arrays.fill(block, 0, count * matrix.width(), 0);
          if (whole) {
            matrix.multiplyAdd(gradient, from, outputs, count, block);
          } else {
            matrix.multiplyAdd(rows, 0, groupOutputs, count, block);
          }
          patches.addBack(
              block, matrix.width(), group, first, count, part * partPositions, positions(part), gradients[0]);
        }
      }
    }
    workspace.giveBack(rows);
    workspace.giveBack(block);
  }
}
