package org.ptilmpq.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceProfilesTest {

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

  /** {@link BoardDetectionTest} tests all other ways to recognize a board. */
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
    DeviceProfiles.Match match = DeviceProfiles.match(machine(model, "aarch64"));
    assertThat(match.profile().name()).isEqualTo(profile);
    assertThat(match.reason()).isNotEmpty();
  }

  @Test
  void otherMachinesAreMatchedByArchitectureOrNotAtAll() {
    assertThat(DeviceProfiles.match(machine("", "x86_64")).profile().name()).isEqualTo("generic-x86-64");
    DeviceProfiles.Match riscv = DeviceProfiles.match(machine("", "riscv64"));
    assertThat(riscv.profile()).isNull();
    assertThat(riscv.reason()).contains("riscv64").contains("aarch64 or x86_64");
  }

  private static Machine machine(String model, String architecture) {
    List<Machine.Board.Name> names =
        model.isEmpty() ? List.of() : List.of(new Machine.Board.Name(model, "/proc/device-tree/model"));
    Machine.Board board = new Machine.Board(names, List.of(), "", "", "", List.of(), List.of(), 0);
    return new Machine(board, "unknown", architecture, 4, 0, Machine.MemoryLimit.UNKNOWN);
  }

  @Test
  void autoIsTheProfileOfThisMachine() throws IOException {
    assertThat(DeviceProfiles.find("auto")).isEqualTo(DeviceProfiles.match(MachineDetection.detect()).profile());
  }
}
