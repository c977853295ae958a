package org.ptilmpq.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.ptilmpq.kernels.machine.Segments.Runs;

/** The code that the emitters of this machine write for vectors, run and compared with Java's arithmetic. */
class EmitterVectorsTest {

  static final List<Supplier<Emitter>> EMITTERS = Emitters.all();

  // ---- bytes

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void vectorsOfEachNumberAndDisplacement(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    int bytes = f.emitter().vectorBytes();
    int vectors = f.emitter().vectors();
    for (int i = 0; i < vectors * bytes; i++) {
      f.putByte(i + 3, 31 * i);
    }
    f.run(
        e -> {
          for (int v = 0; v < vectors; v++) {
            e.loadVector(v, 0, v * bytes + 3);
          }
          for (int v = 0; v < vectors; v++) {
            e.storeVector(v, 0, 8192 + v * bytes, bytes);
          }
        });
    for (int i = 0; i < vectors * bytes; i++) {
      assertThat(f.byteAt(8192 + i)).isEqualTo((byte) (31 * i));
    }
    for (int d : EmitterTest.DISPLACEMENTS) {
      f.putInt(d, 0x12345678 + d);
      f.run(
          e -> {
            e.loadVector(0, 0, d);
            e.storeVector(0, 0, d + 512, bytes);
            e.storeVector(0, 0, d + 1024, 3);
          });
      assertThat(f.intAt(d + 512)).isEqualTo(0x12345678 + d);
      assertThat(f.intAt(d + 1024) & 0xFFFFFF).isEqualTo(0x12345678 + d & 0xFFFFFF);
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void storesJustTheBytesItSays(Supplier<Emitter> emitters) {
    int bytes = emitters.get().vectorBytes();
    for (int count = 1; count <= bytes; count++) {
      EmittedFunction f = new EmittedFunction(emitters);
      for (int i = 0; i < bytes; i++) {
        f.putByte(i, i + 1);
      }
      int stored = count;
      f.run(
          e -> {
            e.loadVector(5, 0, 0);
            e.storeVector(5, 0, 200, stored);
            e.storeVector(5, 0, 400, bytes);
          });
      for (int i = -64; i < 128; i++) {
        int expected = i >= 0 && i < count ? i + 1 : 0;
        assertThat(f.byteAt(200 + i)).as("byte %d of %d", i, count).isEqualTo((byte) expected);
      }
      assertThat(f.byteAt(400 + bytes - 1)).as("the vector is kept").isEqualTo((byte) bytes);
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void operationsOnBytes(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    int bytes = f.emitter().vectorBytes();
    byte[] left = bytes(bytes, 1);
    byte[] right = bytes(bytes, 2);
    for (int i = 0; i < bytes; i++) {
      f.putByte(i, left[i]);
      f.putByte(bytes + i, right[i]);
    }
    f.run(
        e -> {
          e.loadVector(0, 0, 0);
          e.loadVector(1, 0, bytes);
          e.copy(2, 0);
          e.xor(2, 1);
          e.storeVector(2, 0, 2 * bytes, bytes);
          e.maxBytes(0, 1);
          e.storeVector(0, 0, 3 * bytes, bytes);
          e.moveImmediate(6, 0x12345680);
          e.broadcastByte(3, 6);
          e.storeVector(3, 0, 4 * bytes, bytes);
        });
    for (int i = 0; i < bytes; i++) {
      assertThat(f.byteAt(2 * bytes + i)).isEqualTo((byte) (left[i] ^ right[i]));
      assertThat(f.byteAt(3 * bytes + i)).isEqualTo((byte) Math.max(left[i], right[i]));
      assertThat(f.byteAt(4 * bytes + i)).isEqualTo((byte) 0x80);
    }
  }

  /** Random bytes, among them both extremes. */
  private static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    bytes[0] = Byte.MIN_VALUE;
    bytes[(int) seed] = Byte.MAX_VALUE;
    return bytes;
  }

  // ---- 32-bit lanes

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void columnsOfBytes(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    int lanes = f.emitter().columnLanes();
    for (int base = 0; base < 256; base += lanes) {
      for (int i = 0; i < lanes; i++) {
        f.putByte(5 + i, base + i);
      }
      f.run(
          e -> {
            e.loadColumn(4, 0, 5);
            storeColumnOfLanes(e, 4, 1024);
            e.storeColumn(4, 0, 2048, e.columnLanes());
          });
      for (int i = 0; i < lanes; i++) {
        assertThat(f.intAt(1024 + 4 * i)).isEqualTo((byte) (base + i));
        assertThat(f.byteAt(2048 + i)).isEqualTo((byte) (base + i));
      }
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void storesJustTheBytesOfAColumnItSaysAndTheNearestOnes(Supplier<Emitter> emitters) {
    int[] values = {
      Integer.MIN_VALUE, -32769, -32768, -129, -128, -127, -1, 0, 1, 127, 128, 255, 256, 32767, 32768, Integer.MAX_VALUE
    };
    int lanes = emitters.get().columnLanes();
    for (int first = 0; first < values.length; first++) {
      for (int count = 1; count <= lanes; count++) {
        EmittedFunction f = new EmittedFunction(emitters);
        for (int i = 0; i < lanes; i++) {
          f.putInt(4 * i, values[(first + i) % values.length]);
        }
        int stored = count;
        f.run(
            e -> {
              loadColumnOfLanes(e, 0, 0);
              e.storeColumn(0, 0, 1000, stored);
            });
        for (int i = -64; i < 128; i++) {
          boolean isStored = i >= 0 && i < count;
          int expected = isStored ? Math.clamp(values[(first + i) % values.length], -128, 127) : 0;
          assertThat(f.byteAt(1000 + i)).as("byte %d of %d", i, count).isEqualTo((byte) expected);
        }
      }
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void storesTilesWithinBounds(Supplier<Emitter> emitters) {
    int lanes = emitters.get().columnLanes();
    int mostPixels = (emitters.get().vectors() - 1) / emitters.get().columnVectors();
    int[] values = {Integer.MIN_VALUE, -40000, -129, -128, -77, -1, 0, 1, 76, 127, 128, 255, 40000, Integer.MAX_VALUE};
    int advance = lanes + 5;
    for (int pixels = 1; pixels <= mostPixels; pixels++) {
      for (int low : new int[] {-128, -77}) {
        for (int high : new int[] {127, 76}) {
          EmittedFunction f = new EmittedFunction(emitters);
          int[] order = f.emitter().tileOrder();
          for (int i = 0; i < order.length; i++) {
            f.putInt(Context.ORDER + 4 * i, order[i]);
          }
          for (int i = 0; i < 64; i++) {
            f.putByte(Context.LOW_BYTES + i, low);
            f.putByte(Context.HIGH_BYTES + i, high);
          }
          for (int i = 0; i < pixels * lanes; i++) {
            f.putInt(8192 + 4 * i, values[i % values.length]);
          }
          int count = pixels;
          f.run(
              e -> {
                for (int p = 0; p < count; p++) {
                  loadColumnOfLanes(e, p * e.columnVectors(), 8192 + 4 * p * lanes);
                }
                e.move(6, 0);
                e.storeTile(count, 0, 2048, advance, new Emitter.ByteBounds(6, low > -128, high < 127));
              });
          for (int i = 0; i < (pixels + 1) * advance; i++) {
            boolean isStored = i / advance < pixels && i % advance < lanes;
            int value = values[(i / advance * lanes + i % advance) % values.length];
            int expected = isStored ? Math.clamp(value, low, high) : 0;
            assertThat(f.byteAt(2048 + i)).as("byte %d of %d pixels", i, pixels).isEqualTo((byte) expected);
          }
        }
      }
    }
  }

  private static void loadColumnOfLanes(Emitter e, int vector, int displacement) {
    for (int v = 0; v < e.columnVectors(); v++) {
      e.loadLanes(vector + v, 0, displacement + v * e.vectorBytes());
    }
  }

  private static void storeColumnOfLanes(Emitter e, int vector, int displacement) {
    for (int v = 0; v < e.columnVectors(); v++) {
      e.storeLanes(vector + v, 0, displacement + v * e.vectorBytes());
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void sumsAndProductsOfIntegers(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    int lanes = f.emitter().columnLanes();
    int[] factors = {-32768, -32767, -2048, -1, 0, 1, 127, 2047, 32767};
    Random random = new Random(3);
    for (int factor : factors) {
      int[] sums = random.ints(lanes).toArray();
      byte[] bytes = bytes(lanes, 4);
      for (int i = 0; i < lanes; i++) {
        f.putInt(4 * i, sums[i]);
        f.putByte(1024 + f.emitter().factorBytes() * i, factor);
        f.putByte(1024 + f.emitter().factorBytes() * i + 1, factor >> 8);
        f.putByte(2048 + i, bytes[i]);
      }
      f.run(
          e -> {
            int n = e.columnVectors();
            loadColumnOfLanes(e, 0, 0);
            e.loadFactors(n, 0, 2048);
            e.multiplyAdd(0, n, 0, 1024);
            storeColumnOfLanes(e, 0, 3000);
            for (int v = 0; v < n; v++) {
              e.addInts(v, v);
            }
            storeColumnOfLanes(e, 0, 4000);
            for (int v = 0; v < n; v++) {
              e.clear(v);
            }
            storeColumnOfLanes(e, 0, 0);
          });
      for (int i = 0; i < lanes; i++) {
        int expected = sums[i] + bytes[i] * factor;
        assertThat(f.intAt(3000 + 4 * i)).isEqualTo(expected);
        assertThat(f.intAt(4000 + 4 * i)).isEqualTo(2 * expected);
        assertThat(f.intAt(4 * i)).isZero();
      }
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void integersToFloats(Supplier<Emitter> emitters) {
    int[] values = {
      0, 1, -1, 1 << 24, (1 << 24) + 1, (1 << 24) + 3, -(1 << 24) - 1, -(1 << 24) - 3, (1 << 30) + 64, (1 << 30) + 192,
      Integer.MAX_VALUE, Integer.MIN_VALUE, Integer.MIN_VALUE + 64, 123456789, -987654321, 33554435
    };
    EmittedFunction f = new EmittedFunction(emitters);
    for (int i = 0; i < values.length; i++) {
      f.putInt(4 * i, values[i]);
    }
    overAll(f, values.length, e -> e.toFloats(0));
    for (int i = 0; i < values.length; i++) {
      assertThat(f.floatAt(4 * i)).isEqualTo((float) values[i]);
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void floatsToIntegersHalfToEven(Supplier<Emitter> emitters) {
    float[] values = {
      0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 0.49999997f, -0.49999997f, 126.5f, 127.5f, -128.5f, 8388607.5f,
      -8388606.5f, 2147483520f, -2147483648f, -3e9f, -1e38f, Float.MIN_VALUE, 1e-30f, 100.25f, -100.75f, 3f, -3f, -0f
    };
    EmittedFunction f = new EmittedFunction(emitters);
    for (int i = 0; i < values.length; i++) {
      f.putFloat(4 * i, values[i]);
    }
    overAll(f, values.length, e -> e.toInts(0));
    for (int i = 0; i < values.length; i++) {
      assertThat(f.intAt(4 * i)).as("of %s", values[i]).isEqualTo((int) Math.rint(values[i]));
    }
  }

  /** Runs an operation on the vector 0 over {@code lanes} lanes from the argument on, in place. */
  private static void overAll(EmittedFunction f, int lanes, Consumer<Emitter> operation) {
    f.run(
        e -> {
          for (int i = 0; i < lanes; i += e.lanes()) {
            e.loadLanes(0, 0, 4 * i);
            operation.accept(e);
            e.storeLanes(0, 0, 4 * i);
          }
        });
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void arithmeticOfFloats(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    int lanes = f.emitter().lanes();
    int bytes = f.emitter().vectorBytes();
    Random random = new Random(5);
    for (int go = 0; go < 40; go++) {
      float[] left = new float[lanes];
      float[] right = new float[lanes];
      for (int i = 0; i < lanes; i++) {
        // Also small ones: their products round where there are no more digits.
        left[i] = Math.scalb(random.nextFloat() - 0.5f, random.nextInt(-140, 60));
        right[i] = Math.scalb(random.nextFloat() - 0.5f, random.nextInt(-140, 60));
        f.putFloat(4 * i, left[i]);
        f.putFloat(bytes + 4 * i, right[i]);
      }
      f.run(
          e -> {
            List<Runnable> operations =
                List.of(
                    () -> e.addFloats(2, 1),
                    () -> e.addFloats(2, 0, bytes),
                    () -> e.multiplyFloats(2, 1),
                    () -> e.multiplyFloats(2, 0, bytes),
                    () -> e.minFloats(2, 1),
                    () -> e.minFloats(2, 0, bytes),
                    () -> e.maxFloats(2, 1),
                    () -> e.maxFloats(2, 0, bytes));
            e.loadLanes(0, 0, 0);
            e.loadLanes(1, 0, bytes);
            for (int i = 0; i < operations.size(); i++) {
              e.copy(2, 0);
              operations.get(i).run();
              e.storeLanes(2, 0, (2 + i) * bytes);
            }
            e.broadcastFloat(3, 0, bytes + 4);
            e.storeLanes(3, 0, 10 * bytes);
          });
      for (int i = 0; i < lanes; i++) {
        float l = left[i];
        float r = right[i];
        float[] expected = {l + r, l + r, l * r, l * r, Math.min(l, r), Math.min(l, r), Math.max(l, r), Math.max(l, r)};
        for (int o = 0; o < expected.length; o++) {
          assertThat(f.floatAt((2 + o) * bytes + 4 * i)).isEqualTo(expected[o]);
        }
        assertThat(f.floatAt(10 * bytes + 4 * i)).isEqualTo(right[1]);
      }
    }
  }
}
