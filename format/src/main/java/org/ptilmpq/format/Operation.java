package org.ptilmpq.format;

import java.util.List;

/**
 * One step of a network. Tensors are indices into {@link PqModel#tensors}. Where a step clamps its result,
 * {@code low} and {@code high} are bytes in the output tensor's own quantization: a ReLU is {@code low = zeroPoint}, a
 * ReLU6 sets both, no activation is −128 and 127.
 */
public sealed interface Operation {

  /** The layer's name in the network it came from, for reports and errors. */
  String name();

  /** Index of the tensor this step fills; no other step fills it. */
  int output();

  /** Indices of the tensors this step reads. */
  List<Integer> inputs();

  /**
   * What this step is, for people: "convolution 3×3", "depthwise 3×3", "grouped convolution 1×1", "fully connected",
   * "max pooling 3×3", "addition" and so on.
   *
   * @param model that the step belongs to
   */
  default String kind(PqModel model) {
    return switch (this) {
      case Convolution o -> o.convolutionKind(model);
      case Addition o -> "addition";
      case MaxPooling o -> "max pooling " + o.window.kernel();
      case AveragePooling o -> "average pooling " + o.window.kernel();
      case Slice o -> "slice";
      case Padding o -> "padding";
      case Rescale o -> "rescale";
    };
  }

  /**
   * How the window of a convolution or pooling moves over its input. The bottom and right padding follow from the
   * output's size.
   *
   * @param kernelHeight rows of the window
   * @param kernelWidth columns of the window
   * @param strideY rows from one window to the next
   * @param strideX columns from one window to the next
   * @param dilationY rows from one tap of the window to the next; 1 in poolings
   * @param dilationX columns from one tap of the window to the next; 1 in poolings
   * @param padTop rows outside the input, above it
   * @param padLeft columns outside the input, left of it
   */
  record Window(
      int kernelHeight,
      int kernelWidth,
      int strideY,
      int strideX,
      int dilationY,
      int dilationX,
      int padTop,
      int padLeft) {

    /** Returns a window without holes. */
    public static Window of(int kernelHeight, int kernelWidth, int strideY, int strideX, int padTop, int padLeft) {
      return new Window(kernelHeight, kernelWidth, strideY, strideX, 1, 1, padTop, padLeft);
    }

    /** Number of taps. Below 2³¹ in a verified model. */
    public int taps() {
      return kernelHeight * kernelWidth;
    }

    private String kernel() {
      return kernelHeight + "×" + kernelWidth;
    }
  }

  /**
   * A convolution of any kind, fully connected layers included (a kernel as large as its input):
   * {@code y = clamp(w ∗ x + bias [+ residual])}. Where a window leaves the input, it meets the input's zero point.
   *
   * @param residual index of a tensor of the output's shape that is added before the clamp, or −1
   * @param groups input and output channels are cut into this many parts that don't see each other; with as many groups
   *     as input channels the convolution is depthwise
   */
  record Convolution(
      String name,
      int input,
      int residual,
      int output,
      Window window,
      int groups,
      int low,
      int high,
      Weights weights)
      implements Operation {
    @Override
    public List<Integer> inputs() {
      return residual == -1 ? List.of(input) : List.of(input, residual);
    }

    /** Whether each output channel sees one input channel alone, out of several. */
    public boolean isDepthwise(PqModel model) {
      return groups > 1 && groups == model.tensors().get(input).channels();
    }

    /** Number of parts of packed positions that neither channel groups nor the order of channels cross. */
    int parts(PqModel model) {
      return isDepthwise(model) ? 1 : groups;
    }

    /** The same convolution of other weights. */
    Convolution with(Weights other) {
      return new Convolution(name, input, residual, output, window, groups, low, high, other);
    }

    private String convolutionKind(PqModel model) {
      Tensor in = model.tensors().get(input);
      if (groups > 1) {
        return (isDepthwise(model) ? "depthwise " : "grouped convolution ") + window.kernel();
      }
      boolean isWhole = window.kernelHeight == in.height() && window.kernelWidth == in.width();
      boolean isPadded = window.padTop > 0 || window.padLeft > 0;
      return isWhole && !isPadded ? "fully connected" : "convolution " + window.kernel();
    }
  }

  /** {@code y = clamp(a + b)}, element by element, each with its own scale and zero point. */
  record Addition(String name, int left, int right, int output, int low, int high) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(left, right);
    }
  }

  /**
   * Largest value of each window; positions outside the input don't take part. Quantization of input and output is
   * equal.
   */
  record MaxPooling(String name, int input, int output, Window window) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /**
   * Mean of each window, clamped. A global average has a window as large as the input.
   *
   * @param countPadding whether positions outside the input count, as zeros, or are left out of the mean
   */
  record AveragePooling(
      String name, int input, int output, Window window, boolean countPadding, int low, int high)
      implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /**
   * Every {@code strideY}-th row, {@code strideX}-th column and {@code strideC}-th channel from a start; the output's
   * shape says how many. Quantization of input and output is equal.
   */
  record Slice(
      String name, int input, int output, int startY, int startX, int startC, int strideY, int strideX, int strideC)
      implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /**
   * Zeros (the zero point) around the input: {@code padTop} rows above, {@code padLeft} columns left and
   * {@code padFront} channels before it; the output's shape says how many after it. Quantization of input and output is
   * equal.
   */
  record Padding(String name, int input, int output, int padTop, int padLeft, int padFront) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }

  /** {@code y = clamp(x)} from one quantization to another: an activation that could not be fused. */
  record Rescale(String name, int input, int output, int low, int high) implements Operation {
    @Override
    public List<Integer> inputs() {
      return List.of(input);
    }
  }
}
