package org.ptilmpq.quantizer.onnx;

import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.options.OnnxException;

/** The attributes that convolutions and poolings share: strides, dilations, pads, auto_pad, ceil_mode. */
final class WindowAttributes {

  /** Larger than any picture; keeps every product of two of them within a long. */
  private static final int LIMIT = 1 << 20;

  private WindowAttributes() {}

  /**
   * The window of a node.
   *
   * @param kernel rows and columns
   * @param input the shape it moves over
   * @param ceil whether a last, partial window is kept: padding at the end grows for it
   */
  static Window read(OnnxNode node, long[] kernel, Shape input, boolean ceil) throws OnnxException {
    int[] size = checked(node, "kernel_shape", kernel, 2, 1);
    int[] strides = checked(node, "strides", node.integers("strides", 1, 1), 2, 1);
    int[] dilations = checked(node, "dilations", node.integers("dilations", 1, 1), 2, 1);
    int[] pads = checked(node, "pads", node.integers("pads", 0, 0, 0, 0), 4, 0);
    String autoPad = node.text("auto_pad", "NOTSET");
    int[] extents = {input.height(), input.width()};
    for (int axis = 0; axis < 2; axis++) {
      long reach = (long) dilations[axis] * (size[axis] - 1) + 1;
      switch (autoPad) {
        case "NOTSET" -> {}
        case "VALID" -> pads[axis] = pads[axis + 2] = 0;
        case "SAME_UPPER", "SAME_LOWER" -> {
          // TensorFlow's rule: as many windows as strides fit in the input, with the padding they need split in half.
          int steps = Math.ceilDiv(extents[axis], strides[axis]);
          long needed = (steps - 1L) * strides[axis] + reach - extents[axis];
          if (needed < -1 && !node.operator().equals("Conv")) {
            // TensorFlow still starts at the first element, ONNX Runtime only in convolutions.
            throw node.error(autoPad + " with a stride far beyond the kernel is read differently everywhere");
          }
          int total = Math.toIntExact(Math.max(needed, 0));
          pads[axis] = autoPad.equals("SAME_UPPER") ? total / 2 : total - total / 2;
          pads[axis + 2] = total - pads[axis];
        }
        default -> throw node.error("auto_pad " + autoPad + " is not supported");
      }
      if (ceil) {
        pads[axis + 2] += grown(extents[axis], strides[axis], reach, pads[axis], pads[axis + 2]);
      }
    }
    return new Window(
        size[0],
        size[1],
        strides[0],
        strides[1],
        dilations[0],
        dilations[1],
        pads[0],
        pads[1],
        pads[2],
        pads[3]);
  }

  /** Returns the padding that a last, partial window needs; negative if windows in padding alone are dropped. */
  private static int grown(int extent, int stride, long reach, int before, int after) {
    long free = (long) extent + before + after - reach;
    long steps = Math.ceilDiv(free, stride) + 1;
    if ((steps - 1) * stride >= (long) extent + before) {
      steps--; // Windows that would start beyond the input are dropped, as in PyTorch and ONNX Runtime.
    }
    return Math.toIntExact(Math.max((steps - 1) * stride - free, -after));
  }

  private static int[] checked(OnnxNode node, String name, long[] values, int count, int least) throws OnnxException {
    if (values.length != count) {
      throw node.error("%s has %d entries; two spatial dimensions need %d".formatted(name, values.length, count));
    }
    int[] checked = new int[count];
    for (int i = 0; i < count; i++) {
      if (values[i] < least || values[i] > LIMIT) {
        throw node.error("%s of %d".formatted(name, values[i]));
      }
      checked[i] = (int) values[i];
    }
    return checked;
  }
}
