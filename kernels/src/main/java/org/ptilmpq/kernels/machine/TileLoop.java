package org.ptilmpq.kernels.machine;

import java.util.function.Consumer;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.machine.Context.Column;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * The loops over the tiles of a strip for one column of channels, whose record's address is in the frame: registers
 * keep track of where a tile's inputs, outputs and residuals begin.
 */
final class TileLoop {

  private static final int INPUT = ProductCode.INPUT;
  private static final int COLUMN = ProductCode.COLUMN;
  private static final int OUTPUT = ProductCode.OUTPUT;
  private static final int RESIDUAL = ProductCode.RESIDUAL;

  private final Emitter e;
  private final KernelSpec.Convolution spec;
  private final Tiling tile;
  private final int elementBytes;

  TileLoop(Emitter e, KernelSpec.Convolution spec, Tiling tile, int elementBytes) {
    this.e = e;
    this.spec = spec;
    this.tile = tile;
    this.elementBytes = elementBytes;
  }

  /** Emits the beginning of a column: its registers, from what is in the frame. */
  void begin() {
    int pixelBytes = spec.output().channels() * elementBytes;
    e.load(COLUMN, Frame.REGISTER, Frame.COLUMN);
    e.load(8, Frame.REGISTER, Frame.FIRST_ROW);
    e.load(9, COLUMN, Column.OUTPUT);
    e.load(7, Frame.REGISTER, Frame.CONTEXT);
    e.multiply(OUTPUT, 8, spec.output().width() * pixelBytes);
    e.load(6, Frame.REGISTER, Frame.OUTPUT);
    e.add(OUTPUT, 6);
    e.add(OUTPUT, 9);
    e.load(6, 7, Context.OUTPUT_PLACE);
    e.add(OUTPUT, 6);
    if (spec.residual() != null) {
      e.multiply(RESIDUAL, 8, spec.output().width() * spec.output().channels());
      e.load(6, Frame.REGISTER, Frame.TENSORS);
      e.add(RESIDUAL, 6);
      e.add(RESIDUAL, 9);
      e.load(6, 7, Context.RESIDUAL_PLACE);
      e.add(RESIDUAL, 6);
    }
    e.load(INPUT, Frame.REGISTER, Frame.INPUT);
    e.load(6, Frame.REGISTER, Frame.ROWS);
    e.store(6, Frame.REGISTER, Frame.ROWS_LEFT);
  }

  /**
   * Emits the loops.
   *
   * @param emitTile emits a tile for pixels at these places of the strip, in bytes from the first one
   */
  void emitRows(Consumer<int[]> emitTile) {
    Label loop = new Label();
    Label rest = new Label();
    Label done = new Label();
    if (spec.output().height() >= tile.rows()) {
      e.bind(loop);
      e.load(6, Frame.REGISTER, Frame.ROWS_LEFT);
      e.jumpIfBelow(6, tile.rows(), rest);
      e.addImmediate(6, -tile.rows());
      e.store(6, Frame.REGISTER, Frame.ROWS_LEFT);
      emitParts(emitTile);
      e.jump(loop);
      e.bind(rest);
    }
    // All strips but the last one have whole tiles.
    int remainder = spec.output().height() % tile.rows();
    if (remainder > 0) {
      e.load(6, Frame.REGISTER, Frame.ROWS_LEFT);
      e.jumpIfZero(6, done);
      emitTile.accept(tile.pixels(remainder, tile.width()));
      e.bind(done);
    }
  }

  /** Emits one row in several tiles, or several rows in one. */
  private void emitParts(Consumer<int[]> emitTile) {
    if (tile.parts() == 1) {
      emitTile.accept(tile.pixels(tile.rows(), tile.width()));
      advance(tile.rows() * tile.rowAdvance(), tile.rows() * tile.width());
      return;
    }
    boolean isEven = tile.lastWidth() == tile.partWidth();
    Label part = new Label();
    e.moveImmediate(6, isEven ? tile.parts() : tile.parts() - 1);
    e.store(6, Frame.REGISTER, Frame.PARTS_LEFT);
    e.bind(part);
    emitTile.accept(tile.pixels(1, tile.partWidth()));
    advance(tile.partWidth() * tile.pixelAdvance(), tile.partWidth());
    Frame.countDown(e, Frame.PARTS_LEFT, part);
    if (!isEven) {
      emitTile.accept(tile.pixels(1, tile.lastWidth()));
      advance(tile.lastWidth() * tile.pixelAdvance(), tile.lastWidth());
    }
    e.addImmediate(INPUT, tile.rowAdvance() - tile.width() * tile.pixelAdvance());
  }

  private void advance(int inputBytes, int pixels) {
    e.addImmediate(INPUT, inputBytes);
    e.addImmediate(OUTPUT, pixels * spec.output().channels() * elementBytes);
    if (spec.residual() != null) {
      e.addImmediate(RESIDUAL, pixels * spec.output().channels());
    }
  }

  /**
   * How the output pixels of a strip are cut into tiles, whose sums stay in registers. A tile has whole rows where a
   * row is short enough, else a part of one; its pixels lie next to each other in the output.
   *
   * @param rows of a tile, 1 where it is a part of a row
   * @param parts tiles of a row (1 where tiles have whole rows)
   * @param partWidth pixels of each part but the last
   * @param lastWidth pixels of the last part
   * @param width pixels of a row
   * @param pixelAdvance bytes of the strip from an output pixel to the next
   * @param rowAdvance bytes of the strip from an output row to the next
   */
  record Tiling(int rows, int parts, int partWidth, int lastWidth, int width, int pixelAdvance, int rowAdvance) {

    /** Cuts rows of pixels. */
    static Tiling of(int width, int mostPixels, int pixelAdvance, int rowAdvance) {
      if (width <= mostPixels) {
        return new Tiling(mostPixels / width, 1, width, width, width, pixelAdvance, rowAdvance);
      }
      int parts = Math.ceilDiv(width, mostPixels);
      int each = Math.ceilDiv(width, parts);
      int count = Math.ceilDiv(width, each);
      return new Tiling(1, count, each, width - (count - 1) * each, width, pixelAdvance, rowAdvance);
    }

    /** Cuts a list of pixels in rows of {@code width}, whose rows follow each other without a gap. */
    static Tiling ofList(int width, int mostPixels, int pixelPitch) {
      return of(width, mostPixels, pixelPitch, width * pixelPitch);
    }

    /** Where the pixels of a tile of {@code tileRows} rows lie, from its first one on. */
    int[] pixels(int tileRows, int tileWidth) {
      int[] displacements = new int[tileRows * tileWidth];
      for (int i = 0; i < displacements.length; i++) {
        displacements[i] = i / tileWidth * rowAdvance + i % tileWidth * pixelAdvance;
      }
      return displacements;
    }
  }
}
