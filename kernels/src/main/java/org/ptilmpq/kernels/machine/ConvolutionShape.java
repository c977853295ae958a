package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.machine.TileLoop.Tiling;

/**
 * The layout of a convolution's inputs for its products: what a strip of output rows sees is copied to scratch with the
 * zero point around it, so that products know no edges; and the inputs of an output pixel are <i>segments</i> of
 * neighbouring bytes there, each padded to whole steps of inputs whose levels are 0.
 *
 * <p>Windows without dilation over all channels have one segment per kernel row, kernel columns and channels together:
 * the bytes of a row's neighbouring pixels follow each other. Others have one segment per tap. Windows of one tap
 * without padding copy only the pixels that they see, so that a strip is a list of pixels.
 *
 * @param outer segments that are {@code outerAdvance} bytes apart: kernel rows
 * @param inner segments within those, {@code innerAdvance} bytes apart: taps of a row, 1 where the row is one segment
 * @param segmentInputs inputs of a segment
 * @param steps of a segment
 * @param pixelPitch bytes between neighbouring pixels of the strip
 * @param rowPitch bytes between its rows
 * @param rowsPerOutput strip rows that a further output row needs
 * @param extraRows strip rows beyond those
 * @param tile how output pixels are cut
 * @param stripRows output rows of a strip, at most
 */
record ConvolutionShape(
    int outer,
    int outerAdvance,
    int inner,
    int innerAdvance,
    int segmentInputs,
    int steps,
    int pixelPitch,
    int rowPitch,
    int rowsPerOutput,
    int extraRows,
    Tiling tile,
    int stripRows) {

  /** Rows that are this many bytes apart, or a multiple of it, would share few sets of the first-level cache. */
  private static final int CACHE_ALIAS = 512;

  private static final int CACHE_LINE = 64;

  /**
   * @param stepInputs inputs of a step
   * @param mostPixels of a tile, at most
   */
  static ConvolutionShape of(KernelSpec.Convolution spec, int stepInputs, int mostPixels) {
    Window w = spec.window();
    int channels = spec.input().channels();
    boolean isWholeRow = w.dilationX() == 1 && spec.groups() == 1;
    int segmentInputs = isWholeRow ? w.kernelWidth() * channels : channels / spec.groups();
    boolean isPointwise = isPointwise(spec);
    int pixelPitch = isPointwise && channels % CACHE_ALIAS == 0 ? channels + CACHE_LINE : channels;
    int columns =
        isPointwise
            ? spec.output().width()
            : WindowStrip.reach(spec.output().width(), w.strideX(), w.kernelWidth(), w.dilationX());
    int rowPitch = columns * pixelPitch;
    int rowsPerOutput = isPointwise ? 1 : w.strideY();
    int extraRows = isPointwise ? 0 : Math.max(0, (w.kernelHeight() - 1) * w.dilationY() + 1 - w.strideY());
    Tiling tile =
        isPointwise
            ? Tiling.ofList(spec.output().width(), mostPixels, pixelPitch)
            : Tiling.of(spec.output().width(), mostPixels, w.strideX() * pixelPitch, w.strideY() * rowPitch);
    return new ConvolutionShape(
        w.kernelHeight(),
        w.dilationY() * rowPitch,
        isWholeRow ? 1 : w.kernelWidth(),
        w.dilationX() * pixelPitch,
        segmentInputs,
        Math.ceilDiv(segmentInputs, stepInputs),
        pixelPitch,
        rowPitch,
        rowsPerOutput,
        extraRows,
        tile,
        WindowStrip.outputRows(
            spec.output().height(),
            rowPitch,
            rowsPerOutput,
            extraRows,
            tile.rows(),
            spec.output().width(),
            spec.weights().blocks().size()));
  }

  static boolean isPointwise(KernelSpec.Convolution spec) {
    Window w = spec.window();
    return w.taps() == 1 && w.padTop() == 0 && w.padLeft() == 0;
  }

  /** Strips of an output of {@code height} rows. */
  int strips(int height) {
    return Math.ceilDiv(height, stripRows);
  }

  /** Rows of the strip for {@code outputRows} output rows. */
  int inputRows(int outputRows) {
    return outputRows * rowsPerOutput + extraRows;
  }

  /** Bytes of a strip. */
  long stripBytes() {
    return (long) inputRows(stripRows) * rowPitch;
  }

  /** Where the inputs of a step lie in the strip, from a pixel's beginning. */
  int inputOffset(int step, int stepInputs) {
    int segment = step / steps;
    return segment / inner * outerAdvance + segment % inner * innerAdvance + step % steps * stepInputs;
  }

  /** Steps of all segments. */
  int allSteps() {
    return outer * inner * steps;
  }
}
