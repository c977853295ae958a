package org.ptilmpq.quantizer.graph;

import java.util.List;
import java.util.Optional;

/**
 * One step of a float network; each kind is the float twin of the {@link org.ptilmpq.format.Operation} of the same name
 * ({@link Activation} of Rescale). Constructors throw {@link IllegalArgumentException} if shapes don't fit together.
 */
public sealed interface Node {

  /** The layer's name in the network it came from. */
  String name();

  /** The value this node computes; no other node computes it. */
  Value output();

  /** The values this node reads, in its own order; one may occur twice. */
  List<Value> inputs();

  /** Bounds of the result; {@link Clamp#NONE} where the node has none. */
  default Clamp clamp() {
    return Clamp.NONE;
  }

  /** Multiply-accumulates for one picture; 0 for nodes that have none. */
  default long multiplyAccumulates() {
    return 0;
  }

  /**
   * {@code y = clamp(w ∗ x + bias [+ residual])}, zeros outside the input. Fully connected layers are convolutions
   * whose kernel is as large as the input; with as many groups as input channels the convolution is depthwise.
   *
   * @param residual a value of the output's shape that is added before the clamp
   * @param groups input and output channels are cut into this many parts that don't see each other
   * @param bias one per output channel
   * @param normScale γ · √(v / (v + ε)) of the batch normalization that was folded into this convolution, one per
   *     output channel, v the variance in training; empty if there was none. Its magnitude is the standard deviation
   *     that the convolution's own result (before residual and clamp) had in training, and says how much the channel
   *     mattered there; results don't depend on it
   * @param normShift β of the same normalization: the mean that the convolution's own result had; as long as normScale
   */
  record Convolution(
      String name,
      Value input,
      Optional<Value> residual,
      Value output,
      Window window,
      int groups,
      Kernel kernel,
      float[] bias,
      float[] normScale,
      float[] normShift,
      Clamp clamp)
      implements Node {

    public Convolution {
      checkWindow(name, input, output, window);
      check(groups >= 1, name, "groups = " + groups);
      check(
          kernel.height() == window.kernelHeight() && kernel.width() == window.kernelWidth(), name, "kernel ≠ window");
      check((long) kernel.inputs() * groups == input.shape().channels(), name, "input channels of the kernel");
      check(
          kernel.outputs() == output.shape().channels() && kernel.outputs() % groups == 0, name, "output channels");
      check(bias.length == kernel.outputs(), name, "length of the bias");
      check(normScale.length == 0 || normScale.length == bias.length, name, "length of the norm's scale");
      check(normShift.length == normScale.length, name, "length of the norm's shift");
      residual.ifPresent(value -> checkSame(name, value, output));
    }

    /** A convolution without residual, batch normalization and clamp. */
    public Convolution(
        String name, Value input, Value output, Window window, int groups, Kernel kernel, float[] bias) {
      this(
          name, input, Optional.empty(), output, window, groups, kernel, bias, new float[0], new float[0], Clamp.NONE);
    }

    @Override
    public List<Value> inputs() {
      return residual.isPresent() ? List.of(input, residual.get()) : List.of(input);
    }

    /** Returns this convolution with other weights and biases. */
    public Convolution withWeights(Kernel otherKernel, float[] otherBias) {
      return new Convolution(
          name, input, residual, output, window, groups, otherKernel, otherBias, normScale, normShift, clamp);
    }

    /** Returns this convolution with another residual, output and clamp. */
    public Convolution with(Optional<Value> otherResidual, Value otherOutput, Clamp otherClamp) {
      return new Convolution(
          name, input, otherResidual, otherOutput, window, groups, kernel, bias, normScale, normShift, otherClamp);
    }

    /** Returns this convolution with other weights and another output, without residual and clamp. */
    public Convolution bare(Value otherOutput, Kernel otherKernel) {
      return new Convolution(
          name,
          input,
          Optional.empty(),
          otherOutput,
          window,
          groups,
          otherKernel,
          bias,
          normScale,
          normShift,
          Clamp.NONE);
    }

    /**
     * Number of equal parts of the output channels that a file stores separately: the groups of a convolution, or one
     * if it is depthwise.
     */
    public int outputParts() {
      return isDepthwise() ? 1 : groups;
    }

    /**
     * Returns the input channel that a weight is multiplied with.
     *
     * @param weight its place in {@link Kernel#values}
     */
    public int inputChannel(int weight) {
      int output = weight / kernel.weightsPerOutput();
      int firstOfGroup = output / (kernel.outputs() / groups) * kernel.inputs();
      return firstOfGroup + weight % kernel.weightsPerOutput() / (kernel.height() * kernel.width());
    }

    /** Whether each output channel sees one input channel alone. */
    public boolean isDepthwise() {
      return groups > 1 && kernel.inputs() == 1;
    }

    @Override
    public long multiplyAccumulates() {
      return (long) output.shape().elements() * kernel.weightsPerOutput();
    }
  }

  /** {@code y = clamp(left + right)}, element by element. */
  record Addition(String name, Value left, Value right, Value output, Clamp clamp) implements Node {

    public Addition {
      checkSame(name, left, output);
      checkSame(name, right, output);
    }

    @Override
    public List<Value> inputs() {
      return List.of(left, right);
    }
  }

  /** Largest value of each window; positions outside the input are ignored. The window has no dilation. */
  record MaxPooling(String name, Value input, Value output, Window window) implements Node {

    public MaxPooling {
      checkPooling(name, input, output, window);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }

  /**
   * Mean of each window, clamped. The window has no dilation; a global average has a window as large as the input.
   *
   * @param countPadding whether positions outside the input count as zeros or are left out of the mean
   */
  record AveragePooling(String name, Value input, Value output, Window window, boolean countPadding, Clamp clamp)
      implements Node {

    public AveragePooling {
      checkPooling(name, input, output, window);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }

  /** Every {@code strideY}-th row, {@code strideX}-th column and {@code strideC}-th channel from a start. */
  record Slice(
      String name,
      Value input,
      Value output,
      int startY,
      int startX,
      int startC,
      int strideY,
      int strideX,
      int strideC)
      implements Node {

    public Slice {
      Shape from = input.shape();
      Shape to = output.shape();
      checkSlice(name, from.height(), to.height(), startY, strideY);
      checkSlice(name, from.width(), to.width(), startX, strideX);
      checkSlice(name, from.channels(), to.channels(), startC, strideC);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }

  /** Zeros around the input; the output's shape says how many follow it. */
  record Padding(String name, Value input, Value output, int padTop, int padLeft, int padFront) implements Node {

    public Padding {
      Shape from = input.shape();
      Shape to = output.shape();
      checkPadding(name, from.height(), to.height(), padTop);
      checkPadding(name, from.width(), to.width(), padLeft);
      checkPadding(name, from.channels(), to.channels(), padFront);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }

  /** {@code y = clamp(x)}: an activation that could not be fused with the node before it. */
  record Activation(String name, Value input, Value output, Clamp clamp) implements Node {

    public Activation {
      checkSame(name, input, output);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }

  private static void check(boolean valid, String node, String what) {
    if (!valid) {
      throw new IllegalArgumentException("node '" + node + "': " + what);
    }
  }

  private static void checkSame(String node, Value a, Value b) {
    check(a.shape().equals(b.shape()), node, "shapes differ: " + a + " and " + b);
  }

  private static void checkWindow(String node, Value input, Value output, Window window) {
    int height = window.outputHeight(input.shape().height());
    int width = window.outputWidth(input.shape().width());
    check(
        height == output.shape().height() && width == output.shape().width(),
        node,
        window + " over " + input + " gives " + height + "×" + width + ", not " + output);
  }

  private static void checkPooling(String node, Value input, Value output, Window window) {
    checkWindow(node, input, output, window);
    check(input.shape().channels() == output.shape().channels(), node, "pooling changes the channels");
    check(window.dilationY() == 1 && window.dilationX() == 1, node, "pooling with dilation");
    check(
        window.padTop() < window.kernelHeight()
            && window.padLeft() < window.kernelWidth()
            && window.padBottom() < window.kernelHeight()
            && window.padRight() < window.kernelWidth(),
        node,
        "a pooling window lies wholly outside the input");
  }

  private static void checkSlice(String node, int from, int to, int start, int stride) {
    check(
        start >= 0 && stride >= 1 && start + (long) (to - 1) * stride < from,
        node,
        to + " elements from " + start + " in steps of " + stride + " leave an extent of " + from);
  }

  private static void checkPadding(String node, int from, int to, int before) {
    check(before >= 0 && (long) before + from <= to, node, before + " before " + from + " exceed " + to);
  }
}
