package org.ptilmpq.kernels.vector;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorView;

/**
 * Gathers what a block of output pixels sees of a run of inputs, as rows of numbers: a tile of the im2col matrix, which
 * is never made as a whole. Inputs are numbered with the channels innermost, then kernel columns, then kernel rows, so
 * that a row of the kernel is one piece of the input wherever columns aren't dilated and channels aren't grouped.
 */
abstract class InputTile {

  /** Numbers that may be written beyond the last row. */
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

  /** Writes {@code value} to the rows from {@code from} up to {@code to}. */
  abstract void fill(Scratch rows, int from, int to, int value);

  /** Bytes to the numbers of the rows, a vector of bytes at a time, also where that is more than asked for. */
  abstract void widen(byte[] arena, int from, int count, Scratch rows, int to);

  /**
   * Fills row r (from {@code at + r · stride} of the scratch's array for such numbers) with inputs {@code k0} up to {@code k1}
   * of pixel {@code firstPixel + r}. Up to {@link #OVERRUN} numbers behind each row are overwritten too.
   *
   * @param group which part of a grouped convolution's input channels
   */
  final void gather(byte[] arena, int firstPixel, int pixels, int group, int k0, int k1, Scratch rows, int at, int stride) {
    if (pointwise) {
      copy(arena, firstPixel, pixels, k0, k1, rows, at, stride);
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
      int to = at + i * stride;
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

  private void copy(byte[] arena, int firstPixel, int pixels, int k0, int k1, Scratch rows, int at, int stride) {
    int from = input.offset() + firstPixel * channels + k0;
    if (stride == channels) {
      widen(arena, from, pixels * channels, rows, at);
      return;
    }
    for (int i = 0; i < pixels; i++) {
      widen(arena, from + i * channels, k1 - k0, rows, at + i * stride);
    }
  }

  /** Inputs from byte {@code from} of an input row; what lies outside the picture is the zero point. */
  private void gatherPiece(byte[] arena, int row, int from, int count, Scratch rows, int to) {
    if (row < 0 || row >= input.height()) {
      fill(rows, to, to + count, input.zeroPoint());
      return;
    }
    int before = Math.min(count, Math.max(0, -from));
    int inside = Math.max(0, Math.min(count, rowBytes - from) - before);
    if (before > 0) {
      fill(rows, to, to + before, input.zeroPoint());
    }
    widen(arena, input.offset() + row * rowBytes + from + before, inside, rows, to + before);
    if (before + inside < count) {
      fill(rows, to + before + inside, to + count, input.zeroPoint());
    }
  }
}
