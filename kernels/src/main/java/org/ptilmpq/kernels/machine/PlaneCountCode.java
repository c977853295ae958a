package org.ptilmpq.kernels.machine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Supplier;
import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.PackedWeights.Block;
import org.ptilmpq.kernels.arithmetic.LevelSums.PlaneCounts;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.kernels.machine.code.NativeCalls;

/** Counts the bits of planes in native memory, for the sums that are taken of every weight when a model is opened. */
final class PlaneCountCode implements PlaneCounts {

  // The frame, native memory that the function reads and writes, by byte offsets.

  /** Address of the first word; bytes from an input's words to the next one's; bytes of a word. */
  private static final int WORDS = 0;

  private static final int STRIDE = 8;
  private static final int WORD_BYTES = 16;
  private static final int PLANES = 24;
  private static final int INPUTS = 32;

  /** The bits of eight bytes, twice: 1, 2, 4, … 128. */
  static final int BITS = 48;

  /** For each of 64 counters the number of its bit's byte. */
  static final int BYTES_OF_BITS = 64;

  /** Counters before they are added up. */
  private static final int COUNTERS = 128;

  /** Counts, 32 bits each: [plane · 64 + channel]. */
  private static final int COUNTS = 192;

  /** Inputs after which counters of a byte are added up. */
  private static final int ROUND = Byte.MAX_VALUE;

  private static final int FRAME = 5;

  private final Supplier<MemorySegment> function;
  private final MemorySegment frame;

  /**
   * @param function returns the address of the code that {@link #emit} writes, when it is needed
   * @param arena for the frame
   */
  PlaneCountCode(Supplier<MemorySegment> function, Arena arena) {
    this.function = function;
    frame = arena.allocate(COUNTS + (long) MAX_PLANES * PackedWeights.BLOCK * Integer.BYTES, 64);
    for (int i = 0; i < PackedWeights.BLOCK; i++) {
      frame.set(ValueLayout.JAVA_BYTE, BYTES_OF_BITS + i, (byte) (i / 8 % 8));
    }
    for (int i = 0; i < 16; i++) {
      frame.set(ValueLayout.JAVA_BYTE, BITS + i, (byte) (1 << i % 8));
    }
  }

  @Override
  public void ofCodes(PackedWeights weights, Block block, int[] counts) {
    long stride = (long) block.width() * block.wordBytes();
    MemorySegment words = weights.codes().asSlice(block.offset());
    count(words, stride, block.wordBytes(), block.width(), weights.inputs(), counts);
  }

  @Override
  public void ofTails(PackedWeights weights, Block block, int[] counts) {
    PackedWeights.TailRows tails = block.tails();
    long stride = (long) tails.planes() * block.wordBytes();
    MemorySegment words = weights.tails().asSlice(tails.wordsAt());
    count(words, stride, block.wordBytes(), tails.planes(), tails.count(), counts);
  }

  private void count(MemorySegment words, long stride, int wordBytes, int planes, int inputs, int[] counts) {
    if (stride * inputs + Long.BYTES > words.byteSize() || planes > MAX_PLANES) {
      throw new IndexOutOfBoundsException("planes beyond the end of the weights");
    }
    frame.asSlice(COUNTS).fill((byte) 0);
    frame.set(ValueLayout.JAVA_LONG, WORDS, words.address());
    frame.set(ValueLayout.JAVA_LONG, STRIDE, stride);
    frame.set(ValueLayout.JAVA_LONG, WORD_BYTES, wordBytes);
    frame.set(ValueLayout.JAVA_LONG, PLANES, planes);
    frame.set(ValueLayout.JAVA_LONG, INPUTS, inputs);
    NativeCalls.invoke(function.get(), frame.address(), 0, 0, 0, 0, 0);
    int length = planes * PackedWeights.BLOCK;
    MemorySegment.copy(frame, ValueLayout.JAVA_INT, COUNTS, counts, 0, length);
  }

  /** Writes the function, whose only argument is the frame. There is at least one plane and one input. */
  static void emit(LevelEmitter e) {
    Emitter g = e.general();
    Label planes = new Label();
    Label round = new Label();
    Label whole = new Label();
    Label inputs = new Label();
    Label next = new Label();
    g.enter();
    g.move(FRAME, 0);
    g.load(6, FRAME, PLANES);
    g.load(7, FRAME, WORDS);
    g.load(8, FRAME, STRIDE);
    g.move(9, FRAME);
    g.addImmediate(9, COUNTS);
    g.bind(planes);
    g.move(4, 7);
    g.load(0, FRAME, INPUTS);
    g.bind(round);
    e.clearCounters(FRAME);
    g.move(1, 0);
    g.jumpIfBelow(1, ROUND, whole);
    g.moveImmediate(1, ROUND);
    g.bind(whole);
    g.subtract(0, 1);
    g.bind(inputs);
    e.countBits(4);
    g.add(4, 8);
    g.countDown(1, inputs);
    e.storeCounters(FRAME, COUNTERS);
    addUp(e);
    g.jumpIfZero(0, next);
    g.jump(round);
    g.bind(next);
    g.addImmediate(9, PackedWeights.BLOCK * Integer.BYTES);
    g.load(1, FRAME, WORD_BYTES);
    g.add(7, 1);
    g.countDown(6, planes);
    g.leave();
  }

  private static void addUp(LevelEmitter e) {
    for (int channel = 0; channel < PackedWeights.BLOCK; channel += LevelEmitter.LANES) {
      e.loadBytes(0, FRAME, COUNTERS + channel);
      e.load(1, 9, channel * Integer.BYTES);
      e.add(1, 1, 0);
      e.store(1, 9, channel * Integer.BYTES);
    }
  }
}
