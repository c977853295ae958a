package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Grid;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.WeightGroup;

/** Turns a file's operations into kernel specs: tensors get their addresses, weights their packed view. */
final class Lowering {

  private final PqModel model;
  private final MemoryPlan memory;

  private Lowering(PqModel model, MemoryPlan memory) {
    this.model = model;
    this.memory = memory;
  }

  /**
   * Returns one spec per operation, in execution order.
   *
   * @param model verified; of an outline, whose weights have no codes, only the shapes are there
   * @param memory a plan of this model whose arena is small enough for an array
   */
  static List<KernelSpec> lower(PqModel model, MemoryPlan memory) {
    Lowering lowering = new Lowering(model, memory);
    List<KernelSpec> specs = new ArrayList<>(model.operations().size());
    for (Operation operation : model.operations()) {
      specs.add(lowering.spec(operation));
    }
    return List.copyOf(specs);
  }

  private KernelSpec spec(Operation operation) {
    return switch (operation) {
      case Operation.Convolution o -> convolution(o);
      case Operation.Addition o ->
          new KernelSpec.Addition(view(o.left()), view(o.right()), view(o.output()), o.low(), o.high());
      case Operation.MaxPooling o ->
          new KernelSpec.MaxPooling(view(o.input()), view(o.output()), window(o.window()));
      case Operation.AveragePooling o ->
          new KernelSpec.AveragePooling(
              view(o.input()), view(o.output()), window(o.window()), o.countPadding(), o.low(), o.high());
      case Operation.Slice o ->
          new KernelSpec.Slice(
              view(o.input()),
              view(o.output()),
              o.startY(),
              o.startX(),
              o.startC(),
              o.strideY(),
              o.strideX(),
              o.strideC());
      case Operation.Padding o ->
          new KernelSpec.Padding(view(o.input()), view(o.output()), o.padTop(), o.padLeft(), o.padFront());
      case Operation.Rescale o -> new KernelSpec.Rescale(view(o.input()), view(o.output()), o.low(), o.high());
    };
  }

  private KernelSpec convolution(Operation.Convolution o) {
    boolean floatScores = o.output() == model.output();
    return new KernelSpec.Convolution(
        view(o.input()),
        o.residual() < 0 ? null : view(o.residual()),
        floatScores ? scoresView() : view(o.output()),
        floatScores,
        window(o.window()),
        o.groups(),
        packed(o.weights()),
        o.weights().scales(),
        o.weights().biases(),
        o.low(),
        o.high());
  }

  private static KernelSpec.Window window(Operation.Window w) {
    return new KernelSpec.Window(
        w.kernelHeight(),
        w.kernelWidth(),
        w.strideY(),
        w.strideX(),
        w.dilationY(),
        w.dilationX(),
        w.padTop(),
        w.padLeft());
  }

  private static PackedWeights packed(Weights weights) {
    List<WeightGroup> groups = new ArrayList<>(weights.groups().size());
    for (ChannelGroup group : weights.groups()) {
      groups.add(group(group));
    }
    // Codes, where there are any, have at least eight bytes.
    return weights.codes().byteSize() == 0
        ? PackedWeights.outline(weights.inputs(), groups, weights.channelOrder())
        : new PackedWeights(weights.inputs(), groups, weights.channelOrder(), weights.codes(), weights.tails());
  }

  private static WeightGroup group(ChannelGroup group) {
    return switch (group.grid()) {
      case Grid.Uniform grid -> WeightGroup.uniform(group.channels(), group.width());
      case Grid.HalfStep grid -> WeightGroup.halfStep(group.channels(), group.width());
      case Grid.TwoRegion grid ->
          WeightGroup.twoRegion(group.channels(), group.width(), grid.knee(), grid.ratio());
      case Grid.SparseTails grid -> WeightGroup.sparseTails(group.channels(), group.width());
    };
  }

  private TensorView view(int index) {
    Tensor t = model.tensors().get(index);
    int offset = Math.toIntExact(memory.placementOf(index).offset());
    return new TensorView(offset, t.height(), t.width(), t.channels(), t.scale(), t.zeroPoint());
  }

  /** The scores have an array of their own: only the shape of their view counts. */
  private TensorView scoresView() {
    Tensor t = model.outputTensor();
    return new TensorView(0, t.height(), t.width(), t.channels(), t.scale(), t.zeroPoint());
  }
}
