package org.ptilmpq.kernels.machine.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs objdump of Debian's binutils. */
@Tag("disassembler")
class X64DisassemblyTest {

  private static final String[] NAMES = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
  };

  private static final String[] HALVES = {
    "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"
  };

  private static final String[] BYTES = {
    "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b"
  };

  /** Bases, of which rsp, rbp, r12 and r13 are each encoded in their own way. */
  private static final int[] BASES = {0, 4, 5, 7, 8, 12, 13, 15};

  private static final int[] DISPLACEMENTS = {0, 8, 64, -64, 127, 128, -128, 1000, 8128, -8192, 123456};

  private static final int[] VECTORS = {0, 1, 7, 8, 15, 16, 23, 24, 31};

  private final X64Assembler code = new X64Assembler();
  private final List<String> expected = new ArrayList<>();

  private void expect(String text, Consumer<X64Assembler> instruction) {
    expected.add(text);
    instruction.accept(code);
  }

  private void compare() throws IOException {
    List<String> read = Disassembler.X64.read(code.code().toBytes());
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < Math.min(read.size(), expected.size()); i++) {
      if (!read.get(i).equals(expected.get(i))) {
        differences.add("written '" + expected.get(i) + "', read '" + read.get(i) + "'");
      }
    }
    assertThat(differences).isEmpty();
    assertThat(read).hasSameSizeAs(expected);
  }

  @Test
  void generalRegisters() throws IOException {
    for (int i = 0; i < 16; i++) {
      int a = i;
      int b = (i + 5) % 16;
      String to = NAMES[a];
      String from = NAMES[b];
      expect("mov " + to + "," + from, c -> c.mov(a, b));
      expect("mov " + to + ",0x7fffffff", c -> c.mov(a, 0x7FFFFFFFL));
      expect("mov " + to + ",0xffffffffffffffff", c -> c.mov(a, -1L));
      expect("movabs " + to + ",0x80000000", c -> c.mov(a, 0x80000000L));
      expect("movabs " + to + ",0x123456789abcdef", c -> c.mov(a, 0x123456789ABCDEFL));
      expect("add " + to + "," + from, c -> c.add(a, b));
      expect("add " + to + ",0x7f", c -> c.add(a, 127L));
      expect("add " + to + ",0xffffffffffffff80", c -> c.add(a, -128L));
      expect("add " + to + ",0x80", c -> c.add(a, 128L));
      expect("add " + to + ",0xfffffffffffe1dc0", c -> c.add(a, -123456L));
      expect("sub " + to + "," + from, c -> c.sub(a, b));
      expect("imul " + to + "," + from, c -> c.imul(a, b));
      expect("imul " + to + "," + from + ",0x1e240", c -> c.imul(a, b, 123456));
      expect("shl " + to + ",0x3f", c -> c.shl(a, 63));
      expect("shr " + to + ",0x2", c -> c.shr(a, 2));
      expect("cmp " + to + "," + from, c -> c.cmp(a, b));
      expect("cmp " + to + ",0x0", c -> c.cmp(a, 0L));
      expect("cmp " + to + ",0xfff", c -> c.cmp(a, 4095L));
      expect("and " + to + ",0x7f", c -> c.and(a, 127L));
      expect("and " + to + ",0xfff", c -> c.and(a, 4095L));
      expect("and " + to + ",0xfffffffffffffff0", c -> c.and(a, -16L));
      expect("movsx " + to + "," + BYTES[b], c -> c.movsx8(a, b));
      expect("cmove " + to + "," + from, c -> c.cmov(X64Assembler.EQUAL, a, b));
      expect("cmovne " + to + "," + from, c -> c.cmov(X64Assembler.NOT_EQUAL, a, b));
      expect("cmovl " + to + "," + from, c -> c.cmov(X64Assembler.LESS, a, b));
      expect("test " + to + "," + from, c -> c.test(a, b));
      expect("dec " + to, c -> c.dec(a));
      expect("push " + to, c -> c.push(a));
      expect("pop " + to, c -> c.pop(a));
      expect("call " + to, c -> c.call(a));
      expect("kmovq k1," + to, c -> c.kmovq(1, a));
      expect("kmovq k7," + to, c -> c.kmovq(7, a));
    }
    expect("ret", X64Assembler::ret);
    expect("vzeroupper", X64Assembler::vzeroupper);
    expect("cpuid", X64Assembler::cpuid);
    expect("xgetbv", X64Assembler::xgetbv);
    compare();
  }

  @Test
  void loadsAndStores() throws IOException {
    for (int i = 0; i < 16; i++) {
      int a = i;
      for (int base : BASES) {
        for (int d : DISPLACEMENTS) {
          String at = " PTR " + place(base, d);
          expect("mov " + NAMES[a] + ",QWORD" + at, c -> c.movLoad(a, base, d));
          expect("mov " + HALVES[a] + ",DWORD" + at, c -> c.movLoad32(a, base, d));
          expect("movzx " + HALVES[a] + ",BYTE" + at, c -> c.movzxLoad8(a, base, d));
          expect("movzx " + HALVES[a] + ",WORD" + at, c -> c.movzxLoad16(a, base, d));
          expect("mov QWORD" + at + "," + NAMES[a], c -> c.movStore(a, base, d));
          expect("mov DWORD" + at + "," + HALVES[a], c -> c.movStore32(a, base, d));
          // Four low bytes don't need the prefix that the others do.
          String prefix = a < 4 && base < 8 ? "rex " : "";
          expect(prefix + "mov BYTE" + at + "," + BYTES[a], c -> c.movStore8(a, base, d));
        }
      }
    }
    compare();
  }

  @Test
  void indexedLoads() throws IOException {
    for (int i = 0; i < 16; i++) {
      int a = i;
      for (int base : BASES) {
        for (int index = 0; index < 16; index++) {
          int of = index;
          if (index == X64Assembler.RSP) {
            continue;
          }
          // The displacement has 32 bits, whatever it is.
          String sum = NAMES[base] + "+" + NAMES[index] + "*1";
          expect("mov " + NAMES[a] + ",QWORD PTR [" + sum + "+0x0]", c -> c.movLoadIndexed(a, base, of, 0));
          expect("mov " + NAMES[a] + ",QWORD PTR [" + sum + "-0x80]", c -> c.movLoadIndexed(a, base, of, -128));
          expect("mov " + NAMES[a] + ",QWORD PTR [" + sum + "+0x740]", c -> c.movLoadIndexed(a, base, of, 0x740));
          if (base % 8 != X64Assembler.RBP) {
            String place = "[" + NAMES[base] + "+" + NAMES[index] + "*4]";
            expect("mov " + HALVES[a] + ",DWORD PTR " + place, c -> c.movLoad32Indexed4(a, base, of));
          }
        }
      }
    }
    compare();
  }

  @Test
  void jumps() throws IOException {
    Label first = new Label();
    Label last = new Label();
    code.bind(first);
    expect("jmp 0x17", c -> c.jmp(last));
    expect("je 0x17", c -> c.jcc(X64Assembler.EQUAL, last));
    expect("jl 0x0", c -> c.jcc(X64Assembler.LESS, first));
    expect("jne 0x0", c -> c.jcc(X64Assembler.NOT_EQUAL, first));
    code.bind(last);
    expect("jmp 0x17", c -> c.jmp(last));
    compare();
  }

  @Test
  void shiftsOfVectors() throws IOException {
    for (int i = 0; i < VECTORS.length; i++) {
      int to = VECTORS[i];
      int from = VECTORS[(i + 4) % VECTORS.length];
      for (int length : new int[] {128, 256, 512}) {
        String names = vector(length, to) + "," + vector(length, from);
        expect("vpslld " + names + ",0x8", c -> c.vpslld(length, to, from, 8));
        expect("vpsrld " + names + ",0x18", c -> c.vpsrld(length, to, from, 24));
        expect("vpsrad " + names + ",0x1f", c -> c.vpsrad(length, to, from, 31));
        expect("vpsrlw " + names + ",0xf", c -> c.vpsrlw(length, to, from, 15));
        expect("vpsraw " + names + ",0x8", c -> c.vpsraw(length, to, from, 8));
        expect("vpsllw " + names + ",0x8", c -> c.vpsllw(length, to, from, 8));
      }
    }
    compare();
  }

  @Test
  void vectorsOfRegisters() throws IOException {
    for (X64Vector instruction : X64Vector.values()) {
      X64Reading reading = X64Reading.of(instruction);
      for (int length : reading.lengths()) {
        for (int i = 0; i < VECTORS.length; i++) {
          int first = reading.isToGeneral() ? i : VECTORS[i];
          int second = reading.hasSecond() ? VECTORS[(i + 2) % VECTORS.length] : 0;
          int third = reading.isFromGeneral() ? i : VECTORS[(i + 5) % VECTORS.length];
          boolean isEvex = length == 512 || (first | second | third) > 15;
          if (!reading.hasRegisters() || (isEvex ? !reading.isEvex() : !reading.isVex())) {
            continue;
          }
          String text = reading.registers(length, isEvex, first, second, third, HALVES);
          if (reading.hasImmediate()) {
            expect(text + ",0x1", c -> c.vector(instruction, length, first, second, third, 1));
          } else {
            expect(text, c -> c.vector(instruction, length, first, second, third));
          }
        }
      }
    }
    compare();
  }

  @Test
  void vectorsOfMemory() throws IOException {
    for (X64Vector instruction : X64Vector.values()) {
      X64Reading reading = X64Reading.of(instruction);
      for (int length : reading.lengths()) {
        for (int i = 0; i < VECTORS.length; i++) {
          int first = VECTORS[i];
          int second = reading.hasSecond() ? VECTORS[(i + 2) % VECTORS.length] : 0;
          boolean isEvex = length == 512 || (first | second) > 15;
          if (!reading.hasMemory() || (isEvex ? !reading.isEvex() : !reading.isVex())) {
            continue;
          }
          int base = BASES[i % BASES.length];
          for (int d : DISPLACEMENTS) {
            String text = reading.memory(length, isEvex, first, second, place(base, d), "");
            if (reading.hasImmediate()) {
              expect(text + ",0x1", c -> c.vectorMemory(instruction, length, first, second, base, d, 1));
            } else {
              expect(text, c -> c.vectorMemory(instruction, length, first, second, base, d));
            }
          }
        }
      }
    }
    compare();
  }

  @Test
  void vectorsUnderMasks() throws IOException {
    Set<X64Vector> masked =
        EnumSet.of(X64Vector.VMOVDQU8_LOAD, X64Vector.VMOVDQU8_STORE, X64Vector.VPADDD, X64Vector.VPERMB);
    for (X64Vector instruction : masked) {
      X64Reading reading = X64Reading.of(instruction);
      boolean isStore = instruction == X64Vector.VMOVDQU8_STORE;
      for (int i = 0; i < VECTORS.length; i++) {
        int length = 128 << i % 3;
        int first = VECTORS[i];
        int second = reading.hasSecond() ? VECTORS[(i + 2) % VECTORS.length] : 0;
        int third = VECTORS[(i + 5) % VECTORS.length];
        int mask = 1 + i % 7;
        for (int d : DISPLACEMENTS) {
          int base = BASES[i % BASES.length];
          String keeping = reading.memory(length, true, first, second, place(base, d), "{k" + mask + "}");
          expect(keeping, c -> c.vectorMasked(instruction, length, first, second, base, d, mask, false));
          if (!isStore) {
            String zeroing = reading.memory(length, true, first, second, place(base, d), "{k" + mask + "}{z}");
            expect(zeroing, c -> c.vectorMasked(instruction, length, first, second, base, d, mask, true));
          }
        }
        if (!isStore) {
          String first0 = vector(length, first);
          String text = reading.registers(length, true, first, second, third, HALVES);
          expect(
              text.replaceFirst(first0, first0 + "{k" + mask + "}{z}"),
              c -> c.vectorZeroing(instruction, length, first, second, third, mask));
        }
      }
    }
    compare();
  }

  static String vector(int length, int number) {
    return (length == 512 ? "zmm" : length == 256 ? "ymm" : "xmm") + number;
  }

  private static String place(int base, int displacement) {
    if (displacement == 0) {
      // Without a displacement rbp's and r13's number means something else.
      return "[" + NAMES[base] + (base % 8 == X64Assembler.RBP ? "+0x0]" : "]");
    }
    return "[%s%s0x%x]".formatted(NAMES[base], displacement < 0 ? "-" : "+", Math.abs(displacement));
  }
}
