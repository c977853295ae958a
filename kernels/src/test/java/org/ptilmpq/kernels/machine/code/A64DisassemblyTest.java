package org.ptilmpq.kernels.machine.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs aarch64-linux-gnu-objdump of Debian's binutils-aarch64-linux-gnu. */
@Tag("disassembler")
class A64DisassemblyTest {

  private static final int[] REGISTERS = {0, 1, 7, 8, 15, 16, 23, 30};

  @Test
  void isReadAsWritten() throws IOException {
    List<String> expected = new ArrayList<>();
    ByteArrayOutputStream code = new ByteArrayOutputStream();
    for (A64Instructions.Instruction instruction : A64Instructions.all()) {
      for (int i = 0; i < REGISTERS.length; i++) {
        int d = REGISTERS[i];
        int n = REGISTERS[(i + 1) % REGISTERS.length];
        int m = REGISTERS[(i + 3) % REGISTERS.length];
        expected.addAll(instruction.lines(d, n, m));
        code.write(instruction.code(d, n, m));
      }
    }
    assertThat(Disassembler.A64.read(code.toByteArray())).containsExactlyElementsOf(expected);
  }

  @Test
  void jumps() throws IOException {
    A64Assembler code = new A64Assembler();
    Label first = new Label();
    Label last = new Label();
    code.bind(first);
    code.b(last);
    code.b(A64Assembler.LT, last);
    code.b(A64Assembler.LO, first);
    code.b(A64Assembler.EQ, last);
    code.cbz(30, last);
    code.cbnz(15, first);
    code.b(A64Assembler.NE, first);
    code.b(first);
    code.bind(last);
    code.b(last);
    assertThat(Disassembler.A64.read(code.code().toBytes()))
        .containsExactly(
            "b 0x20",
            "b.lt 0x20",
            "b.cc 0x0",
            "b.eq 0x20",
            "cbz x30, 0x20",
            "cbnz x15, 0x0",
            "b.ne 0x0",
            "b 0x0",
            "b 0x20");
  }
}
