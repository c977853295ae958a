package org.ptilmpq.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.ptilmpq.kernels.machine.code.Label;

/**
 * The code that the emitters of this machine write for general registers and jumps, run and compared with Java's
 * arithmetic.
 */
class EmitterTest {

  static final List<Supplier<Emitter>> EMITTERS = Emitters.all();

  static final int[] DISPLACEMENTS = {0, 8, 64, -64, 255, -256, 1000, -1000, 4096, 65520, 123456, -123456};

  private static final long[] LONGS = {
    0, 1, -1, 4095, 4096, -4096, 65535, 65536, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFFFFFFL, 0x80000000L,
    0x0123456789ABCDEFL, 0xFFFF0000FFFF0000L, Long.MAX_VALUE, Long.MIN_VALUE
  };

  // ---- general registers

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void argumentsComeInTheFirstSixRegisters(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    f.run(
        e -> {
          for (int i = 1; i < 6; i++) {
            e.store(i, 0, 8 * i);
          }
        },
        11, 22, 33, 44, Long.MAX_VALUE);
    assertThat(Stream.of(1, 2, 3, 4, 5).map(i -> f.longAt(8 * i))).containsExactly(11L, 22L, 33L, 44L, Long.MAX_VALUE);
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void allRegistersHoldAnyNumber(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    for (long first : LONGS) {
      f.run(
          e -> {
            for (int i = 1; i < Emitter.REGISTERS; i++) {
              e.moveImmediate(i, first + i);
            }
            for (int i = 1; i < Emitter.REGISTERS; i++) {
              e.store(i, 0, 8 * i);
            }
            e.move(7, 13);
            e.store(7, 0, 0);
          });
      for (int i = 1; i < Emitter.REGISTERS; i++) {
        assertThat(f.longAt(8 * i)).isEqualTo(first + i);
      }
      assertThat(f.longAt(0)).isEqualTo(first + 13);
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void loadsAndStores(Supplier<Emitter> emitters) {
    for (int d : DISPLACEMENTS) {
      EmittedFunction f = new EmittedFunction(emitters);
      f.putLong(d, 0xFEDCBA9876543281L);
      f.putLong(d + 16, -1);
      f.putLong(d + 24, -1);
      f.putLong(d + 32, -1);
      f.run(
          e -> {
            e.load(9, 0, d);
            e.store(9, 0, d + 8);
            e.storeInt(9, 0, d + 16);
            e.storeByte(9, 0, d + 24);
            e.move(12, 0);
            e.loadInt(6, 12, d);
            e.store(6, 0, d + 40);
            e.loadByte(13, 12, d);
            e.store(13, 0, d + 48);
            e.storeByte(6, 12, d + 32);
          });
      assertThat(f.longAt(d + 8)).isEqualTo(0xFEDCBA9876543281L);
      assertThat(f.longAt(d + 16)).isEqualTo(0xFFFFFFFF76543281L);
      assertThat(f.longAt(d + 24)).isEqualTo(0xFFFFFFFFFFFFFF81L);
      assertThat(f.longAt(d + 32)).isEqualTo(0xFFFFFFFFFFFFFF81L);
      assertThat(f.longAt(d + 40)).isEqualTo(0x76543281L);
      assertThat(f.longAt(d + 48)).isEqualTo(0x81L);
    }
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void arithmetic(Supplier<Emitter> emitters) {
    int[] numbers = {0, 1, -1, 3, 64, -128, 4095, -4096, 4097, 0xFFFFFF, 0x1000000, -0x1234567, 0x7FFFFFFF};
    EmittedFunction f = new EmittedFunction(emitters);
    for (long x : LONGS) {
      for (int n : numbers) {
        f.putLong(-8, x);
        f.run(
            e -> {
              e.load(6, 0, -8);
              e.moveImmediate(7, n);
              e.move(8, 6);
              e.add(8, 7);
              e.store(8, 0, 0);
              e.move(9, 6);
              e.subtract(9, 7);
              e.store(9, 0, 8);
              e.move(10, 6);
              e.addImmediate(10, n);
              e.store(10, 0, 16);
              e.multiply(11, 6, n);
              e.store(11, 0, 24);
              e.move(12, 6);
              e.multiply(12, 7);
              e.store(12, 0, 40);
              e.multiply(7, 7);
              e.store(7, 0, 48);
              e.multiply(6, 6, n);
              e.store(6, 0, 32);
            });
        assertThat(f.longAt(0)).isEqualTo(x + n);
        assertThat(f.longAt(8)).isEqualTo(x - n);
        assertThat(f.longAt(16)).isEqualTo(x + n);
        assertThat(f.longAt(24)).isEqualTo(x * n);
        assertThat(f.longAt(32)).isEqualTo(x * n);
        assertThat(f.longAt(40)).isEqualTo(x * n);
        assertThat(f.longAt(48)).isEqualTo((long) n * n);
      }
      for (int bits : new int[] {1, 2, 31, 32, 62, 63}) {
        f.run(
            e -> {
              e.load(6, 0, -8);
              e.move(13, 6);
              e.shiftLeft(6, bits);
              e.shiftRight(13, bits);
              e.store(6, 0, 0);
              e.store(13, 0, 8);
            });
        assertThat(f.longAt(0)).isEqualTo(x << bits);
        assertThat(f.longAt(8)).isEqualTo(x >>> bits);
      }
    }
  }

  // ---- jumps

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void jumpsWhereItIsTrue(Supplier<Emitter> emitters) {
    for (long left : LONGS) {
      assertThat(jumps(emitters, left, (e, to) -> e.jumpIfZero(6, to))).isEqualTo(left == 0);
      assertThat(jumps(emitters, left, (e, to) -> e.jump(to))).isTrue();
      for (int right : new int[] {0, 1, 4095}) {
        assertThat(jumps(emitters, left, (e, to) -> e.jumpIfBelow(6, right, to))).isEqualTo(left < right);
      }
      for (long right : LONGS) {
        Jump less =
            (e, to) -> {
              e.moveImmediate(7, right);
              e.jumpIfLess(6, 7, to);
            };
        assertThat(jumps(emitters, left, less)).isEqualTo(left < right);
      }
    }
  }

  private interface Jump {
    void emit(Emitter e, Label to);
  }

  private static boolean jumps(Supplier<Emitter> emitters, long number, Jump jump) {
    EmittedFunction f = new EmittedFunction(emitters);
    f.run(
        e -> {
          Label over = new Label();
          e.moveImmediate(6, number);
          e.moveImmediate(8, 1);
          jump.emit(e, over);
          e.moveImmediate(8, 2);
          e.bind(over);
          e.store(8, 0, 0);
        });
    return f.longAt(0) == 1;
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void loopsWithinLoops(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    f.run(
        e -> {
          Label outer = new Label();
          Label inner = new Label();
          e.moveImmediate(8, 0);
          e.moveImmediate(6, 7);
          e.bind(outer);
          e.moveImmediate(7, 5);
          e.bind(inner);
          e.addImmediate(8, 1);
          e.countDown(7, inner);
          e.countDown(6, outer);
          e.store(8, 0, 0);
        });
    assertThat(f.longAt(0)).isEqualTo(35);
  }

  @ParameterizedTest
  @FieldSource("EMITTERS")
  void subroutinesMayChangeEverything(Supplier<Emitter> emitters) {
    EmittedFunction f = new EmittedFunction(emitters);
    Emitter e = emitters.get();
    e.enterSubroutine();
    e.load(6, 0, 8);
    e.addImmediate(6, 1);
    e.store(6, 0, 8);
    for (int i = 1; i < Emitter.REGISTERS; i++) {
      e.moveImmediate(i, -1L - i);
    }
    for (int v = 0; v < e.vectors(); v++) {
      e.clear(v);
    }
    e.leaveSubroutine();
    int function = e.code().length;
    e.enter();
    e.store(1, 0, 0);
    for (int i = 0; i < 3; i++) {
      e.load(13, 0, 0);
      e.call(13);
    }
    e.leave();
    f.run(e.code(), function, EmittedFunction.addressOf(0));
    assertThat(f.longAt(8)).isEqualTo(3);
  }
}
