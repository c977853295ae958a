package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.TensorView;

/**
 * Gathers what a block of output pixels sees of a run of inputs, as rows of floats: a tile of the im2col matrix, which
 * is never made as a whole. Inputs are numbered with the channels innermost, then kernel columns, then kernel rows, so
 * that a row of the kernel is one piece of the input wherever columns aren't dilated and channels aren't grouped.
 */
final class InputTile {

  /** Floats that may be written beyond the last row. */
  static final int OVERRUN = Lanes.BYTES;

  private final TensorView input;
  private final Window window;
  private final int outputWidth;
  private final int rowBytes;

  /** Channels that a group of the convolution sees. */
  private final int channels;

  /** Inputs that lie next to each other: a row of the kernel, or the channels of one tap. */
  private final int piece;

  private final int piecesInRow;

  /** Whether output pixels see input pixels one to one. */
  private final boolean pointwise;

  InputTile(KernelSpec.Convolution spec) {
    input = spec.input();
    window = spec.window();
    rowBytes = input.width() * input.channels();
    outputWidth = spec.output().width();
    channels = spec.input().channels() / spec.groups();
    boolean unmoved = window.strideX() == 1 && window.strideY() == 1 && window.padLeft() == 0 && window.padTop() == 0;
    boolean inside = outputWidth == input.width() && spec.output().height() <= input.height();
    pointwise = window.taps() == 1 && unmoved && inside && spec.groups() == 1;
    boolean wholeRows = window.dilationX() == 1 && spec.groups() == 1;
    piece = wholeRows ? window.kernelWidth() * channels : channels;
    piecesInRow = wholeRows ? 1 : window.kernelWidth();
  }

  /**
   * Fills rows one after the other from {@code at} on, row r with inputs {@code k0} up to {@code k1} of pixel {@code
   * firstPixel + r}. Up to {@link #OVERRUN} floats after the last row are also overwritten.
   *
   * @param group which part of a grouped convolution's input channels
   */
  void gather(byte[] arena, int firstPixel, int pixels, int group, int k0, int k1, float[] rows, int at) {
    if (pointwise) {
      copy(arena, firstPixel, pixels, k0, k1, rows, at);
      return;
    }
    int firstPiece = k0 / piece;
    int firstWithin = k0 - firstPiece * piece;
    int y = firstPixel / outputWidth;
    int x = firstPixel - y * outputWidth;
    for (int i = 0; i < pixels; i++) {
      int kernelRow = firstPiece / piecesInRow;
      int kernelColumn = firstPiece - kernelRow * piecesInRow;
      int within = firstWithin;
      int to = at + i * (k1 - k0);
      for (int left = k1 - k0; left > 0; ) {
        int count = Math.min(piece - within, left);
        int row = y * window.strideY() - window.padTop() + kernelRow * window.dilationY();
        int column = x * window.strideX() - window.padLeft() + kernelColumn * window.dilationX();
        gatherPiece(arena, row, column * input.channels() + group * channels + within, count, rows, to);
        to += count;
        left -= count;
        within = 0;
        if (++kernelColumn == piecesInRow) {
          kernelColumn = 0;
          kernelRow++;
        }
      }
      if (++x == outputWidth) {
        x = 0;
        y++;
      }
    }
  }

  private void copy(byte[] arena, int firstPixel, int pixels, int k0, int k1, float[] rows, int at) {
    int from = input.offset() + firstPixel * channels + k0;
    int length = k1 - k0;
    if (length == channels) {
      widen(arena, from, pixels * channels, rows, at);
      return;
    }
    for (int i = 0; i < pixels; i++) {
      widen(arena, from + i * channels, length, rows, at + i * length);
    }
  }

  /** Inputs from byte {@code from} of an input row; what lies outside the picture is the zero point. */
  private void gatherPiece(byte[] arena, int row, int from, int count, float[] rows, int to) {
    if (row < 0 || row >= input.height()) {
      Arrays.fill(rows, to, to + count, input.zeroPoint());
      return;
    }
    int before = Math.min(count, Math.max(0, -from));
    int inside = Math.max(0, Math.min(count, rowBytes - from) - before);
    if (before > 0) {
      Arrays.fill(rows, to, to + before, input.zeroPoint());
    }
    widen(arena, input.offset() + row * rowBytes + from + before, inside, rows, to + before);
    if (before + inside < count) {
      Arrays.fill(rows, to + before + inside, to + count, input.zeroPoint());
    }
  }

  /**
   * Widens bytes to floats, a vector at a time, also where that is more than requested. Each vector is loaded with as
   * many bytes as it takes: with parts of a wider one, the JIT sometimes gave up and made an object of every vector.
   */
  private static void widen(byte[] bytes, int from, int count, float[] floats, int to) {
    int i = 0;
    for (; i < count && from + i + Lanes.QUARTER_BYTE.length() <= bytes.length; i += Lanes.WORDS) {
      ByteVector loaded = ByteVector.fromArray(Lanes.QUARTER_BYTE, bytes, from + i);
      ((FloatVector) loaded.castShape(Lanes.FLOAT, 0)).intoArray(floats, to + i);
    }
    for (; i < count; i++) {
      floats[to + i] = bytes[from + i];
    }
  }
}
