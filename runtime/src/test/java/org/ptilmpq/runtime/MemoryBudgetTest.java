package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  private static final long MB = 1_000_000;
  private static final long MUCH = Long.MAX_VALUE / 2;

  /** 26 + 3 + 4·2 + 5 + 1 + 80 = 123 MB. */
  private final MemoryBudget budget =
      new MemoryBudget(26 * MB, 0, 0, 3 * MB, 2 * MB, 4, 5 * MB, MB, 80 * MB, MemoryBudget.NativeShare.NONE);

  @Test
  void partsAddUpAndTheGreatestComesFirst() {
    assertThat(budget.total()).isEqualTo(123 * MB);
    assertThat(budget)
        .hasToString(
            "123.0 MB: Java itself 80.0, weights 26.0, scratch of 4 threads 8.0, "
                + "picture 5.0, arena 3.0, model records 1.0");
  }

  @Test
  void decodedWeightsCountAsTheMappedOnesDo() {
    MemoryBudget compressed =
        new MemoryBudget(0, 13 * MB, 8 * MB, 3 * MB, 2 * MB, 1, 5 * MB, MB, 80 * MB, MemoryBudget.NativeShare.NONE);
    assertThat(compressed.weights()).isEqualTo(13 * MB);
    assertThat(compressed.total()).isEqualTo(104 * MB);
    assertThat(compressed).asString().contains("weights decoded 13.0");
    assertThatThrownBy(() -> compressed.check("net", OptionalLong.of(103 * MB), MUCH))
        .isInstanceOf(MemoryCapException.class)
        .hasMessageContaining("weights decoded 13.0");
  }

  @Test
  void decodingTakesTheRoomOfArenaAndPictureFirst() {
    MemoryBudget decoding =
        new MemoryBudget(0, 13 * MB, 10 * MB, 3 * MB, 2 * MB, 1, 5 * MB, MB, 80 * MB, MemoryBudget.NativeShare.NONE);
    assertThat(decoding.total()).isEqualTo(106 * MB);
    assertThat(decoding.heap()).isEqualTo(13 * MB);
    assertThat(decoding).asString().contains("decoding, beyond arena and picture 2.0");
  }

  /** Of 3 MB arena, 4 · 2 MB scratch, and 4 MB tables, the arena, 4 · 0.5 MB and the tables are native. */
  @Test
  void nativeMemoryIsBesideTheHeap() {
    MemoryBudget.NativeShare share = new MemoryBudget.NativeShare(true, MB / 2, 4 * MB, 0);
    MemoryBudget ofMachineCode = new MemoryBudget(26 * MB, 0, 0, 3 * MB, 2 * MB, 4, 5 * MB, MB, 80 * MB, share);
    assertThat(ofMachineCode.total()).isEqualTo(budget.total() + 4 * MB);
    assertThat(ofMachineCode.nativeBytes()).isEqualTo(9 * MB);
    assertThat(ofMachineCode.heap()).isEqualTo(budget.heap() - 5 * MB);
    assertThat(ofMachineCode).asString().contains("kernel tables 4.0, arena 3.0");
    assertThatThrownBy(() -> ofMachineCode.check("net", OptionalLong.of(124 * MB), MUCH))
        .hasMessageEndingWith("It fits with a cap of 127.0 MB or more.");
    assertThatThrownBy(() -> ofMachineCode.check("net", OptionalLong.empty(), 19 * MB))
        .hasMessageContaining("needs 12.0 MB of Java heap");
    assertThat(ofMachineCode.pictureAllowance(OptionalLong.empty(), 30 * MB)).isEqualTo(11 * MB);
  }

  /**
   * Of 14 MB for decoding, 10 are native: they use the room of all that comes later, the 4 on the heap the picture's.
   */
  @Test
  void nativeDecodingHasTheRoomOfTablesToo() {
    MemoryBudget.NativeShare share = new MemoryBudget.NativeShare(true, 0, 2 * MB, 10 * MB);
    MemoryBudget decoding = new MemoryBudget(0, 13 * MB, 14 * MB, 3 * MB, 2 * MB, 1, 5 * MB, MB, 80 * MB, share);
    assertThat(decoding.total()).isEqualTo(110 * MB);
    assertThat(decoding.heap()).isEqualTo(8 * MB);
    assertThat(decoding).asString().contains("decoding, beyond arena and picture 4.0");
  }

  @Test
  void capThatIsJustEnoughIsEnough() {
    assertThatCode(() -> budget.check("net", OptionalLong.of(123 * MB), MUCH)).doesNotThrowAnyException();
    assertThatCode(() -> budget.check("net", OptionalLong.empty(), MUCH)).doesNotThrowAnyException();
  }

  @Test
  void largerCapIsNamedWhenNothingElseHelps() {
    assertThatThrownBy(() -> budget.check("net", OptionalLong.of(120 * MB), MUCH))
        .isInstanceOf(MemoryCapException.class)
        .hasMessageEndingWith("the memory cap is 120.0 MB. It fits with a cap of 123.0 MB or more.");
  }

  @Test
  void packedFileIsNamedWhenThatIsEnough() {
    MemoryBudget decoding =
        new MemoryBudget(0, 13 * MB, 10 * MB, 3 * MB, 2 * MB, 1, 5 * MB, MB, 80 * MB, MemoryBudget.NativeShare.NONE);
    assertThatThrownBy(() -> decoding.check("net", OptionalLong.of(104 * MB), MUCH))
        .hasMessageEndingWith("It fits as a packed file (repack --storage packed), or with a cap of 106.0 MB or more.");
    assertThatThrownBy(() -> decoding.check("net", OptionalLong.of(103 * MB), MUCH))
        .hasMessageEndingWith("the memory cap is 103.0 MB. It fits with a cap of 106.0 MB or more.");
  }

  @Test
  void javaHeapThatIsTooSmallIsNamedWithTheOptionThatHelps() {
    assertThatThrownBy(() -> budget.check("net", OptionalLong.empty(), 20 * MB))
        .isInstanceOf(MemoryCapException.class)
        .hasMessageContaining("needs 17.0 MB of Java heap")
        .hasMessageEndingWith("Start Java with -Xmx29m.");
    assertThatCode(() -> budget.check("net", OptionalLong.empty(), 29 << 20)).doesNotThrowAnyException();
  }

  @Test
  void arenaThatOffsetsCannotReachIsRefused() {
    MemoryBudget huge = new MemoryBudget(MB, 0, 0, 1L << 31, MB, 1, MB, MB, MB, MemoryBudget.NativeShare.NONE);
    assertThatThrownBy(() -> huge.check("net", OptionalLong.empty(), MUCH))
        .isInstanceOf(MemoryCapException.class)
        .hasMessage("net needs an arena of 2147.5 MB; the largest possible has 2147.5 MB.");
  }

  @Test
  void pictureGetsWhatCapAndHeapLeave() {
    assertThat(budget.pictureAllowance(OptionalLong.of(130 * MB), MUCH)).isEqualTo(12 * MB);
    assertThat(budget.pictureAllowance(OptionalLong.of(130 * MB), 30 * MB)).isEqualTo(6 * MB);
    assertThat(budget.pictureAllowance(OptionalLong.empty(), 30 * MB)).isEqualTo(6 * MB);
  }

  @Test
  void javaGrowsLessWithoutTheOptimizingCompiler() {
    assertThat(JavaMemory.isOptimizing("mixed mode, sharing")).isTrue();
    assertThat(JavaMemory.isOptimizing("mixed mode, emulated-client, sharing")).isFalse();
    long least = JavaMemory.growth(true, false, 4);
    assertThat(JavaMemory.growth(true, true, 1)).isEqualTo(least + JavaMemory.OPTIMIZING);
    assertThat(JavaMemory.growth(false, false, 1))
        .as("kernels in Java are compiled whatever the options say")
        .isEqualTo(least + JavaMemory.OPTIMIZING + JavaMemory.COMPILING_KERNELS);
  }

  @Test
  void whatTheProcessHasIsLookedUp() {
    assertThat(ProcessMemory.resident()).isPresent();
    long start = JavaMemory.start(0, false);
    assertThat(start).isBetween(10 * MB, ProcessMemory.peak().getAsLong());
    assertThat(JavaMemory.start(5 * MB, true)).as("once a process").isEqualTo(start);
  }
}
