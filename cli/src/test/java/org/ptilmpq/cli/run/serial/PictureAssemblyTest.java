package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.serial.PictureAssembly.Outcome;

class PictureAssemblyTest {

  private final PictureAssembly assembly = new PictureAssembly(10);

  /** Accepts a part whose bytes and checksum are all {@code fill}. */
  private Outcome part(int sequence, long total, long offset, int length, int fill) {
    byte[] bytes = new byte[20];
    Arrays.fill(bytes, (byte) fill);
    return assembly.accept(sequence, total, offset, bytes, 3, length, fill);
  }

  @Test
  void partsInOrderMakeAPicture() {
    assertThat(part(1, 10, 0, 4, 1)).isEqualTo(Outcome.GO_ON);
    assertThat(assembly.wanted()).isEqualTo(4);
    assertThat(part(1, 10, 4, 4, 2)).isEqualTo(Outcome.GO_ON);
    assertThat(part(1, 10, 8, 2, 3)).isEqualTo(Outcome.COMPLETE);
    assertThat(assembly.picture()).containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 3, 3);
    assertThat(assembly.length()).isEqualTo(10);
  }

  @Test
  void partsTwiceAndGapsChangeNothing() {
    part(1, 10, 0, 4, 1);
    part(1, 10, 4, 4, 2);
    assertThat(part(1, 10, 4, 4, 9)).isEqualTo(Outcome.GO_ON);
    assertThat(part(1, 10, 9, 1, 9)).isEqualTo(Outcome.GO_ON);
    assertThat(assembly.wanted()).isEqualTo(8);
    assertThat(part(1, 10, 8, 2, 3)).isEqualTo(Outcome.COMPLETE);
    assertThat(part(1, 10, 8, 2, 3)).isEqualTo(Outcome.COMPLETED_BEFORE);
    assertThat(assembly.picture()).containsExactly(1, 1, 1, 1, 2, 2, 2, 2, 3, 3);
  }

  /** A device that was reset may give its first picture the number and length that the last one had. */
  @Test
  void offsetZeroBeginsAnew() {
    part(1, 10, 0, 4, 1);
    part(1, 10, 4, 4, 2);
    assertThat(part(1, 10, 0, 4, 5)).isEqualTo(Outcome.GO_ON);
    assertThat(assembly.wanted()).isEqualTo(4);
    assertThat(part(1, 10, 4, 6, 6)).isEqualTo(Outcome.COMPLETE);
    assertThat(assembly.picture()).containsExactly(5, 5, 5, 5, 6, 6, 6, 6, 6, 6);
    assertThat(part(1, 10, 4, 6, 7)).isEqualTo(Outcome.GO_ON);
    assertThat(assembly.wanted()).isZero();
  }

  @Test
  void partsOfAnotherPictureAreSentBackToTheStart() {
    part(1, 10, 0, 4, 1);
    assertThat(part(2, 10, 4, 4, 2)).isEqualTo(Outcome.GO_ON);
    assertThat(assembly.wanted()).isZero();
    part(1, 10, 0, 4, 1);
    assertThat(part(1, 9, 4, 4, 2)).isEqualTo(Outcome.GO_ON);
    assertThat(assembly.wanted()).isZero();
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThat(part(1, 11, 0, 4, 1)).isEqualTo(Outcome.TOO_LONG);
    assertThat(part(1, 0xFFFF_FFFFL, 0xFFFF_FFF0L, 4, 1)).isEqualTo(Outcome.TOO_LONG);
    assertThat(part(1, 10, 8, 4, 1)).isEqualTo(Outcome.MALFORMED);
    assertThat(part(1, 10, 0xFFFF_FFFFL, 4, 1)).isEqualTo(Outcome.MALFORMED);
    assertThat(part(1, 10, 0, 0, 1)).isEqualTo(Outcome.MALFORMED);
    assertThat(part(1, 0, 0, 0, 1)).isEqualTo(Outcome.MALFORMED);
  }

  @Test
  void onePartIsEnough() {
    assertThat(part(1, 10, 0, 10, 1)).isEqualTo(Outcome.COMPLETE);
    assertThat(part(1, 10, 0, 10, 1)).isEqualTo(Outcome.COMPLETE);
  }
}
