package org.ptilmpq.format;

/**
 * Checks what each operation requires of its tensors: shapes that agree, windows that meet the input, equal
 * quantization where bytes are passed on, bounds in order. The tensors themselves and the order of operations are
 * verified before.
 */
final class OperationVerifier {

  private final PqModel model;
  private final ModelVerifier.Places places;
  private final WeightsVerifier weights;

  OperationVerifier(PqModel model, ModelVerifier.Places places, WeightsVerifier.Extent extent) {
    this.model = model;
    this.places = places;
    this.weights = new WeightsVerifier(places, extent);
  }

  void verify(int index) throws PqFormatException {
    Operation operation = model.operations().get(index);
    Tensor output = model.tensors().get(operation.output());
    for (int input : operation.inputs()) {
      if (tensor(input).type() != Tensor.Type.INT8) {
        throw places.input(index, input, "reads floats; operations read bytes");
      }
    }
    if (output.type() == Tensor.Type.FLOAT32 && !(operation instanceof Operation.Convolution)) {
      throw places.operation(index, "output", "only a convolution gives floats");
    }
    switch (operation) {
      case Operation.Convolution o -> convolution(index, o, output);
      case Operation.Addition o -> {
        checkSameShape(index, "left", tensor(o.left()), output);
        checkSameShape(index, "right", tensor(o.right()), output);
        checkBounds(index, o.low(), o.high());
      }
      case Operation.MaxPooling o -> {
        checkSameQuantization(index, tensor(o.input()), output);
        pooling(index, tensor(o.input()), output, o.window());
      }
      case Operation.AveragePooling o -> {
        pooling(index, tensor(o.input()), output, o.window());
        checkBounds(index, o.low(), o.high());
      }
      case Operation.Slice o -> {
        Tensor input = tensor(o.input());
        checkSameQuantization(index, input, output);
        slice(index, "start_y", o.startY(), o.strideY(), input.height(), output.height());
        slice(index, "start_x", o.startX(), o.strideX(), input.width(), output.width());
        slice(index, "start_c", o.startC(), o.strideC(), input.channels(), output.channels());
      }
      case Operation.Padding o -> {
        Tensor input = tensor(o.input());
        checkSameQuantization(index, input, output);
        padding(index, "pad_top", o.padTop(), input.height(), output.height());
        padding(index, "pad_left", o.padLeft(), input.width(), output.width());
        padding(index, "pad_front", o.padFront(), input.channels(), output.channels());
      }
      case Operation.Rescale o -> {
        checkSameShape(index, "input", tensor(o.input()), output);
        checkBounds(index, o.low(), o.high());
      }
    }
  }

  private Tensor tensor(int index) {
    return model.tensors().get(index);
  }

  private void convolution(int index, Operation.Convolution o, Tensor output) throws PqFormatException {
    Tensor input = tensor(o.input());
    if (o.residual() != -1) {
      checkSameShape(index, "residual", tensor(o.residual()), output);
    }
    if (output.type() == Tensor.Type.FLOAT32 && (o.low() != Byte.MIN_VALUE || o.high() != Byte.MAX_VALUE)) {
      throw places.operation(index, "low", "floats are not clamped: -128 and 127");
    }
    checkBounds(index, o.low(), o.high());
    int groups = o.groups();
    if (groups < 1 || input.channels() % groups != 0 || output.channels() % groups != 0) {
      throw places.operation(
          index,
          "groups",
          "%d groups of %d input and %d output channels".formatted(groups, input.channels(), output.channels()));
    }
    Operation.Window window = o.window();
    checkWindows(index, Axis.rows(window), input.height(), output.height());
    checkWindows(index, Axis.columns(window), input.width(), output.width());
    long inputs = (long) window.kernelHeight() * window.kernelWidth() * (input.channels() / groups);
    if (inputs != o.weights().inputs() || inputs > ModelLimits.MAX_INPUTS) {
      throw places.operation(
          index, "weights.inputs", o.weights().inputs() + " weights per channel, where the shapes make " + inputs);
    }
    weights.verify(index, o.weights(), output.channels(), o.parts(model));
  }

  private void pooling(int index, Tensor input, Tensor output, Operation.Window window) throws PqFormatException {
    if (window.dilationY() != 1 || window.dilationX() != 1) {
      throw places.operation(index, "dilation", "the window of a pooling has no holes");
    }
    Axis rows = Axis.rows(window);
    Axis columns = Axis.columns(window);
    if (input.channels() != output.channels()) {
      throw places.operation(
          index, "input", input.channels() + " channels, but the output has " + output.channels());
    }
    checkWindows(index, rows, input.height(), output.height());
    checkWindows(index, columns, input.width(), output.width());
    checkMeetsInput(index, rows, input.height(), output.height());
    checkMeetsInput(index, columns, input.width(), output.width());
  }

  /** The windows along one axis. */
  private record Axis(String name, int kernel, int stride, int dilation, int pad) {

    static Axis rows(Operation.Window w) {
      return new Axis("height", w.kernelHeight(), w.strideY(), w.dilationY(), w.padTop());
    }

    static Axis columns(Operation.Window w) {
      return new Axis("width", w.kernelWidth(), w.strideX(), w.dilationX(), w.padLeft());
    }

    /** Length from a window's first tap to its last, both included. */
    long extent() {
      return (kernel - 1L) * dilation + 1;
    }
  }

  /**
   * Checks that the output has as many windows as fit: what is left of the input after the last is less than a stride,
   * and padding is never wider than a window.
   */
  private void checkWindows(int index, Axis axis, int inputSize, int outputSize) throws PqFormatException {
    checkParameter(index, axis, "kernel", axis.kernel, 1);
    checkParameter(index, axis, "stride", axis.stride, 1);
    checkParameter(index, axis, "dilation", axis.dilation, 1);
    checkParameter(index, axis, "padding", axis.pad, 0);
    long left = (long) inputSize + axis.pad - ((outputSize - 1L) * axis.stride + axis.extent());
    if (axis.pad > axis.extent() || left >= axis.stride || -left > axis.extent()) {
      throw places.operation(
          index,
          "output",
          "%s %d can't come from %d with kernel %d, stride %d, dilation %d and padding %d before it"
              .formatted(
                  axis.name, outputSize, inputSize, axis.kernel, axis.stride, axis.dilation, axis.pad));
    }
  }

  private void checkParameter(int index, Axis axis, String parameter, int value, int least)
      throws PqFormatException {
    if (value < least || value > ModelLimits.MAX_EXTENT) {
      throw places.operation(
          index,
          parameter,
          "%d along the %s is not from %d to %d".formatted(value, axis.name, least, ModelLimits.MAX_EXTENT));
    }
  }

  /** Refuses a pool over padding alone, which has no value. */
  private void checkMeetsInput(int index, Axis axis, int inputSize, int outputSize) throws PqFormatException {
    long lastStart = (outputSize - 1L) * axis.stride - axis.pad;
    if (axis.pad >= axis.kernel || lastStart >= inputSize) {
      throw places.operation(index, "padding", "a window lies in the padding alone, along the " + axis.name);
    }
  }

  private void slice(int index, String field, int start, int stride, int inputSize, int outputSize)
      throws PqFormatException {
    if (start < 0 || stride < 1 || start + (outputSize - 1L) * stride >= inputSize) {
      throw places.operation(
          index, field, "%d of %d, from %d in steps of %d".formatted(outputSize, inputSize, start, stride));
    }
  }

  private void padding(int index, String field, int before, int inputSize, int outputSize)
      throws PqFormatException {
    if (before < 0 || (long) before + inputSize > outputSize) {
      throw places.operation(index, field, "%d and %d do not fit %d".formatted(before, inputSize, outputSize));
    }
  }

  private void checkSameShape(int index, String field, Tensor a, Tensor b) throws PqFormatException {
    if (a.height() != b.height() || a.width() != b.width() || a.channels() != b.channels()) {
      throw places.operation(
          index,
          field,
          "its shape %d × %d × %d is not the output's %d × %d × %d"
              .formatted(a.height(), a.width(), a.channels(), b.height(), b.width(), b.channels()));
    }
  }

  private void checkSameQuantization(int index, Tensor input, Tensor output) throws PqFormatException {
    if (input.scale() != output.scale() || input.zeroPoint() != output.zeroPoint()) {
      throw places.operation(
          index,
          "input",
          "scale %s, zero point %d: not those of the output, %s and %d"
              .formatted(input.scale(), input.zeroPoint(), output.scale(), output.zeroPoint()));
    }
  }

  private void checkBounds(int index, int low, int high) throws PqFormatException {
    if (low < Byte.MIN_VALUE || low > high || high > Byte.MAX_VALUE) {
      throw places.operation(index, "low", "bounds " + low + " and " + high);
    }
  }
}
