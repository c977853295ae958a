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
      Shapes.checkWindow(name, input, output, window);
      Shapes.check(groups >= 1, name, "groups = " + groups);
      Shapes.check(
          kernel.height() == window.kernelHeight() && kernel.width() == window.kernelWidth(), name, "kernel ≠ window");
      Shapes.check((long) kernel.inputs() * groups == input.shape().channels(), name, "input channels of the kernel");
      Shapes.check(
          kernel.outputs() == output.shape().channels() && kernel.outputs() % groups == 0, name, "output channels");
      Shapes.check(bias.length == kernel.outputs(), name, "length of the bias");
      Shapes.check(normScale.length == 0 || normScale.length == bias.length, name, "length of the norm's scale");
      Shapes.check(normShift.length == normScale.length, name, "length of the norm's shift");
      residual.ifPresent(value -> Shapes.checkSame(name, value, output));
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
      Shapes.checkSame(name, left, output);
      Shapes.checkSame(name, right, output);
    }

    @Override
    public List<Value> inputs() {
      return List.of(left, right);
    }
  }

  /** Largest value of each window; positions outside the input are ignored. The window has no dilation. */
  record MaxPooling(String name, Value input, Value output, Window window) implements Node {

    public MaxPooling {
      Shapes.checkPooling(name, input, output, window);
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
      Shapes.checkPooling(name, input, output, window);
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
      Shapes.checkSlice(name, from.height(), to.height(), startY, strideY);
      Shapes.checkSlice(name, from.width(), to.width(), startX, strideX);
      Shapes.checkSlice(name, from.channels(), to.channels(), startC, strideC);
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
      Shapes.checkPadding(name, from.height(), to.height(), padTop);
      Shapes.checkPadding(name, from.width(), to.width(), padLeft);
      Shapes.checkPadding(name, from.channels(), to.channels(), padFront);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }

  /** {@code y = clamp(x)}: an activation that could not be fused with the node before it. */
  record Activation(String name, Value input, Value output, Clamp clamp) implements Node {

    public Activation {
      Shapes.checkSame(name, input, output);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }
  }
}
