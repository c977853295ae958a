package org.ptilmpq.kernels;


/**
 * The computation of a kernel: shapes, places in the arena, quantization. A spec says everything that decides the
 * result to the bit; a {@link KernelSet} decides how fast.
 *
 * <p>All requantization is done in 32-bit floats, one operation after the other in a fixed order (no fused
 * multiply-add), rounded half to even: see {@code arithmetic.Requantization}.
 */
public sealed interface KernelSpec {

  /** Where a window lies on its input. The bottom and right padding follow from the output's size. */
  record Window(
      int kernelHeight,
      int kernelWidth,
      int strideY,
      int strideX,
      int dilationY,
      int dilationX,
      int padTop,
      int padLeft) {

    /** Number of taps. */
    public int taps() {
      return kernelHeight * kernelWidth;
    }
  }

  /**
   * {@code y = clamp(w ∗ x + bias [+ residual])}, in bytes, or in floats without a clamp for a network's scores.
   *
   * @param residual added before the clamp, of the output's shape, or null; it may be the very place of the output
   * @param output where the result goes; with {@code floatScores} only its shape counts
   * @param floatScores write real values to the scores array, in channel order, instead of bytes to the arena
   * @param groups input and output channels are cut into this many parts; with one part per input channel it is
   *     depthwise
   * @param scales real value of one level, per packed channel
   * @param biases real values, one per packed channel
   * @param low least byte of the output
   * @param high greatest byte of the output
   */
  record Convolution(
      TensorView input,
      TensorView residual,
      TensorView output,
      boolean floatScores,
      Window window,
      int groups,
      PackedWeights weights,
      float[] scales,
      float[] biases,
      int low,
      int high)
      implements KernelSpec {

    /** Whether each output channel sees one input channel alone. */
    public boolean isDepthwise() {
      return groups > 1 && groups == input.channels();
    }
  }

  /** {@code y = clamp(left + right)}; the output may be the very place of either input. */
  record Addition(TensorView left, TensorView right, TensorView output, int low, int high) implements KernelSpec {}

  /** The largest byte of each window; positions outside the input don't take part. No dilation. */
  record MaxPooling(TensorView input, TensorView output, Window window) implements KernelSpec {}

  /**
   * The mean of each window, requantized and clamped. No dilation.
   *
   * @param countPadding whether positions outside the input count as zeros, or are left out
   */
  record AveragePooling(
      TensorView input, TensorView output, Window window, boolean countPadding, int low, int high)
      implements KernelSpec {}

  /** Every stride-th row, column and channel from a start. */
  record Slice(
      TensorView input,
      TensorView output,
      int startY,
      int startX,
      int startC,
      int strideY,
      int strideX,
      int strideC)
      implements KernelSpec {}

  /** The input with the zero point around it; the output's shape says how many follow it. */
  record Padding(TensorView input, TensorView output, int padTop, int padLeft, int padFront) implements KernelSpec {}

  /** {@code y = clamp(x)} from one quantization to another; the output may be the very place of the input. */
  record Rescale(TensorView input, TensorView output, int low, int high) implements KernelSpec {}
}
