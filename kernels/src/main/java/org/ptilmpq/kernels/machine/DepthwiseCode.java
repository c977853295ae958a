package org.ptilmpq.kernels.machine;

import java.util.TreeSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.TileLoop.Tiling;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * The function of a depthwise convolution, for a strip of output rows: for each column of channels, for each tile of
 * output pixels, window row by window row, each input column is loaded once and goes into the sums of all pixels
 * whose windows have it. The columns' records have their channels in the output's order.
 */
final class DepthwiseCode {

  private static final int INPUT = ProductCode.INPUT;
  private static final int COLUMN = ProductCode.COLUMN;
  private static final int OUTPUT = ProductCode.OUTPUT;
  private static final int RESIDUAL = ProductCode.RESIDUAL;
  private static final int ROW = 6;
  private static final int FACTORS = 7;
  private static final int WINDOW_ROWS = 8;

  /** Products of a window row and a tile that are written out, at most, where a tile may have several pixels. */
  private static final int UNROLLED = 120;

  private final KernelSpec.Convolution spec;
  private final ConvolutionCode.Traits traits;
  private final Emitter e;
  private final WindowStrip strip;
  private final Tiling tile;
  private final ColumnOutput output;
  private final int loaded;

  DepthwiseCode(KernelSpec.Convolution spec, ConvolutionCode.Traits traits, Emitter e) {
    this.spec = spec;
    this.traits = traits;
    this.e = e;
    strip = strip(spec);
    tile = tile(spec, e);
    loaded = mostPixels(e) * e.columnVectors();
    output = new ColumnOutput(e, spec, loaded);
  }

  static WindowStrip strip(KernelSpec.Convolution spec) {
    return WindowStrip.of(
        spec.input(), spec.window(), spec.output(), spec.output().channels() / spec.input().channels());
  }

  private static int mostPixels(Emitter e) {
    return Math.min(14, (e.vectors() - e.columnVectors()) / e.columnVectors());
  }

  static Tiling tile(KernelSpec.Convolution spec, Emitter e) {
    KernelSpec.Window w = spec.window();
    WindowStrip strip = strip(spec);
    int most = Math.clamp(UNROLLED / w.kernelWidth(), 1, mostPixels(e));
    return Tiling.of(
        spec.output().width(), most, w.strideX() * strip.pixelPitch(), w.strideY() * strip.rowPitch());
  }

  /** Emits the function. */
  void emit() {
    KernelSpec.Window w = spec.window();
    int extraRows = Math.max(0, (w.kernelHeight() - 1) * w.dilationY() + 1 - w.strideY());
    Frame.enter(e);
    strip.emit(e, w.strideY(), extraRows, false);
    e.load(6, Frame.REGISTER, Frame.CONTEXT);
    e.load(7, 6, Context.BLOCKS);
    e.store(7, Frame.REGISTER, Frame.COLUMN);
    e.load(7, 6, Context.SEGMENTS);
    e.store(7, Frame.REGISTER, Frame.COLUMNS_LEFT);
    e.move(7, Frame.REGISTER);
    e.addImmediate(7, Frame.STRIP);
    e.store(7, Frame.REGISTER, Frame.INPUT);
    Label column = new Label();
    e.bind(column);
    TileLoop loop = new TileLoop(e, spec, tile, output.elementBytes());
    loop.begin();
    loop.emitRows(this::emitTile);
    Frame.addTo(e, Frame.COLUMN, Column.bytes(e.columnLanes()));
    Frame.addTo(e, Frame.INPUT, e.columnLanes());
    Frame.countDown(e, Frame.COLUMNS_LEFT, column);
    e.leave();
  }

  private void emitTile(int[] pixels) {
    KernelSpec.Window w = spec.window();
    int vectors = e.columnVectors();
    for (int i = 0; i < pixels.length * vectors; i++) {
      e.clear(i);
    }
    TreeSet<Integer> seen = new TreeSet<>();
    for (int pixel : pixels) {
      for (int x = 0; x < w.kernelWidth(); x++) {
        seen.add(pixel + tap(x));
      }
    }
    e.move(ROW, INPUT);
    e.load(FACTORS, COLUMN, Column.FACTORS);
    e.moveImmediate(WINDOW_ROWS, w.kernelHeight());
    Label windowRow = new Label();
    e.bind(windowRow);
    int tapBytes = e.columnLanes() * e.factorBytes();
    for (int place : seen) {
      e.loadFactors(loaded, ROW, place);
      for (int p = 0; p < pixels.length; p++) {
        for (int x = 0; x < w.kernelWidth(); x++) {
          if (pixels[p] + tap(x) == place) {
            e.multiplyAdd(p * vectors, loaded, FACTORS, x * tapBytes);
          }
        }
      }
    }
    e.addImmediate(ROW, w.dilationY() * strip.rowPitch());
    e.addImmediate(FACTORS, w.kernelWidth() * tapBytes);
    e.countDown(WINDOW_ROWS, windowRow);
    output.emit(traits, pixels.length);
  }

  private int tap(int x) {
    return x * spec.window().dilationX() * strip.pixelPitch();
  }
}
