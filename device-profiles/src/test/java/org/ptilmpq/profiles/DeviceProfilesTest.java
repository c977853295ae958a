package org.ptilmpq.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceProfilesTest {

  @TempDir Path folder;

  static Stream<DeviceProfile> builtIn() {
    return DeviceProfiles.builtIn().stream();
  }

  @ParameterizedTest
  @MethodSource("builtIn")
  void everyProfileHasSoundFiguresAndSources(DeviceProfile profile) {
    assertThat(profile.sources()).isNotEmpty();
    assertThat(profile.l1DataBytes()).isBetween(16L << 10, 128L << 10);
    assertThat(profile.l2Bytes()).isGreaterThan(profile.l1DataBytes());
    assertThat(profile.simdBits()).isIn(128, 256, 512);
    if (profile.isGeneric()) {
      assertThat(profile.memoryCapBytes()).as("no cap on a machine of unknown memory").isZero();
    } else {
      assertThat(profile.threads()).isBetween(1, profile.cores());
      assertThat(profile.memoryCapBytes()).isBetween(64L << 20, profile.memoryBytes() / 2);
    }
  }

  @Test
  void everyProfileFileIsListed() throws IOException, URISyntaxException {
    Path resources = Path.of(DeviceProfiles.class.getResource("pi4.properties").toURI()).getParent();
    try (Stream<Path> files = Files.list(resources)) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".properties")))
          .containsExactlyInAnyOrderElementsOf(builtIn().map(profile -> profile.name() + ".properties").toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Raspberry Pi Zero 2 W Rev 1.0, pi-zero-2",
    "Raspberry Pi 3 Model B Plus Rev 1.3, pi3",
    "Raspberry Pi Compute Module 4 Rev 1.1, pi4",
    "Raspberry Pi 400 Rev 1.0, pi4",
    "Raspberry Pi 5 Model B Rev 1.0, pi5",
    "NVIDIA Jetson Nano Developer Kit, jetson-nano",
    "NVIDIA Orin Nano Developer Kit, jetson-orin-nano",
    "NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super, jetson-orin-nano",
    "Radxa ROCK 5B, generic-arm64",
    "'', generic-arm64"
  })
  void boardsAreFoundByTheirDeviceTree(String model, String profile) {
    DeviceProfiles.Match match = DeviceProfiles.match(new Machine(model, "unknown", "aarch64", 4, 0, "unknown"));
    assertThat(match.profile().name()).isEqualTo(profile);
    assertThat(match.reason()).isNotEmpty();
  }

  @Test
  void otherMachinesAreMatchedByArchitectureOrNotAtAll() {
    Machine pc = new Machine("", "Some CPU", "x86_64", 8, 0, "unknown");
    assertThat(DeviceProfiles.match(pc).profile().name()).isEqualTo("generic-x86-64");
    DeviceProfiles.Match riscv = DeviceProfiles.match(new Machine("", "unknown", "riscv64", 8, 0, "unknown"));
    assertThat(riscv.profile()).isNull();
    assertThat(riscv.reason()).contains("riscv64").contains("aarch64 or x86_64");
  }

  @Test
  void aFileInTheSameFormIsAProfile() throws IOException {
    Path file = write(VALID);
    DeviceProfile profile = DeviceProfiles.find(file.toString());
    assertThat(profile.name()).isEqualTo("my-board");
    assertThat(profile.models()).containsExactly("Board One", "Board Two");
    assertThat(profile.memoryCapBytes()).isEqualTo(100_000_000);
    assertThat(profile.sources()).containsExactly("its data sheet");
    assertThat(profile.kernelCosts()).isEmpty();
    Path measured = write(VALID + "\nkernel.look-up = 0.25\nkernel.bits = 512\n");
    assertThat(DeviceProfiles.find(measured.toString()).kernelCosts()).containsOnly(entry("look-up", 0.25), entry("bits", 512.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "cores = 4; cores = many; cores = many: must be a whole number",
        "cores = 4; cores = 0; cores = 0: must be a whole number, 1 to 1024",
        "memory = 1GiB; memory = lots; memory = lots: \"lots\" is not a size",
        "dot-product = no; dot-product = maybe; must be yes or no",
        "architecture = aarch64; architecture = z80; must be aarch64 or x86_64",
        "cpu = Test; cpu =; \"cpu\" is missing",
        "threads = 2; ; \"threads\" is missing",
        "threads = 2; thread = 2; \"threads\" is missing",
        "cpu = Test; cpu = Test\\nspeed = 3; unknown key \"speed\"",
        "cpu = Test; cpu = Test\\nkernel.table = 0; kernel.table = 0: must be a number above 0",
        "cpu = Test; cpu = Test\\nkernel.table = NaN; kernel.table = NaN: must be a number above 0",
        "cpu = Test; cpu = \\\\u12; not a properties file"
      })
  void aBrokenFileIsAnErrorThatNamesFileAndKey(String line, String instead, String message) throws IOException {
    String text = VALID.replace(line, instead == null ? "" : instead.replace("\\n", "\n").replace("\\\\", "\\"));
    Path file = write(text);
    assertThatThrownBy(() -> DeviceProfiles.find(file.toString()))
        .isInstanceOf(DeviceProfileException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void whatIsNoProfileAtAllIsRefused() throws IOException {
    assertThatThrownBy(() -> DeviceProfiles.find("pi99"))
        .isInstanceOf(DeviceProfileException.class)
        .hasMessageContaining("pi99")
        .hasMessageContaining("pi-zero-2, pi3, pi4");
    assertThatThrownBy(() -> DeviceProfiles.find(folder.toString())).hasMessageContaining("can't read");
    Path large = Files.write(folder.resolve("large"), new byte[70_000]);
    assertThatThrownBy(() -> DeviceProfiles.find(large.toString())).hasMessageContaining("64 KiB");
    Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xd8, 0, 1});
    assertThatThrownBy(() -> DeviceProfiles.find(binary.toString())).hasMessageContaining("UTF-8");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("my-board.properties"), text, StandardCharsets.UTF_8);
  }

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
}
