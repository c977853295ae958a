package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.Requantization;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.scalar.ScalarDepthwise;

/**
 * Depthwise convolution, one output channel an input channel, in fp32 lanes that are exact as those of
 * {@link FloatTiles}. A unit of work is a band of output rows of one chunk of channels ({@link FloatPixels}). The input
 * rows that a window reaches are kept as floats with the zero point around them, each of them converted once a band, so
 * that the product is the same loop over taps at the picture's edges and within; rows take turns in their places.
 */
final class VectorDepthwise implements Kernel {

  /** Output pixels of a register tile: networks for 224 × 224 pictures have rows of 7 · 2ⁿ. */
  private static final int TILE = 7;

  /** Output rows of a band: enough that rows which two bands convert are few, and few enough to share with threads. */
  private static final int MOST_ROWS = 16;

  /** Floats of the rows, and of the levels, beyond which nothing is gained by vectors, and memory is wasted. */
  private static final long MOST_FLOATS = 1 << 20;

  private static final int CHUNK = FloatPixels.CHANNELS;

  private final KernelSpec.Convolution spec;
  private final Rows rows;
  private final ChannelChunks chunks;
  private final DepthwiseLevels levels;
  private final int low;
  private final int high;
  private final int bandRows;

  /**
   * The input rows that a window reaches, as floats.
   *
   * @param count rows from a window's first to its last
   * @param floats of a row, padding included
   * @param sums floats of an output row, whole tiles
   */
  private record Rows(long count, long floats, long sums) {

    static Rows of(KernelSpec.Convolution spec) {
      Window window = spec.window();
      long outputs = (spec.output().width() + TILE - 1L) / TILE * TILE;
      long columns = (outputs - 1) * window.strideX() + (window.kernelWidth() - 1L) * window.dilationX() + 1;
      return new Rows((window.kernelHeight() - 1L) * window.dilationY() + 1, columns * CHUNK, outputs * CHUNK);
    }

    boolean fit() {
      return count * floats + sums <= MOST_FLOATS;
    }

    /** Where an input row is, also one outside the picture. */
    int place(int row) {
      return Math.floorMod(row, (int) count) * (int) floats;
    }
  }

  private VectorDepthwise(KernelSpec.Convolution spec, ChannelChunks chunks, DepthwiseLevels levels) {
    this.spec = spec;
    this.chunks = chunks;
    this.levels = levels;
    rows = Rows.of(spec);
    low = Requantization.boundBits(spec.low());
    high = Requantization.boundBits(spec.high());
    int bands = (spec.output().height() + MOST_ROWS - 1) / MOST_ROWS;
    bandRows = (spec.output().height() + bands - 1) / bands;
  }

  /** This kernel where the layer's shape and its levels allow it, else the scalar one. */
  static Kernel prepare(KernelSpec.Convolution spec) {
    if (fits(spec)) {
      ChannelChunks chunks = chunks(spec);
      DepthwiseLevels levels = DepthwiseLevels.of(spec, chunks);
      if (levels.exact()) {
        return new VectorDepthwise(spec, chunks, levels);
      }
    }
    return new ScalarDepthwise(spec);
  }

  /** Enough for either kernel. */
  static ScratchSize scratch(KernelSpec.Convolution spec) {
    ScratchSize scalar = ScalarDepthwise.scratch(spec);
    if (!fits(spec)) {
      return scalar;
    }
    Rows rows = Rows.of(spec);
    return scalar.max(new ScratchSize((int) (rows.count * rows.floats + rows.sums), spec.window().taps()));
  }

  private static boolean fits(KernelSpec.Convolution spec) {
    return chunks(spec).fit()
        && spec.output().channels() == spec.input().channels()
        && spec.residual() == null
        && !spec.floatScores()
        && Rows.of(spec).fit()
        && (long) spec.window().taps() * (spec.output().channels() + CHUNK) <= MOST_FLOATS;
  }

  private static ChannelChunks chunks(KernelSpec.Convolution spec) {
    return new ChannelChunks(spec.output().channels(), CHUNK);
  }

  @Override
  public int units() {
    return (spec.output().height() + bandRows - 1) / bandRows * chunks.count();
  }

  @Override
  public String method() {
    return "fp32 lanes depthwise";
  }

  /** Neighbouring units are chunks of the same rows, which are in the caches then. */
  @Override
  public void run(byte[] arena, float[] scores, int first, int end, Scratch scratch) {
    Arrays.fill(scratch.floats(), 0, (int) (rows.count * rows.floats), spec.input().zeroPoint());
    for (int unit = first; unit < end; unit++) {
      int top = unit / chunks.count() * bandRows;
      int bottom = Math.min(spec.output().height(), top + bandRows);
      band(arena, unit % chunks.count(), top, bottom, scratch);
    }
  }

  private void band(byte[] arena, int chunk, int top, int bottom, Scratch scratch) {
    Window window = spec.window();
    TensorView output = spec.output();
    int channel = chunks.start(chunk);
    int sums = (int) (rows.count * rows.floats);
    int next = Integer.MIN_VALUE;
    for (int y = top; y < bottom; y++) {
      int first = y * window.strideY() - window.padTop();
      for (int row = Math.max(first, next); row < first + rows.count; row++) {
        widen(arena, row, channel, scratch.floats());
      }
      next = first + (int) rows.count;
      placeTaps(first, scratch.ints());
      convolve(scratch.floats(), scratch.ints(), chunk, sums);
      FloatPixels.requantize(
          scratch.floats(),
          sums,
          output.width(),
          levels.multiplier(),
          levels.offset(),
          chunk * CHUNK,
          low,
          high,
          arena,
          output.offset() + y * output.width() * output.channels() + channel,
          output.channels());
    }
  }

  /** An input row to its place. The zero points on its left and right are there already. */
  private void widen(byte[] arena, int row, int channel, float[] floats) {
    TensorView input = spec.input();
    int at = rows.place(row);
    if (row < 0 || row >= input.height()) {
      Arrays.fill(floats, at, at + (int) rows.floats, input.zeroPoint());
      return;
    }
    int left = spec.window().padLeft();
    int columns = Math.min(input.width(), (int) rows.floats / CHUNK - left);
    int from = input.offset() + row * input.width() * input.channels() + channel;
    FloatPixels.widen(arena, from, input.channels(), columns, floats, at + left * CHUNK);
  }

  /** Where each tap of the leftmost window lies. */
  private void placeTaps(int first, int[] taps) {
    Window window = spec.window();
    int tap = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int row = rows.place(first + ky * window.dilationY());
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        taps[tap++] = row + kx * window.dilationX() * CHUNK;
      }
    }
  }

  /** The sums of an output row. */
  private void convolve(float[] floats, int[] taps, int chunk, int to) {
    int count = spec.window().taps();
    int stride = spec.window().strideX() * CHUNK;
    for (int x = 0; x < spec.output().width(); x += TILE) {
      for (int lane = 0; lane < CHUNK; lane += Lanes.WORDS) {
        int level = chunk * count * CHUNK + lane;
        sevenPixels(floats, x * stride + lane, stride, taps, count, levels.levels(), level, to + x * CHUNK + lane);
      }
    }
  }

  /**
   * Seven output pixels of a vector of channels.
   *
   * @param at of the first pixel's input, to which what {@code taps} has is added
   * @param stride from a pixel's input to the next one's
   * @param level of the first tap; each is a chunk on
   * @param to the sums, a chunk a pixel
   */
  private static void sevenPixels(
      float[] f, int at, int stride, int[] taps, int count, float[] levels, int level, int to) {
    FloatVector z = FloatVector.zero(Lanes.FLOAT);
    FloatVector s0 = z, s1 = z, s2 = z, s3 = z, s4 = z, s5 = z, s6 = z;
    for (int tap = 0; tap < count; tap++) {
      int x = at + taps[tap];
      FloatVector w = FloatVector.fromArray(Lanes.FLOAT, levels, level + tap * CHUNK);
      s0 = w.fma(FloatVector.fromArray(Lanes.FLOAT, f, x), s0);
      s1 = w.fma(FloatVector.fromArray(Lanes.FLOAT, f, x + stride), s1);
      s2 = w.fma(FloatVector.fromArray(Lanes.FLOAT, f, x + 2 * stride), s2);
      s3 = w.fma(FloatVector.fromArray(Lanes.FLOAT, f, x + 3 * stride), s3);
      s4 = w.fma(FloatVector.fromArray(Lanes.FLOAT, f, x + 4 * stride), s4);
      s5 = w.fma(FloatVector.fromArray(Lanes.FLOAT, f, x + 5 * stride), s5);
      s6 = w.fma(FloatVector.fromArray(Lanes.FLOAT, f, x + 6 * stride), s6);
    }
    s0.intoArray(f, to);
    s1.intoArray(f, to + CHUNK);
    s2.intoArray(f, to + 2 * CHUNK);
    s3.intoArray(f, to + 3 * CHUNK);
    s4.intoArray(f, to + 4 * CHUNK);
    s5.intoArray(f, to + 5 * CHUNK);
    s6.intoArray(f, to + 6 * CHUNK);
  }
}
