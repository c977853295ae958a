package org.ptilmpq.quantizer.onnx;

import java.util.List;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;

/**
 * A value of the graph as ONNX nodes see it: a tensor of some dimensions whose elements, counted row by row, are the
 * value's elements in one of two orders. Flatten, Reshape, Squeeze and Transpose give the same value other dimensions;
 * what reads it next takes the order into account.
 *
 * @param value what the graph computes
 * @param dims dimensions of the ONNX tensor, with the batch of 1 wherever the model has it
 * @param order in which the tensor's elements run through the value
 * @param softmax whether a Softmax was applied, which the graph leaves out; nothing may be computed from it then
 */
record Activation(Value value, List<Integer> dims, Order order, boolean softmax) implements Imported {

  /** The order of a value's elements in the ONNX tensor; where both orders agree it is CHANNELS_FIRST. */
  enum Order {
    CHANNELS_FIRST,
    CHANNELS_LAST
  }

  /** The positions of channels, rows and columns among the dimensions. */
  record Axes(int channels, int rows, int columns) {
    static final Axes CHANNELS_FIRST = new Axes(1, 2, 3);
    static final Axes CHANNELS_LAST = new Axes(3, 1, 2);
  }

  Activation {
    dims = List.copyOf(dims);
    if (ordersAgree(value.shape())) {
      order = Order.CHANNELS_FIRST;
    }
  }

  /** Returns a value as most nodes give it: batch, channels, rows, columns. */
  static Activation of(Value value) {
    return new Activation(value, channelsFirst(value.shape()), Order.CHANNELS_FIRST, false);
  }

  /** Returns this tensor after a node that changes each element, or each channel, separately. */
  Activation with(Value newValue) {
    return new Activation(newValue, dims, order, false);
  }

  @Override
  public Activation withDims(List<Integer> newDims) {
    return new Activation(value, newDims, order, softmax);
  }

  Activation asSoftmax() {
    return new Activation(value, dims, order, true);
  }

  Shape shape() {
    return value.shape();
  }

  /**
   * Returns the positions of channels, rows and columns; {@link IllegalArgumentException} if this is no longer a
   * picture.
   */
  Axes axes() {
    boolean either = ordersAgree(shape());
    if ((either || order == Order.CHANNELS_FIRST) && dims.equals(channelsFirst(shape()))) {
      return Axes.CHANNELS_FIRST;
    }
    if ((either || order == Order.CHANNELS_LAST) && dims.equals(channelsLast(shape()))) {
      return Axes.CHANNELS_LAST;
    }
    throw new IllegalArgumentException("its input of dimensions " + dims + " is not one picture (1, C, H, W)");
  }

  /** The input's shape for nodes that ONNX defines on (N, C, H, W) alone. */
  Shape picture() {
    if (!axes().equals(Axes.CHANNELS_FIRST)) {
      throw new IllegalArgumentException("its input has the channels last, " + dims);
    }
    return shape();
  }

  /** The dimension that counts the channels; {@link IllegalArgumentException} if none does. */
  int channelAxis() {
    int channels = shape().channels();
    boolean row = shape().elements() == channels && dims.size() < 4 && dims.contains(channels);
    return row ? dims.lastIndexOf(channels) : axes().channels();
  }

  static List<Integer> channelsFirst(Shape shape) {
    return List.of(1, shape.channels(), shape.height(), shape.width());
  }

  static List<Integer> channelsLast(Shape shape) {
    return List.of(1, shape.height(), shape.width(), shape.channels());
  }

  private static boolean ordersAgree(Shape shape) {
    return shape.channels() == 1 || shape.channels() == shape.elements();
  }
}
