package org.ptilmpq.quantizer.graph;

/** Checks of the shapes around a node; the node's name goes into the message. */
final class Shapes {

  private Shapes() {}

  static void check(boolean valid, String node, String what) {
    if (!valid) {
      throw new IllegalArgumentException("node '" + node + "': " + what);
    }
  }

  static void checkSame(String node, Value a, Value b) {
    check(a.shape().equals(b.shape()), node, "shapes differ: " + a + " and " + b);
  }

  static void checkWindow(String node, Value input, Value output, Window window) {
    int height = window.outputHeight(input.shape().height());
    int width = window.outputWidth(input.shape().width());
    check(
        height == output.shape().height() && width == output.shape().width(),
        node,
        window + " over " + input + " gives " + height + "×" + width + ", not " + output);
  }

  static void checkPooling(String node, Value input, Value output, Window window) {
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

  static void checkSlice(String node, int from, int to, int start, int stride) {
    check(
        start >= 0 && stride >= 1 && start + (long) (to - 1) * stride < from,
        node,
        to + " elements from " + start + " in steps of " + stride + " leave an extent of " + from);
  }

  static void checkPadding(String node, int from, int to, int before) {
    check(before >= 0 && (long) before + from <= to, node, before + " before " + from + " exceed " + to);
  }
}
