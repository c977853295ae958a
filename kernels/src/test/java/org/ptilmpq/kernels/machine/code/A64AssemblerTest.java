package org.ptilmpq.kernels.machine.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ptilmpq.kernels.machine.code.A64Memory.Pair;
import org.ptilmpq.kernels.machine.code.A64Vector.Lanes;

class A64AssemblerTest {

  static List<A64Instructions.Instruction> instructions() {
    return A64Instructions.all();
  }

  @ParameterizedTest
  @MethodSource("instructions")
  void sameWordsAsGnuAssembler(A64Instructions.Instruction instruction) {
    assertThat(words(instruction.code(21, 10, 5))).containsExactly(instruction.words());
  }

  @Test
  void jumpsToWhatIsKnownAndToWhatIsNot() {
    A64Assembler code = new A64Assembler();
    Label first = new Label();
    Label last = new Label();
    code.bind(first);
    code.b(last);
    code.b(A64Assembler.LT, last);
    code.cbz(21, last);
    code.cbnz(21, first);
    code.b(A64Assembler.NE, first);
    code.b(first);
    code.bind(last);
    code.b(last);
    // b 0x18; b.lt 0x18; cbz x21, 0x18; cbnz x21, 0x0; b.ne 0x0; b 0x0; b 0x18
    assertThat(words(code.code().toBytes()))
        .containsExactly(0x14000006, 0x540000AB, 0xB4000095, 0xB5FFFFB5, 0x54FFFF81, 0x17FFFFFB, 0x14000000);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    refused(code -> code.add(1, 2, 32));
    refused(code -> code.subs(1, 1, 4096));
    refused(code -> code.cmpImmediate(1, -1));
    refused(code -> code.memoryPost(A64Memory.LDR_Q, 1, 1, 256));
    refused(code -> code.memoryPre(A64Memory.LDR_Q, 1, 1, -257));
    refused(code -> code.pair(Pair.LDP_Q, 1, 2, 3, 1024));
    refused(code -> code.pair(Pair.LDP_Q, 1, 2, 3, 8));
    refused(code -> code.st1(Lanes.S4, 1, 4, 1));
    refused(code -> code.sdot(1, 2, 3, 4));
    refused(code -> code.movi(1, -1));
    refused(code -> {
      Label far = new Label();
      code.cbz(1, far);
      for (int i = 0; i < 1 << 18; i++) {
        code.isb();
      }
      code.bind(far);
    });
  }

  private static void refused(Consumer<A64Assembler> written) {
    assertThatIllegalArgumentException().isThrownBy(() -> written.accept(new A64Assembler()));
  }

  private static int[] words(byte[] code) {
    int[] words = new int[code.length / Integer.BYTES];
    ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }
}
