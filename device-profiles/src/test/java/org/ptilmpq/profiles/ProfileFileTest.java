package org.ptilmpq.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles that users write: what they may contain, and the message for each fault. */
class ProfileFileTest {

  private static final String VALID =
      """
      title = A board
      models = Board One | Board Two
      architecture = aarch64
      cpu = Test
      cores = 4
      clock.mhz = 1000
      memory = 1GiB
      simd.bits = 128
      dot-product = no
      cache.l1d = 32KiB
      cache.l2 = 512KiB
      cache.l2.shared = yes
      cache.l3 = 0
      threads = 2
      memory-cap = 100MB
      source.1 = its data sheet
      """;

  @TempDir Path folder;

  @Test
  void aFileInTheSameFormIsAProfile() throws IOException {
    DeviceProfile profile = DeviceProfiles.find(write(VALID).toString());
    assertThat(profile.name()).isEqualTo("my-board");
    assertThat(profile.marks().models()).containsExactly("Board One", "Board Two");
    assertThat(profile.marks().aes()).isEmpty();
    assertThat(profile.memoryCapBytes()).isEqualTo(100_000_000);
    assertThat(profile.l2BytesOfACore()).isEqualTo(128 << 10);
    assertThat(profile.tiles()).isEqualTo(DeviceProfile.Tiles.BY_CACHES);
    assertThat(profile.sources()).containsExactly("its data sheet");
  }

  @Test
  void whatIsOptionalCounts() throws IOException {
    String more =
        """
        compatible = some,board | some,chip
        revision-types = 0e | 1a
        cpu.aes = no
        memory.most = 2GiB
        tile.pixels = 91
        tile.kept-pixels = 14
        tile.tables = 100KiB
        """;
    DeviceProfile profile = DeviceProfiles.find(write("\uFEFF" + VALID + more).toString());
    assertThat(profile.marks().compatible()).containsExactly("some,board", "some,chip");
    assertThat(profile.marks().revisionTypes()).containsExactly(0x0e, 0x1a);
    assertThat(profile.marks().aes()).contains(false);
    assertThat(profile.marks().mostMemoryBytes()).isEqualTo(2L << 30);
    assertThat(profile.tiles().pixels()).hasValue(91);
    assertThat(profile.tiles().keptPixels()).hasValue(14);
    assertThat(profile.tiles().tableBytes()).hasValue(102_400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cores = 4; cores = many; cores = many: must be a whole number, 1 to 1024",
        "cores = 4; cores = 0; cores = 0: must be a whole number, 1 to 1024",
        "cores = 4; cores = -4; cores = -4: must be a whole number, 1 to 1024",
        "cores = 4; cores = 99999999999; cores = 99999999999: must be a whole number, 1 to 1024",
        "cores = 4; cores = NaN; cores = NaN: must be a whole number, 1 to 1024",
        "threads = 2; threads = 257; threads = 257: must be a whole number, 0 to 256",
        "memory = 1GiB; memory = lots; memory = lots: must be a size: 512MiB (2^20 bytes), 1GB (10^9), "
            + "or a number of bytes",
        "memory = 1GiB; memory = 1TiB; memory = 1TiB: must be a size",
        "memory = 1GiB; memory = -1GiB; memory = -1GiB: must be a size",
        "memory = 1GiB; memory = 2000000GiB; memory = 2000000GiB: must be no more than 1024 TiB",
        "cache.l2 = 512KiB; cache.l2 = 2GiB; cache.l2 = 2GiB: must be no more than 1 GiB",
        "dot-product = no; dot-product = maybe; dot-product = maybe: must be yes or no",
        "architecture = aarch64; architecture = z80; architecture = z80: must be aarch64 or x86_64",
        "cpu = Test; cpu =; cpu has no value",
        "threads = 2; ; the key \"threads\" is missing",
        "threads = 2; thread = 2; there is no key \"thread\"; did you mean \"threads\"?",
        "cpu = Test; cpu = Test\\ncach.l2 = 3; there is no key \"cach.l2\"; did you mean \"cache.l2\"?",
        "cpu = Test; cpu = Test\\nspeed.of.light = 3; there is no key \"speed.of.light\"; "
            + "docs/devices.md lists the keys",
        "cpu = Test; cpu = Test\\ncores = 4; the key \"cores\" is there twice",
        "cpu = Test; cpu = Test\\ntile.pixels = 90; tile.pixels = 90: must be a multiple of 7, 14 to 3584",
        "cpu = Test; cpu = Test\\ntile.pixels = 7; tile.pixels = 7: must be a multiple of 7, 14 to 3584",
        "cpu = Test; cpu = Test\\ntile.kept-pixels = 3591; "
            + "tile.kept-pixels = 3591: must be a multiple of 7, 14 to 3584",
        "cpu = Test; cpu = Test\\ntile.tables = 0; tile.tables = 0: must be above 0",
        "cpu = Test; cpu = Test\\nrevision-types = 3B+; revision-types = 3B+: must be pairs of hexadecimal digits",
        "cpu = Test; cpu = \\\\u12; not a device profile: Malformed \\\\uxxxx encoding"
      })
  void aBrokenFileIsAnErrorThatNamesFileKeyAndValue(String line, String instead, String message) throws IOException {
    String text = VALID.replace(line, instead == null ? "" : instead.replace("\\n", "\n").replace("\\\\", "\\"));
    Path file = write(text);
    assertThatThrownBy(() -> DeviceProfiles.find(file.toString()))
        .isInstanceOf(DeviceProfileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message.replace("\\\\", "\\"));
  }

  @Test
  void valuesInErrorsAreShortAndVisible() throws IOException {
    Path file = write(VALID.replace("cores = 4", "cores = \u001b[31m" + "9".repeat(3000)));
    assertThatThrownBy(() -> DeviceProfiles.find(file.toString()))
        .hasMessageContaining("cores = [31m999")
        .satisfies(
            e ->
                assertThat(e.getMessage())
                    .hasSizeLessThan(file.toString().length() + 250)
                    .doesNotContain("\u001b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pi99", "no/such/file.properties", "", "with\0zero"})
  void whatIsNeitherNameNorFileIsRefused(String name) {
    assertThatThrownBy(() -> DeviceProfiles.find(name))
        .isInstanceOf(DeviceProfileException.class)
        .hasMessageContaining("no");
  }

  @Test
  void whatIsNoProfileAtAllIsRefused() throws IOException {
    assertThatThrownBy(() -> DeviceProfiles.find("pi99"))
        .hasMessageContaining("\"pi99\"; profiles: auto, pi-zero-2, pi3, pi4");
    assertThatThrownBy(() -> DeviceProfiles.find(folder.toString()))
        .hasMessageEndingWith("is a folder, not a device profile");
    assertThatThrownBy(() -> DeviceProfiles.find("/dev/zero"))
        .hasMessageEndingWith("is no regular file, not a device profile");
    Path large = Files.write(folder.resolve("large"), new byte[70_000]);
    assertThatThrownBy(() -> DeviceProfiles.find(large.toString())).hasMessageContaining("64 KiB");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xd8, 0, 1});
    assertThatThrownBy(() -> DeviceProfiles.find(binary.toString())).hasMessageContaining("UTF-8");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("my-board.properties"), text, StandardCharsets.UTF_8);
  }
}
