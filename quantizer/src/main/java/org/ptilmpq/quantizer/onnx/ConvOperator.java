package org.ptilmpq.quantizer.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.options.OnnxException;

/** Conv with two spatial dimensions and weights that the model holds. */
final class ConvOperator implements Operator {

  @Override
  public Imported read(OnnxNode node, GraphBuilder graph) throws OnnxException {
    Activation input = node.activation(0);
    Shape shape = input.picture();
    Constant.Floats weights = node.weights(1);
    List<Integer> dims = weights.dims();
    if (dims.size() != 4) {
      throw node.error("weights of dimensions " + dims + "; only convolutions over rows and columns are supported");
    }
    int outputs = dims.get(0);
    long[] kernel = {dims.get(2), dims.get(3)};
    if (!Arrays.equals(node.integers("kernel_shape", kernel), kernel)) {
      throw node.error("kernel_shape is not that of the weights");
    }
    Window window = WindowAttributes.read(node, kernel, shape, false);
    long groups = node.integer("group", 1);
    if (groups < 1 || groups > outputs) {
      throw node.error("group = " + groups);
    }
    graph.allow((long) weights.values().length + outputs);
    return graph.add(
        new Node.Convolution(
            node.name(),
            input.value(),
            Optional.empty(),
            GraphBuilder.output(
                node, new Shape(window.outputHeight(shape.height()), window.outputWidth(shape.width()), outputs)),
            window,
            (int) groups,
            new Kernel(outputs, dims.get(1), dims.get(2), dims.get(3), weights.values()),
            node.hasInput(2) ? node.channelWeights(2, outputs) : new float[outputs],
            new float[0],
            new float[0],
            Clamp.NONE));
  }
}
