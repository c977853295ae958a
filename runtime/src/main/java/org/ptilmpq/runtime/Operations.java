package org.ptilmpq.runtime;

import java.util.List;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;

/** What the planners ask of an operation: which tensors it reads, and over which of them it may write its output. */
final class Operations {

  private Operations() {}

  /** Indices of the tensors an operation reads. */
  static List<Integer> inputs(Operation operation) {
    return switch (operation) {
      case Operation.Convolution o -> o.residual() < 0 ? List.of(o.input()) : List.of(o.input(), o.residual());
      case Operation.Addition o -> List.of(o.left(), o.right());
      case Operation.MaxPooling o -> List.of(o.input());
      case Operation.AveragePooling o -> List.of(o.input());
      case Operation.Slice o -> List.of(o.input());
      case Operation.Padding o -> List.of(o.input());
      case Operation.Rescale o -> List.of(o.input());
    };
  }

  /**
   * Indices of the tensors whose place the output may take, when nobody reads them later: those of which each element
   * is read for the output element of the same place alone. A convolution reads its input around that place, so a
   * residual that is also the input doesn't qualify.
   */
  static List<Integer> overwritable(Operation operation, PqModel model) {
    List<Integer> elementwise =
        switch (operation) {
          case Operation.Convolution o ->
              o.residual() < 0 || o.residual() == o.input() ? List.of() : List.of(o.residual());
          case Operation.Addition o -> List.of(o.left(), o.right());
          case Operation.Rescale o -> List.of(o.input());
          case Operation.MaxPooling o -> List.of();
          case Operation.AveragePooling o -> List.of();
          case Operation.Slice o -> List.of();
          case Operation.Padding o -> List.of();
        };
    Tensor output = model.tensors().get(operation.output());
    return elementwise.stream().filter(i -> sameLayout(model.tensors().get(i), output)).toList();
  }

  /** For people: "convolution", "depthwise" and so on. */
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
