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
   * A convolution of any kind, fully connected layers included (a kernel as large as its input):
   * {@code y = clamp(w ∗ x + bias [+ residual])}. Where a window leaves the input, it meets the input's zero point.
   * The bottom and right padding follow from the output's size.
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
      int kernelHeight,
      int kernelWidth,
      int strideY,
      int strideX,
      int dilationY,
      int dilationX,
      int padTop,
      int padLeft,
      int groups,
      int low,
      int high,
      Weights weights)
      implements Operation {
    @Override
    public List<Integer> inputs() {
      return residual == -1 ? List.of(input) : List.of(input, residual);
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
  record MaxPooling(
      String name,
      int input,
      int output,
      int kernelHeight,
      int kernelWidth,
      int strideY,
      int strideX,
      int padTop,
      int padLeft)
      implements Operation {
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
      String name,
      int input,
      int output,
      int kernelHeight,
      int kernelWidth,
      int strideY,
      int strideX,
      int padTop,
      int padLeft,
      boolean countPadding,
      int low,
      int high)
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
