package org.ptilmpq.quantizer.emit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Provenance;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;

/** Writes a float graph as the operations of a {@code .pq} file: one operation per node, one tensor per value. */
public final class ModelBuilder {

  private final FloatGraph graph;
  private final Map<Value, ActivationGrid> grids;
  private final Map<Value, Integer> indices = new HashMap<>();

  /**
   * @param graph one whose output a convolution writes, as {@link ScoreLayer} makes it
   * @param grids of every value but the output
   */
  public ModelBuilder(FloatGraph graph, Map<Value, ActivationGrid> grids) {
    this.graph = graph;
    this.grids = grids;
    graph.values().forEach(value -> indices.put(value, indices.size()));
  }

  /**
   * Builds the model.
   *
   * @param name the network's human-readable name
   * @param weights of every convolution
   */
  public PqModel build(
      String name,
      Map<Node.Convolution, Weights> weights,
      Preprocessing preprocessing,
      List<String> labels,
      Provenance provenance) {
    List<Tensor> tensors = graph.values().stream().map(this::tensor).toList();
    List<Operation> operations = new ArrayList<>();
    for (Node node : graph.nodes()) {
      operations.add(operation(node, weights));
    }
    return new PqModel(
        name,
        tensors,
        operations,
        indices.get(graph.input()),
        indices.get(graph.output()),
        preprocessing,
        labels,
        provenance);
  }

  private Tensor tensor(Value value) {
    Shape shape = value.shape();
    if (value.equals(graph.output())) {
      return new Tensor(value.name(), 1, 1, shape.channels(), Tensor.Type.FLOAT32, 1, 0);
    }
    ActivationGrid grid = grids.get(value);
    return new Tensor(
        value.name(),
        shape.height(),
        shape.width(),
        shape.channels(),
        Tensor.Type.INT8,
        grid.scale(),
        grid.zeroPoint());
  }

  private Operation operation(Node node, Map<Node.Convolution, Weights> weights) {
    int output = indices.get(node.output());
    int low = Byte.MIN_VALUE;
    int high = Byte.MAX_VALUE;
    ActivationGrid grid = grids.get(node.output());
    if (grid != null) {
      Clamp clamp = node.clamp();
      low = grid.quantize(clamp.low());
      high = grid.quantize(clamp.high());
    }
    return switch (node) {
      case Node.Convolution conv -> convolution(conv, output, low, high, weights.get(conv));
      case Node.Addition add ->
          new Operation.Addition(add.name(), indices.get(add.left()), indices.get(add.right()), output, low, high);
      case Node.MaxPooling pool ->
          new Operation.MaxPooling(pool.name(), indices.get(pool.input()), output, window(pool.window()));
      case Node.AveragePooling pool ->
          new Operation.AveragePooling(
              pool.name(), indices.get(pool.input()), output, window(pool.window()), pool.countPadding(), low, high);
      case Node.Slice s ->
          new Operation.Slice(
              s.name(),
              indices.get(s.input()),
              output,
              s.startY(),
              s.startX(),
              s.startC(),
              s.strideY(),
              s.strideX(),
              s.strideC());
      case Node.Padding p ->
          new Operation.Padding(p.name(), indices.get(p.input()), output, p.padTop(), p.padLeft(), p.padFront());
      case Node.Activation a -> new Operation.Rescale(a.name(), indices.get(a.input()), output, low, high);
    };
  }

  private Operation convolution(Node.Convolution conv, int output, int low, int high, Weights weights) {
    return new Operation.Convolution(
        conv.name(),
        indices.get(conv.input()),
        conv.residual().map(indices::get).orElse(-1),
        output,
        window(conv.window()),
        conv.groups(),
        low,
        high,
        weights);
  }

  private static Operation.Window window(Window w) {
    return new Operation.Window(
        w.kernelHeight(),
        w.kernelWidth(),
        w.strideY(),
        w.strideX(),
        w.dilationY(),
        w.dilationX(),
        w.padTop(),
        w.padLeft());
  }
}
