package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;

/** The properties of an operation in its network: the tensors over which it may write its output, and its kind. */
final class Operations {

  private Operations() {}

  /**
   * Indices of the tensors whose place the output may take, when nothing reads them later: those of which each element
   * is read only for the output element of the same place. A convolution reads its input around that place, so a
   * residual that is also the input doesn't qualify.
   */
  static List<Integer> overwritable(Operation operation, PqModel model) {
    List<Integer> overwritable = new ArrayList<>();
    Tensor output = model.tensors().get(operation.output());
    for (int input : elementwise(operation)) {
      if (sameLayout(model.tensors().get(input), output)) {
        overwritable.add(input);
      }
    }
    return overwritable;
  }

  private static List<Integer> elementwise(Operation operation) {
    if (operation instanceof Operation.Convolution o) {
      return o.residual() < 0 || o.residual() == o.input() ? List.of() : List.of(o.residual());
    }
    boolean isElementwise = operation instanceof Operation.Addition || operation instanceof Operation.Rescale;
    return isElementwise ? operation.inputs() : List.of();
  }

  /** The human-readable kind: "convolution", "depthwise" and so on. */
  static String kind(Operation operation, PqModel model) {
    return switch (operation) {
      case Operation.Convolution o -> convolutionKind(o, model.tensors().get(o.input()));
      case Operation.Addition o -> "addition";
      case Operation.MaxPooling o -> "max pooling";
      case Operation.AveragePooling o -> "average pooling";
      case Operation.Slice o -> "slice";
      case Operation.Padding o -> "padding";
      case Operation.Rescale o -> "rescale";
    };
  }

  private static String convolutionKind(Operation.Convolution o, Tensor input) {
    if (o.groups() > 1) {
      return o.groups() == input.channels() ? "depthwise" : "grouped convolution";
    }
    boolean wholeInput =
        o.kernelHeight() == input.height() && o.kernelWidth() == input.width() && o.padTop() == 0 && o.padLeft() == 0;
    return wholeInput ? "fully connected" : "convolution";
  }

  private static boolean sameLayout(Tensor a, Tensor b) {
    return a.height() == b.height()
        && a.width() == b.width()
        && a.channels() == b.channels()
        && a.type() == b.type();
  }
}
