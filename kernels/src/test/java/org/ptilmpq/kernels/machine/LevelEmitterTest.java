package org.ptilmpq.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.kernels.machine.code.Label;
import org.ptilmpq.testkit.Seeds;

/** The code that this machine's emitter writes for vectors of eight lanes, run and compared with Java's arithmetic. */
class LevelEmitterTest {

  private static final Supplier<LevelEmitter> EMITTERS = Target.ofThisMachine().getFirst()::levelEmitter;

  private static final int LANES = LevelEmitter.LANES;
  private static final int VECTOR_BYTES = LANES * Integer.BYTES;

  /** Where all vectors are loaded from, and where they are stored. */
  private static final int BEFORE = 16384;

  private static final int AFTER = 32768;

  private static final int[] EXTREMES = {
    0, 1, -1, 2, 127, 128, -127, -128, -129, 255, 256, 32767, -32768, 0xFFFFFF, 1 << 24, Integer.MAX_VALUE,
    Integer.MIN_VALUE, Integer.MIN_VALUE + 1
  };

  /** Emits an operation on one vector, or on two. */
  private interface Emission {
    void emit(LevelEmitter e, int to, int left, int right);
  }

  /**
   * An operation on each lane.
   *
   * @param range from any number to one that the left lanes may have
   * @param byAmount whether the right lanes are one number from 0 to 31
   */
  private record LaneOperation(
      String name, Emission emission, IntBinaryOperator expected, IntUnaryOperator range, boolean byAmount) {}

  private static final List<LaneOperation> OPERATIONS = operations();

  private static List<LaneOperation> operations() {
    List<LaneOperation> all = new ArrayList<>();
    all.add(operation("add", LevelEmitter::add, Integer::sum));
    all.add(operation("subtract", LevelEmitter::subtract, (x, y) -> x - y));
    all.add(operation("multiply", LevelEmitter::multiply, (x, y) -> x * y));
    all.add(operation("xor", LevelEmitter::xor, (x, y) -> x ^ y));
    all.add(operation("or", LevelEmitter::or, (x, y) -> x | y));
    all.add(operation("min", LevelEmitter::min, Math::min));
    all.add(operation("max", LevelEmitter::max, Math::max));
    all.add(operation("equal", LevelEmitter::equal, (x, y) -> x == y ? -1 : 0));
    all.add(operation("abs", (e, to, left, right) -> e.abs(to, left), (x, y) -> Math.abs(x)));
    all.add(operation("clear", (e, to, left, right) -> e.clear(to), (x, y) -> 0));
    for (int bits = 1; bits < Integer.SIZE; bits++) {
      int by = bits;
      all.add(operation("shift left " + by, (e, to, left, right) -> e.shiftLeft(to, left, by), (x, y) -> x << by));
      all.add(operation("shift right " + by, (e, to, left, right) -> e.shiftRight(to, left, by), (x, y) -> x >> by));
    }
    all.add(new LaneOperation("shift right by", LevelEmitter::shiftRightBy, (x, y) -> x >> y, x -> x, true));
    all.add(
        new LaneOperation(
            "to floats",
            (e, to, left, right) -> e.toFloats(to, left),
            (x, y) -> Float.floatToRawIntBits(x),
            x -> x / 128,
            false));
    return all;
  }

  private static LaneOperation operation(String name, Emission emission, IntBinaryOperator expected) {
    return new LaneOperation(name, emission, expected, x -> x, false);
  }

  // ---- lanes

  @Test
  void operationsOnLanesChangeOneVector() {
    RandomGenerator random = Seeds.random("LevelEmitterTest lanes", 1);
    for (LaneOperation operation : OPERATIONS) {
      for (int i = 0; i < 25; i++) {
        int to = random.nextInt(LevelEmitter.VECTORS);
        int left = i % 5 == 0 ? to : random.nextInt(LevelEmitter.VECTORS);
        int right = i % 5 == 1 ? to : i % 5 == 2 ? left : random.nextInt(LevelEmitter.VECTORS);
        assertChangesOneVector(operation, to, left, right, random);
      }
    }
  }

  private static void assertChangesOneVector(
      LaneOperation operation, int to, int left, int right, RandomGenerator random) {
    int[][] vectors = vectors(random);
    for (int lane = 0; lane < LANES; lane++) {
      vectors[left][lane] = operation.range.applyAsInt(vectors[left][lane]);
    }
    if (operation.byAmount) {
      Arrays.fill(vectors[right], random.nextInt(Integer.SIZE));
    }
    int[] expected =
        IntStream.range(0, LANES)
            .map(lane -> operation.expected.applyAsInt(vectors[left][lane], vectors[right][lane]))
            .toArray();
    EmittedFunction f = withVectors(vectors);
    runOnVectors(f, e -> operation.emission.emit(e, to, left, right));
    for (int v = 0; v < LevelEmitter.VECTORS; v++) {
      assertThat(vectorAt(f, AFTER + v * VECTOR_BYTES))
          .as("%s to %d of %d and %d: vector %d", operation.name, to, left, right, v)
          .isEqualTo(v == to ? expected : vectors[v]);
    }
  }

  @Test
  void loadsAndStoresAtAnyPlace() {
    RandomGenerator random = Seeds.random("LevelEmitterTest loads and stores", 2);
    for (int displacement : EmitterTest.DISPLACEMENTS) {
      int vector = random.nextInt(LevelEmitter.VECTORS);
      int[] lanes = vectors(random)[0];
      EmittedFunction f = function();
      put(f, displacement, lanes);
      run(
          f,
          e -> {
            e.general().move(6, 0);
            e.load(vector, 6, displacement);
            e.store(vector, 6, displacement + 100);
            e.loadBytes(vector, 6, displacement);
            e.store(vector, 6, displacement + 200);
            e.broadcast(vector, 6, displacement);
            e.store(vector, 6, displacement + 300);
            e.load(vector, 6, displacement);
            e.storeBytes(vector, 6, displacement + 400);
          });
      assertThat(vectorAt(f, displacement + 100)).isEqualTo(lanes);
      assertThat(f.byteAt(displacement + 99)).isZero();
      assertThat(f.byteAt(displacement + 100 + VECTOR_BYTES)).isZero();
      for (int i = 0; i < LANES; i++) {
        assertThat(f.intAt(displacement + 200 + 4 * i)).as("signed byte").isEqualTo(f.byteAt(displacement + i));
        assertThat(f.intAt(displacement + 300 + 4 * i)).as("one for all").isEqualTo(lanes[0]);
        assertThat(f.byteAt(displacement + 400 + i)).as("low byte").isEqualTo((byte) lanes[i]);
      }
      assertThat(f.byteAt(displacement + 399)).isZero();
      assertThat(f.longAt(displacement + 408)).as("no more than eight bytes").isZero();
    }
  }

  @Test
  void sumsOfAllLanes() {
    RandomGenerator random = Seeds.random("LevelEmitterTest sums", 3);
    for (int i = 0; i < 60; i++) {
      int vector = i % LevelEmitter.VECTORS;
      int[][] vectors = vectors(random);
      for (int lane = 0; lane < LANES; lane++) {
        // No sum leaves 31 bits; one alone can take all of them.
        vectors[vector][lane] = i % 3 == 0 ? lane == i / 3 % LANES ? Integer.MAX_VALUE : 0 : random.nextInt(1 << 28);
      }
      EmittedFunction f = withVectors(vectors);
      f.putLong(-8, -1);
      runOnVectors(
          f,
          e -> {
            e.general().load(7, 0, -8);
            e.sum(7, vector);
            e.general().store(7, 0, -16);
          });
      assertThat(f.longAt(-16)).isEqualTo(IntStream.of(vectors[vector]).asLongStream().sum());
      assertKept(f, vectors, vector);
    }
  }

  @Test
  void jumpsWhenAnyBitIsSet() {
    RandomGenerator random = Seeds.random("LevelEmitterTest jumps", 4);
    for (int bit = -1; bit < LANES * Integer.SIZE; bit++) {
      int vector = random.nextInt(LevelEmitter.VECTORS);
      int[][] vectors = vectors(random);
      vectors[vector] = new int[LANES];
      if (bit >= 0) {
        vectors[vector][bit / Integer.SIZE] = 1 << bit % Integer.SIZE;
      }
      EmittedFunction f = withVectors(vectors);
      runOnVectors(
          f,
          e -> {
            Label over = new Label();
            e.general().moveImmediate(6, 1);
            e.jumpIfAny(vector, over);
            e.general().moveImmediate(6, 2);
            e.general().bind(over);
            e.general().store(6, 0, -8);
          });
      assertThat(f.longAt(-8)).as("bit %d", bit).isEqualTo(bit < 0 ? 2 : 1);
      assertKept(f, vectors, vector);
    }
  }

  // ---- levels

  /** Eight states with tables of their own, some of which take a word. */
  @Test
  void decodesStates() {
    RandomGenerator random = Seeds.random("LevelEmitterTest states", 5);
    int tables = 3;
    int tablesAt = 65536;
    int wordsAt = 8192;
    int wordsTaken = 0;
    for (int run = 0; run < 60; run++) {
      EmittedFunction f = function();
      int[] slots = random.ints(tables << LevelEmitter.SLOT_BITS).toArray();
      put(f, tablesAt, slots);
      long[] states = random.longs(8, 0, 1L << (run % 2 == 0 ? 32 : 20)).toArray();
      int[] contexts = random.ints(8, 0, 64).toArray();
      int[] tableOf = random.ints(64, 0, tables).toArray();
      int row = 4 * random.nextInt(0, LevelFrame.CHANNELS - 7);
      for (int i = 0; i < 8; i++) {
        f.putLong(LevelFrame.STATES + 8 * i, states[i]);
        f.putInt(LevelFrame.CONTEXTS + row + 4 * i, 8 * contexts[i]);
      }
      int[] words = random.ints(9, 0, 1 << 16).toArray();
      for (int i = 0; i < words.length; i++) {
        f.putByte(wordsAt + 2 * i, words[i]);
        f.putByte(wordsAt + 2 * i + 1, words[i] >> 8);
      }
      run(
          f,
          e -> {
            Emitter g = e.general();
            g.move(LevelFrame.REGISTER, 0);
            for (int i = 0; i < 64; i++) {
              g.move(6, 0);
              g.addImmediate(6, tablesAt + (tableOf[i] << LevelEmitter.SLOT_BITS + 2));
              g.store(6, 0, LevelFrame.TABLES + 8 * i);
            }
            for (int i = 0; i < 8; i++) {
              g.load(6 + i, 0, LevelFrame.STATES + 8 * i);
            }
            g.move(3, 0);
            g.addImmediate(3, wordsAt);
            g.move(4, 0);
            g.addImmediate(4, row);
            for (int i = 0; i < 8; i++) {
              e.decode(6 + i, 3, 4, 4 * i);
            }
            for (int i = 0; i < 8; i++) {
              g.store(6 + i, 0, LevelFrame.STATES + 8 * i);
            }
            g.subtract(3, 0);
            g.store(3, 0, -8);
            g.subtract(4, LevelFrame.REGISTER);
            g.store(4, 0, -16);
          });
      int word = 0;
      for (int i = 0; i < 8; i++) {
        int table = tableOf[contexts[i]] << LevelEmitter.SLOT_BITS;
        int slot = slots[table + (int) (states[i] & LevelEmitter.SLOT_MASK)];
        long x = ((slot >>> 20) + 1) * (states[i] >>> LevelEmitter.SLOT_BITS) + (slot >>> 8 & LevelEmitter.SLOT_MASK);
        if (x < 1 << LevelEmitter.WORD_BITS) {
          x = x << LevelEmitter.WORD_BITS | words[word++];
        }
        assertThat(f.longAt(LevelFrame.STATES + 8 * i)).as("state %d of run %d", i, run).isEqualTo(x);
        assertThat(f.intAt(LevelFrame.SYMBOLS + row + 4 * i)).as("symbol").isEqualTo((byte) slot);
      }
      assertThat(f.longAt(-8)).as("next word").isEqualTo(wordsAt + 2L * word);
      assertThat(f.longAt(-16)).as("row").isEqualTo(row);
      wordsTaken += word;
    }
    assertThat(wordsTaken).as("words taken").isBetween(40, 440);
  }

  /** The smallest state that takes no word, and the largest that takes one. */
  @Test
  void takesAWordBelowTheBoundAlone() {
    for (long x : new long[] {0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, (1L << 32) - 1}) {
      EmittedFunction f = function();
      // Frequency 4096: the state stays what it is, but for the word.
      f.putInt(65536 + 4 * (int) (x & LevelEmitter.SLOT_MASK), 4095 << 20 | (int) (x & 4095) << 8 | 0x80);
      f.putLong(-8, x);
      f.putByte(8192, 0xCD);
      f.putByte(8193, 0xAB);
      run(
          f,
          e -> {
            Emitter g = e.general();
            g.move(LevelFrame.REGISTER, 0);
            g.move(6, 0);
            g.addImmediate(6, 65536);
            g.store(6, 0, LevelFrame.TABLES);
            g.load(9, 0, -8);
            g.move(3, 0);
            g.addImmediate(3, 8192);
            e.decode(9, 3, 0, 0);
            g.store(9, 0, -16);
            g.subtract(3, 0);
            g.store(3, 0, -24);
          });
      boolean taken = x < 1 << 16;
      assertThat(f.longAt(-16)).as("state %d", x).isEqualTo(taken ? x << 16 | 0xABCD : x);
      assertThat(f.longAt(-24)).isEqualTo(taken ? 8194 : 8192);
      assertThat(f.intAt(LevelFrame.SYMBOLS)).isEqualTo(-128);
    }
  }

  @Test
  void packsBitPlanes() {
    RandomGenerator random = Seeds.random("LevelEmitterTest planes", 6);
    int bytesAt = 4096;
    int planesAt = 8192;
    for (int wordBytes = 1; wordBytes <= 8; wordBytes++) {
      for (int count = 1; count <= 8; count++) {
        EmittedFunction f = function();
        byte[] bytes = new byte[LevelFrame.CHANNELS];
        random.nextBytes(bytes);
        for (int j = 0; j < bytes.length; j++) {
          f.putByte(bytesAt + j, bytes[j]);
        }
        f.putLong(LevelFrame.BITS, 0x8040201008040201L);
        f.putLong(LevelFrame.BITS + 8, 0x8040201008040201L);
        byte[] expected = new byte[80];
        Arrays.fill(expected, (byte) 0x55);
        for (int i = 0; i < expected.length; i++) {
          f.putByte(planesAt - 8 + i, 0x55);
        }
        for (int plane = 0; plane < count; plane++) {
          for (int j = 0; j < 64; j++) {
            int at = 8 + plane * wordBytes + j / 8;
            int bit = bytes[j] >> plane & 1;
            expected[at] = (byte) (j % 8 == 0 ? bit : expected[at] | bit << j % 8);
          }
        }
        int planes = count;
        int step = wordBytes;
        run(
            f,
            e -> {
              Emitter g = e.general();
              g.move(LevelFrame.REGISTER, 0);
              g.move(6, 0);
              g.addImmediate(6, bytesAt - 64);
              g.move(3, 0);
              g.addImmediate(3, planesAt);
              g.moveImmediate(4, step);
              g.moveImmediate(7, planes);
              e.packPlanes(6, 64, 3, 4, 7);
              g.subtract(3, 0);
              g.store(3, 0, -8);
              g.store(4, 0, -16);
              g.store(7, 0, -24);
            });
        assertThat(f.longAt(-8)).as("planes").isEqualTo(planesAt + (long) count * wordBytes);
        assertThat(f.longAt(-16)).as("bytes of a word").isEqualTo(wordBytes);
        assertThat(f.longAt(-24)).as("count").isZero();
        for (int i = 0; i < expected.length; i++) {
          assertThat(f.byteAt(planesAt - 8 + i))
              .as("%d planes of %d bytes, byte %d", count, wordBytes, i - 8)
              .isEqualTo(expected[i]);
        }
      }
    }
  }

  // ---- functions

  private static EmittedFunction function() {
    return new EmittedFunction(() -> EMITTERS.get().general());
  }

  private static void run(EmittedFunction f, Consumer<LevelEmitter> body) {
    LevelEmitter e = EMITTERS.get();
    e.general().enter();
    body.accept(e);
    e.general().leave();
    f.run(e.general().code(), 0);
  }

  /** Loads all vectors before and stores them after. */
  private static void runOnVectors(EmittedFunction f, Consumer<LevelEmitter> body) {
    run(
        f,
        e -> {
          for (int v = 0; v < LevelEmitter.VECTORS; v++) {
            e.load(v, 0, BEFORE + v * VECTOR_BYTES);
          }
          body.accept(e);
          for (int v = 0; v < LevelEmitter.VECTORS; v++) {
            e.store(v, 0, AFTER + v * VECTOR_BYTES);
          }
        });
  }

  private static EmittedFunction withVectors(int[][] vectors) {
    EmittedFunction f = function();
    for (int v = 0; v < vectors.length; v++) {
      put(f, BEFORE + v * VECTOR_BYTES, vectors[v]);
    }
    return f;
  }

  private static void assertKept(EmittedFunction f, int[][] vectors, int lost) {
    for (int v = 0; v < vectors.length; v++) {
      if (v != lost) {
        assertThat(vectorAt(f, AFTER + v * VECTOR_BYTES)).as("vector %d", v).isEqualTo(vectors[v]);
      }
    }
  }

  /** Random numbers of all sizes, and extremes. */
  private static int[][] vectors(RandomGenerator random) {
    int[][] vectors = new int[LevelEmitter.VECTORS][LANES];
    for (int[] vector : vectors) {
      for (int lane = 0; lane < LANES; lane++) {
        vector[lane] =
            random.nextBoolean()
                ? EXTREMES[random.nextInt(EXTREMES.length)]
                : random.nextInt() >> random.nextInt(Integer.SIZE);
      }
    }
    return vectors;
  }

  private static void put(EmittedFunction f, int displacement, int[] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      f.putInt(displacement + i * Integer.BYTES, numbers[i]);
    }
  }

  private static int[] vectorAt(EmittedFunction f, int displacement) {
    return IntStream.range(0, LANES).map(lane -> f.intAt(displacement + lane * Integer.BYTES)).toArray();
  }
}
