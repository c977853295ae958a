package org.ptilmpq.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {

  @ParameterizedTest
  @CsvSource({
    "48MB, 48000000",
    "12.75MB, 12750000",
    "160MiB, 167772160",
    "160 mib, 167772160",
    "1.5KiB, 1536",
    "2GB, 2000000000",
    "1GiB, 1073741824",
    "7kB, 7000",
    "4096, 4096",
    "10B, 10",
    "0, 0",
    "0.0000015MB, 1"
  })
  void readsWhatPeopleWrite(String text, long bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "-1MB", "1e6", "1MBs", "1,5MB", "NaN", "1..5MB", "0x10", "１MB", "1 2MB"})
  void refusesTheRest(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not a size");
  }

  @Test
  void refusesMoreThanALongHolds() {
    assertThatThrownBy(() -> ByteSize.parse("999999999999999GiB")).hasMessageContaining("more than 2^63 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "1023, 1023 bytes",
    "1024, 1 KiB",
    "1536, 1.5 KiB",
    "1048575, 1 MiB",
    "48444000, 46.2 MiB",
    "1073741824, 1 GiB",
    "5497558138880, 5 TiB"
  })
  void writesPowersOfTwo(long bytes, String text) {
    assertThat(ByteSize.format(bytes)).isEqualTo(text);
  }
}
