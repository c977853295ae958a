package org.ptilmpq.kernels.machine;

import java.util.List;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.machine.Context.Block;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * The function of a convolution, for a strip of output rows and some blocks of channels:
 *
 * <pre>{@code
 * copy the rows that the strip sees to scratch                     (WindowStrip)
 * for each block of 64 channels:
 *   unpack its codes to the panel, unless it is kept               (ProductCode)
 *   for each column of channels:
 *     for each tile of output pixels:
 *       sums in registers, over all inputs                         (ProductCode)
 *       sums to bytes, with the residual, to the output            (here)
 * }</pre>
 */
final class ConvolutionCode {

  private static final int PANEL = ProductCode.PANEL;
  private static final int COLUMN = ProductCode.COLUMN;

  private final KernelSpec.Convolution spec;
  private final ConvolutionShape shape;
  private final Traits traits;
  private final ProductCode products;
  private final Emitter e;
  private final ColumnOutput output;

  /**
   * The properties of a layer's weights that decide the code.
   *
   * @param haveHighs whether levels may go beyond a byte
   * @param runs which kinds of runs the columns have, of {@link ProductCode#runKinds}
   * @param mayExceedInts whether a result could leave 32 bits before it is clamped
   * @param isScattered whether channels of a column may lie apart in the output
   * @param counts how many channels there are in columns that aren't scattered, each number once
   */
  record Traits(
      boolean haveHighs, List<Integer> runs, boolean mayExceedInts, boolean isScattered, List<Integer> counts) {}

  ConvolutionCode(KernelSpec.Convolution spec, ConvolutionShape shape, Traits traits, ProductCode products) {
    this.spec = spec;
    this.shape = shape;
    this.traits = traits;
    this.products = products;
    e = products.emitter();
    output = new ColumnOutput(e, spec, products.spare());
  }

  /** Bytes from the frame to the panel. */
  static int panel(ConvolutionShape shape) {
    return (int) Math.ceilDiv(Frame.STRIP + shape.stripBytes() + Frame.SLACK, 64) * 64;
  }

  /** Emits the function. */
  void emit() {
    Frame.enter(e);
    strip().emit(e, spec.window().strideY(), shape.extraRows(), products.flipsSigns());
    Label block = new Label();
    e.bind(block);
    emitBlock(e, panel(shape));
    Label column = new Label();
    e.bind(column);
    emitColumn();
    Frame.addTo(e, Frame.COLUMN, Column.bytes(e.columnLanes()));
    Frame.countDown(e, Frame.COLUMNS_LEFT, column);
    Frame.addTo(e, Frame.BLOCK, 1);
    Frame.countDown(e, Frame.BLOCKS_LEFT, block);
    e.leave();
  }

  /**
   * Emits the code that unpacks the block that the frame counts, unless its panel is kept, and leaves in the frame
   * where its columns, its inputs and its panel are. Changes all registers but the frame.
   *
   * @param panel where levels are unpacked to, in bytes from the frame
   */
  static void emitBlock(Emitter e, int panel) {
    Label isKept = new Label();
    Label unpack = new Label();
    e.load(0, Frame.REGISTER, Frame.BLOCK);
    e.multiply(0, 0, Block.BYTES);
    e.load(2, Frame.REGISTER, Frame.CONTEXT);
    e.load(6, 2, Context.BLOCKS);
    e.add(0, 6);
    copyToFrame(e, Block.COLUMN, Frame.COLUMN);
    copyToFrame(e, Block.COLUMNS, Frame.COLUMNS_LEFT);
    e.load(6, 0, Block.INPUT);
    e.add(6, Frame.REGISTER);
    e.addImmediate(6, Frame.STRIP);
    e.store(6, Frame.REGISTER, Frame.INPUT);
    e.move(1, Frame.REGISTER);
    e.addImmediate(1, panel);
    e.store(1, Frame.REGISTER, Frame.PANEL);
    e.load(6, 0, Block.KEPT);
    e.jumpIfZero(6, unpack);
    e.store(6, Frame.REGISTER, Frame.PANEL);
    e.jump(isKept);
    e.bind(unpack);
    e.load(7, 0, Block.UNPACK);
    e.call(7);
    e.bind(isKept);
  }

  private static void copyToFrame(Emitter e, int ofBlock, int slot) {
    e.load(6, 0, ofBlock);
    e.store(6, Frame.REGISTER, slot);
  }

  private WindowStrip strip() {
    KernelSpec.Window w = spec.window();
    boolean isPointwise = ConvolutionShape.isPointwise(spec);
    return new WindowStrip(
        spec.input(),
        isPointwise ? w.strideY() : 1,
        isPointwise ? w.strideX() : 1,
        w.padTop(),
        w.padLeft(),
        shape.rowPitch() / shape.pixelPitch(),
        shape.pixelPitch(),
        1);
  }

  private void emitColumn() {
    TileLoop loop = new TileLoop(e, spec, shape.tile(), output.elementBytes());
    loop.begin();
    e.load(PANEL, Frame.REGISTER, Frame.PANEL);
    e.load(6, COLUMN, Column.PANEL);
    e.add(PANEL, 6);
    loop.emitRows(this::emitTile);
  }

  private void emitTile(int[] pixels) {
    products.emitTile(shape, traits, pixels);
    output.emit(traits, pixels.length);
  }
}
