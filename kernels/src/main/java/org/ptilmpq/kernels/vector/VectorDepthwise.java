package org.ptilmpq.kernels.vector;

import java.util.Arrays;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.KernelSpec.Window;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.Scratch;
import org.ptilmpq.kernels.ScratchSize;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.kernels.TensorView;
import org.ptilmpq.kernels.arithmetic.LevelSums;
import org.ptilmpq.kernels.arithmetic.Requantization;
import org.ptilmpq.kernels.scalar.RowKernel;
import org.ptilmpq.kernels.scalar.ScalarDepthwise;
import org.ptilmpq.kernels.vector.Lanes.ChannelChunks;

/**
 * Depthwise convolution, one output channel per input channel, one output row per unit of work. The input rows that its
 * windows reach are copied with the zero point around them, so that the product knows no edges; they take turns in
 * their places, so that neighbouring output rows copy each of them once. Then one vector of channels after the other
 * goes along the row: sums ({@link DepthwiseSums}), and their bytes ({@link ByteLanes}).
 */
final class VectorDepthwise extends RowKernel {

  /** Bytes of the rows, or levels, beyond which nothing is gained by vectors and memory is wasted. */
  private static final long MOST = 1 << 22;

  private final KernelSpec.Convolution spec;
  private final Rows rows;
  private final ChannelChunks chunks;
  private final DepthwiseLevels levels;
  private final int low;
  private final int high;

  /**
   * Copies of the input rows that a window reaches, each with a column before it and whole tiles of outputs long.
   *
   * @param count rows from a window's first to its last
   * @param bytes of a row
   * @param outputs pixels of an output row, whole tiles
   */
  private record Rows(long count, long bytes, long outputs) {

    static Rows of(KernelSpec.Convolution spec) {
      Window window = spec.window();
      long outputs = (spec.output().width() + DepthwiseSums.TILE - 1L) / DepthwiseSums.TILE * DepthwiseSums.TILE;
      long columns = (outputs - 1) * window.strideX() + (window.kernelWidth() - 1L) * window.dilationX() + 1;
      long count = (window.kernelHeight() - 1L) * window.dilationY() + 1;
      return new Rows(count, (columns + 1) * spec.input().channels(), outputs);
    }

    boolean fit() {
      return count * bytes <= MOST && outputs <= MOST;
    }

    /** Bytes of all rows. */
    int end() {
      return (int) (count * bytes);
    }

    /** Where an input row is copied to, also one outside the picture. */
    int place(int row) {
      return Math.floorMod(row, (int) count) * (int) bytes;
    }
  }

  private VectorDepthwise(KernelSpec.Convolution spec, ChannelChunks chunks, DepthwiseLevels levels) {
    super(spec.output(), "fp32 lanes depthwise");
    this.spec = spec;
    this.chunks = chunks;
    this.levels = levels;
    rows = Rows.of(spec);
    low = Requantization.boundBits(spec.low());
    high = Requantization.boundBits(spec.high());
  }

  /** Returns this kernel where the layer's shape and its levels allow it, else the scalar one. */
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

  /** The scratch that is enough for either kernel. */
  static ScratchSize scratch(KernelSpec.Convolution spec) {
    ScratchSize scalar = ScalarDepthwise.scratch(spec);
    if (!fits(spec)) {
      return scalar;
    }
    Rows rows = Rows.of(spec);
    int sums = (DepthwiseSums.BEFORE + (int) rows.outputs) * Lanes.WORDS;
    return scalar.max(new ScratchSize(sums, spec.window().taps(), 0, rows.end() + Lanes.BYTES));
  }

  private static boolean fits(KernelSpec.Convolution spec) {
    return chunks(spec).fit()
        && spec.output().channels() == spec.input().channels()
        && spec.residual() == null
        && !spec.floatScores()
        && Rows.of(spec).fit()
        && (long) spec.window().taps() * spec.output().channels() <= MOST;
  }

  private static ChannelChunks chunks(KernelSpec.Convolution spec) {
    return new ChannelChunks(spec.output().channels(), Lanes.WORDS);
  }

  @Override
  public void run(TensorMemory tensors, int first, int end, Scratch scratch) {
    byte[] arena = tensors.bytes();
    Window window = spec.window();
    Arrays.fill(scratch.bytes(), 0, rows.end(), (byte) spec.input().zeroPoint());
    long next = Long.MIN_VALUE;
    for (int y = first; y < end; y++) {
      int top = y * window.strideY() - window.padTop();
      for (long row = Math.max(top, next); row < top + rows.count; row++) {
        copy(arena, (int) row, scratch.bytes());
      }
      next = top + rows.count;
      row(arena, y, top, scratch);
    }
  }

  /** Copies an input row to its place. The zero points on its left and right are there already. */
  private void copy(byte[] arena, int row, byte[] bytes) {
    TensorView input = spec.input();
    int at = rows.place(row);
    if (row < 0 || row >= input.height()) {
      Arrays.fill(bytes, at, at + (int) rows.bytes, (byte) input.zeroPoint());
      return;
    }
    int before = (1 + spec.window().padLeft()) * input.channels();
    int rowBytes = input.width() * input.channels();
    int copied = Math.min(rowBytes, (int) rows.bytes - before);
    if (copied > 0) {
      System.arraycopy(arena, input.offset() + row * rowBytes, bytes, at + before, copied);
    }
  }

  private void row(byte[] arena, int y, int top, Scratch scratch) {
    TensorView output = spec.output();
    placeTaps(top, scratch.ints());
    int sums = DepthwiseSums.BEFORE * Lanes.WORDS;
    int row = output.offset() + y * output.width() * output.channels();
    for (int chunk = 0; chunk < chunks.count(); chunk++) {
      int channel = chunks.start(chunk);
      sum(scratch, chunk, channel, sums);
      ByteLanes.requantize(
          scratch.floats(),
          sums,
          output.width(),
          levels.multiplier(),
          levels.offset(),
          chunk * Lanes.WORDS,
          low,
          high,
          arena,
          row + channel,
          output.channels());
    }
  }

  /** Where the leftmost window's taps lie. */
  private void placeTaps(int top, int[] taps) {
    Window window = spec.window();
    int channels = spec.input().channels();
    int tap = 0;
    for (int ky = 0; ky < window.kernelHeight(); ky++) {
      int row = rows.place(top + ky * window.dilationY()) + channels;
      for (int kx = 0; kx < window.kernelWidth(); kx++) {
        taps[tap++] = row + kx * window.dilationX() * channels;
      }
    }
  }

  /** Sums an output row for a vector of channels. */
  private void sum(Scratch scratch, int chunk, int channel, int to) {
    Window window = spec.window();
    byte[] bytes = scratch.bytes();
    float[] sums = scratch.floats();
    int[] taps = scratch.ints();
    int channels = spec.input().channels();
    int width = spec.output().width();
    int level = chunk * window.taps() * Lanes.WORDS;
    boolean threeByThree = window.kernelHeight() == 3 && window.kernelWidth() == 3 && window.dilationX() == 1;
    if (threeByThree && window.strideX() <= 2) {
      int upper = taps[0] + channel;
      int middle = taps[3] + channel;
      int lower = taps[6] + channel;
      if (window.strideX() == 1) {
        DepthwiseSums.everyColumn(
            bytes, upper, middle, lower, channels, width, levels.levels(), level, sums, to);
      } else {
        DepthwiseSums.everyOtherColumn(
            bytes, upper, middle, lower, channels, width, levels.levels(), level, sums, to);
      }
      return;
    }
    int stride = window.strideX() * channels;
    for (int x = 0; x < width; x += DepthwiseSums.TILE) {
      DepthwiseSums.anyWindow(
          bytes, x * stride + channel, stride, taps, window.taps(), levels.levels(), level, sums, to + x * Lanes.WORDS);
    }
  }

  /**
   * The factors of a depthwise convolution, one chunk of channels after the other. A channel has no more weights than
   * the window has taps, and as many products with each as there are pixels, sometimes fewer than fifty: they are
   * unpacked for good when the layer is prepared.
   *
   * @param levels for each chunk, one vector per tap
   * @param multiplier of the requantization, one vector per chunk
   * @param offset likewise
   * @param exact whether no sum of a channel can leave the whole numbers that a float holds: Σ |level| · 128 ≤ 2²⁴
   */
  private record DepthwiseLevels(float[] levels, float[] multiplier, float[] offset, boolean exact) {

    private static final int EXACT_MAGNITUDE = (1 << 24) / 128;

    /** Reads every weight once. */
    static DepthwiseLevels of(KernelSpec.Convolution spec, ChannelChunks chunks) {
      PackedWeights weights = spec.weights();
      Requantization requantization = Requantization.of(spec, LevelSums.of(weights));
      int taps = weights.inputs();
      int lanes = chunks.count() * chunks.lanes();
      float[] levels = new float[taps * lanes];
      float[] multiplier = new float[lanes];
      float[] offset = new float[lanes];
      int[] channel = new int[taps];
      boolean exact = true;
      for (Block block : weights.blocks()) {
        for (int j = 0; j < block.channels(); j++) {
          weights.unpack(block, j, channel);
          exact &= magnitude(channel) <= EXACT_MAGNITUDE;
          int packed = block.firstChannel() + j;
          int place = weights.outputChannel(packed);
          // The last chunk is moved back: a channel may also be in the one before it.
          for (int chunk = place / chunks.lanes(); chunk < chunks.count() && chunks.start(chunk) <= place; chunk++) {
            int lane = place - chunks.start(chunk);
            multiplier[chunk * chunks.lanes() + lane] = requantization.multiplier()[packed];
            offset[chunk * chunks.lanes() + lane] = requantization.offset()[packed];
            for (int tap = 0; tap < taps; tap++) {
              levels[(chunk * taps + tap) * chunks.lanes() + lane] = channel[tap];
            }
          }
        }
      }
      return new DepthwiseLevels(levels, multiplier, offset, exact);
    }

    private static long magnitude(int[] levels) {
      long magnitude = 0;
      for (int level : levels) {
        magnitude += Math.abs(level);
      }
      return magnitude;
    }
  }
}
