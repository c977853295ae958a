package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.ShortVector;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.TensorView;

/**
 * The tables of the look-up product: of a pixel's channels c, c + 1 … c + {@link #INPUTS} − 1, the sums of all their
 * subsets. Entry i is the sum of those channels whose bit is set in i; a vector of 16-bit lanes holds one table, so
 * that a single permute looks up a vector of indices. A pixel outside the picture has the zero point in every channel.
 */
final class SubsetTables {

  /** Sums of a table. */
  static final int ENTRIES = Lanes.SHORTS;

  /** Channels of a table: their subsets fill a vector. */
  static final int INPUTS = Integer.numberOfTrailingZeros(ENTRIES);

  /** For each input, entry by entry: its lane where the entry has it, else the last lane, which is 0. */
  private static final short[] SELECT = new short[INPUTS * ENTRIES];

  /** Row n keeps the first n lanes. */
  private static final short[] KEEP = new short[(INPUTS + 1) * ENTRIES];

  static {
    for (int input = 0; input < INPUTS; input++) {
      for (int entry = 0; entry < ENTRIES; entry++) {
        SELECT[input * ENTRIES + entry] = (short) ((entry >> input & 1) != 0 ? input : ENTRIES - 1);
      }
    }
    for (int n = 0; n <= INPUTS; n++) {
      Arrays.fill(KEEP, n * ENTRIES, n * ENTRIES + n, (short) -1);
    }
  }

  private final TensorView input;
  private final TensorView output;
  private final Window window;
  private final LookupShape shape;

  SubsetTables(KernelSpec.Convolution spec, LookupShape shape) {
    this.input = spec.input();
    this.output = spec.output();
    this.window = spec.window();
    this.shape = shape;
  }

  /**
   * Builds the tables of a block of output pixels for one part of the channels: [row][column][group], from the start
   * on.
   *
   * @param pixel first output pixel of the block
   * @param pixels how many; whole rows unless the shape is pointwise
   */
  void build(byte[] arena, int pixel, int pixels, int part, short[] tables) {
    int first = part * shape.partChannels();
    int channels = shape.channels(part, input.channels());
    int pixelTables = shape.groups() * ENTRIES;
    if (shape.pointwise()) {
      for (int i = 0; i < pixels; i++) {
        int y = (pixel + i) / output.width() * window.strideY();
        int x = (pixel + i) % output.width() * window.strideX();
        inside(arena, input.offset() + (y * input.width() + x) * input.channels() + first, channels, tables,
            i * pixelTables);
      }
      return;
    }
    int top = pixel / output.width() * window.strideY() - window.padTop();
    int rows = (pixels / output.width() - 1) * window.strideY() + window.kernelHeight();
    int to = 0;
    for (int y = top; y < top + rows; y++) {
      for (int x = -window.padLeft(); x < shape.tableColumns() - window.padLeft(); x++, to += pixelTables) {
        if (y < 0 || y >= input.height() || x < 0 || x >= input.width()) {
          outside(tables, to);
        } else {
          inside(arena, input.offset() + (y * input.width() + x) * input.channels() + first, channels, tables, to);
        }
      }
    }
  }

  private void outside(short[] tables, int to) {
    for (int entry = 0; entry < ENTRIES; entry++) {
      tables[to + entry] = (short) (Integer.bitCount(entry) * input.zeroPoint());
    }
    for (int group = 1; group < shape.groups(); group++) {
      System.arraycopy(tables, to, tables, to + group * ENTRIES, ENTRIES);
    }
  }

  private static void inside(byte[] arena, int from, int channels, short[] tables, int to) {
    int whole = channels / INPUTS;
    int rest = channels - whole * INPUTS;
    int groups = rest == 0 ? whole : whole + 1;
    // A vector of bytes is read where a few are needed.
    int readable = Math.clamp(Math.floorDiv(arena.length - from - ENTRIES, INPUTS) + 1, 0, groups);
    sums(arena, from, Math.min(whole, readable), INPUTS, tables, to);
    if (readable == groups && rest > 0) {
      sums(arena, from + whole * INPUTS, 1, rest, tables, to + whole * ENTRIES);
    }
    for (int group = readable; group < groups; group++) {
      int first = from + group * INPUTS;
      oneByOne(arena, first, Math.min(INPUTS, from + channels - first), tables, to + group * ENTRIES);
    }
  }

  /** @param inputs of each table, the first of which come from neighbouring bytes */
  private static void sums(byte[] arena, int from, int groups, int inputs, short[] tables, int to) {
    ShortVector keep = ShortVector.fromArray(Lanes.SHORT, KEEP, inputs * ENTRIES);
    ShortVector i0 = ShortVector.fromArray(Lanes.SHORT, SELECT, 0);
    ShortVector i1 = ShortVector.fromArray(Lanes.SHORT, SELECT, ENTRIES);
    ShortVector i2 = ShortVector.fromArray(Lanes.SHORT, SELECT, 2 * ENTRIES);
    ShortVector i3 = ShortVector.fromArray(Lanes.SHORT, SELECT, Math.min(3, INPUTS - 1) * ENTRIES);
    ShortVector i4 = ShortVector.fromArray(Lanes.SHORT, SELECT, (INPUTS - 1) * ENTRIES);
    for (int group = 0; group < groups; group++) {
      ShortVector x =
          ((ShortVector) ByteVector.fromArray(Lanes.HALF_BYTE, arena, from + group * INPUTS).castShape(Lanes.SHORT, 0))
              .and(keep);
      ShortVector sum = i0.selectFrom(x).add(i1.selectFrom(x)).add(i2.selectFrom(x));
      if (INPUTS > 3) {
        sum = sum.add(i3.selectFrom(x));
      }
      if (INPUTS > 4) {
        sum = sum.add(i4.selectFrom(x));
      }
      sum.intoArray(tables, to + group * ENTRIES);
    }
  }

  private static void oneByOne(byte[] arena, int from, int inputs, short[] tables, int to) {
    for (int entry = 0; entry < ENTRIES; entry++) {
      int sum = 0;
      for (int input = 0; input < inputs; input++) {
        sum += (entry >> input & 1) * arena[from + input];
      }
      tables[to + entry] = (short) sum;
    }
  }

  /**
   * The sums that a look-up adds for half steps, whose levels 2v + 1 are nearly sums of planes:
   * Σ (2v + 1) · x = 2 · Σ v · x + Σ x, and the second sum is the same for all channels. It is in the tables: the entry
   * of all inputs of a group is their sum.
   */
  static final class InputSums {

    private final KernelSpec.Convolution spec;
    private final LookupShape shape;

    /** Where in the scratch's integers the sums of each pixel that has tables are, and those of each output pixel. */
    private final int tabledAt;
    private final int sumsAt;

    /** @param at where in the scratch's integers there is room for {@link #size} */
    InputSums(KernelSpec.Convolution spec, LookupShape shape, int at) {
      this.spec = spec;
      this.shape = shape;
      tabledAt = at;
      sumsAt = at + shape.tableRows() * shape.tableColumns();
    }

    /** Integers it takes. */
    static int size(LookupShape shape) {
      return shape.tableRows() * shape.tableColumns() + shape.pixels();
    }

    /** Sums up a part of the channels of each pixel that has tables. */
    void take(int part, Scratch scratch) {
      short[] tables = scratch.shorts();
      int[] ints = scratch.ints();
      int channels = shape.channels(part, spec.input().channels());
      int whole = channels / SubsetTables.INPUTS;
      int rest = channels - whole * SubsetTables.INPUTS;
      for (int pixel = 0; pixel < sumsAt - tabledAt; pixel++) {
        int table = pixel * shape.groups() * SubsetTables.ENTRIES;
        int sum = 0;
        for (int group = 0; group < whole; group++, table += SubsetTables.ENTRIES) {
          sum += tables[table + SubsetTables.ENTRIES - 1];
        }
        if (rest > 0) {
          sum += tables[table + (1 << rest) - 1];
        }
        ints[tabledAt + pixel] = sum;
      }
    }

    /**
     * Sums up what each output pixel of a block sees of them through some taps of a row, the first of which is (y, x).
     */
    void see(int y, int x, int taps, int pixels, Scratch scratch) {
      int[] ints = scratch.ints();
      int width = shape.rowPixels(pixels);
      int strideX = shape.pointwise() ? 1 : spec.window().strideX();
      for (int pixel = 0; pixel < pixels; pixel++) {
        int row = pixel / width * spec.window().strideY() + y;
        int from = tabledAt + row * shape.tableColumns() + pixel % width * strideX + x;
        int sum = 0;
        for (int tap = 0; tap < taps; tap++) {
          sum += ints[from + tap];
        }
        ints[sumsAt + pixel] = sum;
      }
    }

    /** Where the sum of an output pixel is. */
    int of(int pixel) {
      return sumsAt + pixel;
    }
  }
}
