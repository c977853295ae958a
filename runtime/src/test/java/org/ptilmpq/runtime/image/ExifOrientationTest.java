package org.ptilmpq.runtime.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.testkit.Seeds;

class ExifOrientationTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void readsBothByteOrdersAndTypes(int code) {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      for (int type : new int[] {3, 4}) {
        assertThat(find(block(order, 8, 1, type, code))).isEqualTo(Orientation.values()[code - 1]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 9, -1, 255, 65_535})
  void unknownValuesAreUpright(int code) {
    assertThat(find(block(ByteOrder.BIG_ENDIAN, 8, 1, 3, code))).isEqualTo(Orientation.UPRIGHT);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MAX_VALUE, Integer.MIN_VALUE, 25, 26, 1000})
  void directoriesOutsideTheBlockAreUpright(int offset) {
    assertThat(find(block(ByteOrder.LITTLE_ENDIAN, offset, 1, 3, 6))).isEqualTo(Orientation.UPRIGHT);
  }

  @Test
  void entriesThatRunPastTheBlockAreNotRead() {
    byte[] block = block(ByteOrder.BIG_ENDIAN, 8, 65_535, 3, 6);
    assertThat(find(block)).isEqualTo(Orientation.QUARTER_CLOCKWISE);
    block[11] = 0;
    assertThat(find(block)).isEqualTo(Orientation.UPRIGHT);
    for (int length = 0; length < block.length; length++) {
      assertThat(find(Arrays.copyOf(block, length))).isEqualTo(Orientation.UPRIGHT);
    }
  }

  @Test
  void anyBytesGiveAnOrientation() {
    RandomGenerator random = Seeds.random("anyBytesGiveAnOrientation", 1);
    for (int i = 0; i < 20_000; i++) {
      byte[] block = block(ByteOrder.BIG_ENDIAN, 8, 1, 3, 6);
      for (int j = random.nextInt(1, 8); j > 0; j--) {
        block[random.nextInt(block.length)] = (byte) random.nextInt();
      }
      assertThat(find(block)).isNotNull();
    }
  }

  private static Orientation find(byte[] block) {
    byte[] embedded = new byte[block.length + 7];
    System.arraycopy(block, 0, embedded, 3, block.length);
    return Orientation.Exif.find(embedded, 3, 3 + block.length);
  }

  /** A TIFF header and a directory at offset 8 with one entry, whatever the header says. */
  private static byte[] block(ByteOrder order, int directory, int entries, int type, int code) {
    ByteBuffer block = ByteBuffer.allocate(26).order(order);
    block.put(order == ByteOrder.BIG_ENDIAN ? new byte[] {'M', 'M'} : new byte[] {'I', 'I'});
    block.putShort((short) 42).putInt(directory).putShort((short) entries);
    block.putShort((short) 0x0112).putShort((short) type).putInt(1);
    return (type == 3 ? block.putShort((short) code) : block.putInt(code)).array();
  }
}
