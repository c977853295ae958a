package org.ptilmpq.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.ptilmpq.testkit.GuardedMemory;
import org.ptilmpq.testkit.Seeds;

/** Memory on the heap and outside of it, and the scratch that goes with it. */
class TensorMemoryTest {

  private static final float[] SCORES = {1, -0f, Float.NaN, 3e38f, 5};

  @Test
  void bothFormsHoldTheSame() {
    RandomGenerator random = Seeds.random("bothFormsHoldTheSame", 90);
    for (int length : new int[] {0, 1, 63, 64, 65, 1000}) {
      byte[] bytes = new byte[length + 9];
      random.nextBytes(bytes);
      for (TensorMemory memory : List.of(TensorMemory.onHeap(length, 5), TensorMemory.offHeap(length, 5))) {
        assertThat(memory.arenaBytes()).isEqualTo(length).isEqualTo((int) memory.arena().byteSize());
        assertThat(memory.scoreCount()).isEqualTo(5);
        assertThat(memory.arena()).isSameAs(memory.arena());
        byte[] zeros = new byte[length];
        memory.read(0, zeros, 0, length);
        assertThat(zeros).isEqualTo(new byte[length]);

        memory.write(bytes, 9, 0, length);
        byte[] read = new byte[length + 4];
        memory.read(0, read, 3, length);
        for (int i = 0; i < length; i++) {
          assertThat(read[3 + i]).isEqualTo(bytes[9 + i]).isEqualTo(memory.arena().get(ValueLayout.JAVA_BYTE, i));
        }
        MemorySegment.copy(SCORES, 0, memory.scoreSegment(), ValueLayout.JAVA_FLOAT, 0, 5);
        float[] scores = new float[5];
        memory.readScores(scores);
        assertThat(scores).isEqualTo(SCORES);
        float[] first = new float[2];
        memory.readScores(first);
        assertThat(first).containsExactly(1, -0f);
        memory.close();
      }
    }
  }

  @Test
  void arraysAreTheMemoryItself() {
    byte[] arena = {1, 2, 3};
    float[] scores = SCORES.clone();
    TensorMemory memory = TensorMemory.of(arena, scores);
    assertThat(memory.isNative()).isFalse();
    assertThat(memory.bytes()).isSameAs(arena);
    assertThat(memory.scores()).isSameAs(scores);
    memory.write(new byte[] {7}, 0, 1, 1);
    assertThat(arena).containsExactly(1, 7, 3);
    assertThatThrownBy(memory::arenaAddress).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(memory::scoresAddress).isInstanceOf(IllegalStateException.class);
    memory.close();
    memory.close();
    assertThat(memory.bytes()).isSameAs(arena);
  }

  @Test
  void nativeMemoryIsAlignedWithSlackBehindBothParts() {
    for (int length : new int[] {0, 1, 64, 1000}) {
      try (TensorMemory memory = TensorMemory.offHeap(length, 3)) {
        assertThat(memory.isNative()).isTrue();
        assertThat(memory.arenaAddress()).isEqualTo(memory.arena().address()).matches(address -> address % 64 == 0);
        assertThat(memory.scoresAddress()).isEqualTo(memory.scoreSegment().address()).matches(at -> at % 64 == 0);
        assertThat(memory.scoresAddress() - memory.arenaAddress()).isBetween(length + 64L, length + 127L);
        long end = memory.scoresAddress() + 3 * Float.BYTES + 64;
        assertThat(memory.arenaAddress() + TensorMemory.offHeapBytes(length, 3)).isEqualTo(end);
        assertThatThrownBy(memory::bytes).isInstanceOf(IllegalStateException.class).hasMessageContaining("no arrays");
        assertThatThrownBy(memory::scores).isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @Test
  void nothingIsReadOrWrittenBeyondTheEnds() {
    for (TensorMemory memory : List.of(TensorMemory.onHeap(10, 2), TensorMemory.offHeap(10, 2))) {
      byte[] bytes = new byte[20];
      for (int[] range : new int[][] {{0, 11}, {10, 1}, {-1, 2}, {4, 7}, {0, -1}}) {
        checkOutOfBounds(() -> memory.write(bytes, 0, range[0], range[1]));
        checkOutOfBounds(() -> memory.read(range[0], bytes, 0, range[1]));
      }
      checkOutOfBounds(() -> memory.write(bytes, 15, 0, 6));
      checkOutOfBounds(() -> memory.read(0, bytes, 15, 6));
      checkOutOfBounds(() -> memory.readScores(new float[3]));
      memory.close();
    }
  }

  private static void checkOutOfBounds(ThrowingCallable access) {
    assertThatThrownBy(access).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void freedMemoryIsRefused() {
    TensorMemory memory = TensorMemory.offHeap(10, 2);
    memory.close();
    memory.close();
    assertThatThrownBy(() -> memory.write(new byte[1], 0, 0, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.read(0, new byte[1], 0, 1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.readScores(new float[1])).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(memory::arenaAddress).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(memory::scoresAddress).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> memory.arena().get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void givenSegmentsAreUsedButNotFreed() {
    try (TensorMemory owner = TensorMemory.offHeap(10, 2)) {
      TensorMemory memory = TensorMemory.of(owner.arena(), owner.scoreSegment());
      assertThat(memory.isNative()).isTrue();
      assertThat(memory.arenaAddress()).isEqualTo(owner.arenaAddress());
      memory.close();
      memory.write(new byte[] {5}, 0, 9, 1);
      assertThat(owner.arena().get(ValueLayout.JAVA_BYTE, 9)).isEqualTo((byte) 5);
    }
    MemorySegment ofArray = MemorySegment.ofArray(new byte[8]);
    assertThatThrownBy(() -> TensorMemory.of(ofArray, ofArray)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void scratchHasNativeMemoryIfItIsAskedFor() {
    ScratchSize size = new ScratchSize(1, 2, 3, 4, 1000).max(ScratchSize.ofNative(1001)).max(new ScratchSize(2, 1));
    assertThat(size).isEqualTo(new ScratchSize(2, 2, 3, 4, 1001));
    assertThat(size.heapBytes()).isEqualTo(8 + 8 + 6 + 4);
    assertThat(size.total()).isEqualTo(size.heapBytes() + 1001);
    Scratch scratch = new Scratch(size);
    MemorySegment bytes = scratch.nativeMemory();
    assertThat(bytes.byteSize()).isEqualTo(1001);
    assertThat(bytes.address() % 64).isZero();
    bytes.set(ValueLayout.JAVA_BYTE, 1000, (byte) 1);
    scratch.close();
    scratch.close();
    assertThatThrownBy(() -> bytes.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    assertThat(scratch.ints()).hasSize(2);
    try (Scratch none = new Scratch(ScratchSize.NONE)) {
      assertThat(none.nativeMemory().byteSize()).isZero();
    }
  }

  /** Touching the pages would end the process, so the kernel's list of them is checked instead. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void guardedMemoryIsBetweenPagesThatNobodyMayTouch() throws Exception {
    for (long bytes : new long[] {1, 64, 5000, 1 << 16}) {
      try (GuardedMemory end = GuardedMemory.endingAtGuard(bytes, 1);
          GuardedMemory start = GuardedMemory.startingAtGuard(bytes)) {
        end.segment().fill((byte) 1);
        start.segment().fill((byte) 1);
        assertThat(mapOf(end.segment().address() + bytes - 1)).contains(" rw-p ");
        assertThat(mapOf(end.segment().address() + bytes)).contains(" ---p ");
        assertThat(mapOf(start.segment().address())).contains(" rw-p ");
        assertThat(mapOf(start.segment().address() - 1)).contains(" ---p ");
      }
      try (GuardedMemory aligned = GuardedMemory.endingAtGuard(bytes, 64)) {
        assertThat(aligned.segment().address() % 64).isZero();
        assertThat(mapOf(aligned.segment().address() + Math.ceilDiv(bytes, 64) * 64)).contains(" ---p ");
      }
    }
  }

  /** The line of /proc/self/maps that an address is in. */
  private static String mapOf(long address) throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      String[] range = line.substring(0, line.indexOf(' ')).split("-");
      if (Long.parseUnsignedLong(range[0], 16) <= address && address < Long.parseUnsignedLong(range[1], 16)) {
        return line;
      }
    }
    return "not mapped";
  }
}
