package org.ptilmpq.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ptilmpq.testkit.Seeds;

/** Boards are recognized by what their kernels show, outside of containers and in them. */
class BoardDetectionTest {

  private static final String PLAIN = "fp asimd evtstrm crc32 cpuid";
  private static final String CRYPTOGRAPHY = "fp asimd evtstrm aes pmull sha1 sha2 crc32";
  private static final String ARMV8_2 = CRYPTOGRAPHY + " atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp";

  private static final byte[] PIECES =
      "CPU part: \nprocessor:\0RevisionModel:\n0::/\n:memory:/..".getBytes(StandardCharsets.UTF_8);

  @TempDir Path root;

  private SystemTree tree;

  @BeforeEach
  void emptyTree() {
    tree = new SystemTree(root);
  }

  /**
   * A board.
   *
   * @param model and what follows: its device tree
   * @param part of its cores
   * @param cpuInfo what its kernel adds to /proc/cpuinfo
   */
  record Board(
      String profile, String model, String compatible, int cores, String part, String features, String cpuInfo,
      long kibibytes) {

    void show(SystemTree tree) {
      tree.deviceTree(model, compatible.split(" "));
      showWithoutDeviceTree(tree);
    }

    /** Writes what Docker and Podman show: /sys/firmware is an empty folder, and /proc/device-tree leads nowhere. */
    void showWithoutDeviceTree(SystemTree tree) {
      tree.armCpuInfo(cores, part, features, cpuInfo).memory(kibibytes);
    }

    @Override
    public String toString() {
      return model;
    }
  }

  static Stream<Board> boards() {
    return Stream.of(
        new Board(
            "pi-zero-2", "Raspberry Pi Zero 2 W Rev 1.0", "raspberrypi,model-zero-2-w brcm,bcm2837", 4, "0xd03", PLAIN,
            "Hardware\t: BCM2835\nRevision\t: 902120\nSerial\t\t: 00000000c0ffee00\n"
                + "Model\t\t: Raspberry Pi Zero 2 W Rev 1.0\n",
            427_136),
        new Board(
            "pi3", "Raspberry Pi 3 Model B Plus Rev 1.3", "raspberrypi,3-model-b-plus brcm,bcm2837", 4, "0xd03", PLAIN,
            "Hardware\t: BCM2835\nRevision\t: a020d3\nSerial\t\t: 00000000c0ffee00\n"
                + "Model\t\t: Raspberry Pi 3 Model B Plus Rev 1.3\n",
            944_264),
        new Board(
            "pi4", "Raspberry Pi 4 Model B Rev 1.4", "raspberrypi,4-model-b brcm,bcm2711", 4, "0xd08", PLAIN,
            "Revision\t: c03114\nSerial\t\t: 10000000c0ffee00\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n", 3_884_372),
        new Board(
            "pi5", "Raspberry Pi 5 Model B Rev 1.0", "raspberrypi,5-model-b brcm,bcm2712", 4, "0xd0b", ARMV8_2,
            "Revision\t: d04170\nSerial\t\t: 00c0ffee00c0ffee\nModel\t\t: Raspberry Pi 5 Model B Rev 1.0\n", 8_245_904),
        new Board(
            "jetson-nano", "NVIDIA Jetson Nano 2GB Developer Kit",
            "nvidia,p3541-0000 nvidia,p3450-0000 nvidia,tegra210", 4, "0xd07", CRYPTOGRAPHY, "", 2_027_024),
        new Board(
            "jetson-orin-nano", "NVIDIA Jetson Orin Nano Engineering Reference Developer Kit Super",
            "nvidia,p3768-0000+p3767-0005-super nvidia,p3767-0005 nvidia,tegra234", 6, "0xd42", ARMV8_2, "",
            7_802_552));
  }

  private DeviceProfiles.Match match() {
    return DeviceProfiles.match(tree.machine("aarch64", 4));
  }

  private void assertMatch(String profile, String reason) {
    DeviceProfiles.Match match = match();
    assertThat(match.profile().name()).as(match.reason()).isEqualTo(profile);
    assertThat(match.reason()).contains(reason).doesNotContain("\n");
  }

  @ParameterizedTest
  @MethodSource("boards")
  void aBoardIsKnownByTheNameInItsDeviceTree(Board board) {
    board.show(tree);
    assertMatch(board.profile(), "/proc/device-tree/model calls this board \"" + board.model() + "\"");
  }

  @ParameterizedTest
  @MethodSource("boards")
  void eitherPathToTheDeviceTreeIsEnough(Board board) {
    tree.write("sys/firmware/devicetree/base/model", board.model() + "\0");
    assertMatch(board.profile(), "/sys/firmware/devicetree/base/model calls this board");
  }

  @ParameterizedTest
  @MethodSource("boards")
  void aBoardOfAnotherNameIsKnownByItsStrings(Board board) {
    tree.deviceTree("A product with this board inside", board.compatible().split(" "));
    assertMatch(board.profile(), "/proc/device-tree/compatible has \"");
  }

  /** Containers hide the device tree; a Raspberry Pi still says its name, and a Jetson is guessed. */
  @ParameterizedTest
  @MethodSource("boards")
  void aBoardIsKnownInAContainer(Board board) {
    board.showWithoutDeviceTree(tree);
    boolean named = board.cpuInfo().contains("Model");
    assertMatch(
        board.profile(),
        named
            ? "/proc/cpuinfo calls this board \"" + board.model() + "\""
            : "this is a guess by its processor: nothing names a board");
  }

  @ParameterizedTest
  @MethodSource("boards")
  void withoutAnyNameItsProcessorIsGuessedBy(Board board) {
    tree.armCpuInfo(board.cores(), board.part(), board.features(), "").memory(board.kibibytes());
    assertMatch(board.profile(), "this is a guess by its processor");
    assertThat(match().reason()).contains(board.cores() + " × Cortex-A").contains("iB of memory");
  }

  @Test
  void aJetsonsChipsSayItsNameInContainersToo() {
    tree.write("sys/devices/soc0/machine", "NVIDIA Jetson Nano Developer Kit\n");
    assertMatch("jetson-nano", "/sys/devices/soc0/machine calls this board");
  }

  @ParameterizedTest
  @CsvSource({
    "a02082, pi3", "a22083, pi3", "9020e1, pi3", "a020a0, pi3", "a02100, pi3", "902120, pi-zero-2", "a03111, pi4",
    "b03115, pi4", "c03130, pi4", "b03140, pi4", "1c03111, pi4", "c04170, pi5", "d04190, pi5", "b041a0, pi5",
    "c04180, pi5"
  })
  void aRevisionIsTheBoards(String revision, String profile) {
    tree.write("proc/cpuinfo", "processor\t: 0\n\nHardware\t: BCM2835\nRevision\t: " + revision + "\nSerial\t\t: 0\n");
    assertMatch(profile, "the revision " + revision + " in /proc/cpuinfo");
  }

  /** Old-style codes, a Raspberry Pi Zero and 1, other kernels' numbers: none has a profile. */
  @ParameterizedTest
  @CsvSource({"000e", "0000", "003111", "9000c1", "900032", "a01041", "zz3111", "a030111111", "''"})
  void otherRevisionsSayNothing(String revision) {
    tree.write("proc/cpuinfo", "processor\t: 0\n\nRevision\t: " + revision + "\n");
    assertMatch("generic-arm64", "nothing names a board");
  }

  @Test
  void aChipsNameIsEnoughWhereAProfileHasIt() {
    tree.write("proc/cpuinfo", "processor\t: 0\n\nHardware\t: BCM2711\n");
    assertMatch("pi4", "the hardware in /proc/cpuinfo is BCM2711");
    // What every Raspberry Pi said for years.
    tree.write("proc/cpuinfo", "processor\t: 0\n\nHardware\t: BCM2835\n");
    assertMatch("generic-arm64", "nothing names a board");
  }

  /** Number of cores, part, features, memory. */
  static Stream<Consumer<SystemTree>> notBoards() {
    return Stream.of(
        // A server of the same core, a slice of it with as many cores as a Raspberry Pi 4, one with more memory than
        // that.
        tree -> tree.armCpuInfo(16, "0xd08", CRYPTOGRAPHY, "").memory(32_000_000),
        tree -> tree.armCpuInfo(4, "0xd08", CRYPTOGRAPHY, "").memory(8_000_000),
        tree -> tree.armCpuInfo(4, "0xd08", PLAIN, "").memory(16_000_000),
        tree -> tree.armCpuInfo(2, "0xd08", PLAIN, "").memory(2_000_000),
        tree -> tree.armCpuInfo(8, "0xd42", ARMV8_2, "").memory(16_000_000),
        // Two kinds of cores, and an unknown one.
        tree ->
            tree.write(
                "proc/cpuinfo", "CPU implementer: 0x41\nCPU part: 0xd03\n".repeat(2) + "CPU part: 0xd08\n".repeat(2)),
        tree -> tree.armCpuInfo(4, "0xd99", PLAIN, "").memory(2_000_000),
        tree -> {});
  }

  @ParameterizedTest
  @MethodSource("notBoards")
  void machinesThatAreLikeNoBoardHaveTheGenericProfile(Consumer<SystemTree> show) {
    show.accept(tree);
    assertMatch(
        "generic-arm64",
        "nothing names a board (no device tree, or a container hides it), and the architecture is aarch64");
  }

  @Test
  void anUnknownBoardIsNamed() {
    tree.deviceTree("Radxa ROCK 5B", "radxa,rock-5b", "rockchip,rk3588");
    tree.write("proc/cpuinfo", "CPU implementer: 0x41\nCPU part: 0xd05\n".repeat(4) + "CPU part: 0xd0b\n".repeat(4));
    assertMatch("generic-arm64", "no profile knows \"Radxa ROCK 5B\", and the architecture is aarch64");
  }

  /** It has the chip of an Orin Nano, with twice its cores. */
  @Test
  void anAgxOrinIsNoOrinNano() {
    String model = "NVIDIA Jetson AGX Orin Developer Kit";
    tree.deviceTree(model, "nvidia,p3737-0000+p3701-0000", "nvidia,p3701-0000", "nvidia,tegra234");
    tree.armCpuInfo(12, "0xd42", ARMV8_2, "").memory(32_000_000);
    assertMatch("generic-arm64", "no profile knows \"" + model + "\"");
  }

  @Test
  void aPcIsGenericInContainersToo() {
    String block =
        "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel\t\t: 17\nmodel name\t: AMD EPYC\nflags\t\t: fpu aes\n";
    tree.write("proc/cpuinfo", block);
    tree.memory(24_000_000).write("proc/self/cgroup", "0::/\n").write("sys/fs/cgroup/memory.max", "536870912\n");
    Machine machine = tree.machine("amd64", 2);
    DeviceProfiles.Match match = DeviceProfiles.match(machine);
    assertThat(match.profile().name()).isEqualTo("generic-x86-64");
    assertThat(machine.cpu()).isEqualTo("AMD EPYC");
    assertThat(machine.memoryBytes()).isEqualTo(512 << 20);
  }

  @Test
  void controlCharactersAndEndlessNamesDontReachTheTerminal() {
    tree.deviceTree("\u001b[31mBoard\r\n\u0007" + "x".repeat(5000), "\u001b]0;evil\u0007", "brcm,bcm2711");
    assertMatch("pi4", "/proc/device-tree/compatible has \"brcm,bcm2711\"");
    assertThat(tree.machine("aarch64", 4).model()).startsWith("[31mBoard xxx").hasSizeLessThan(130);
    tree.write("sys/firmware/devicetree/base/compatible", "");
    assertThat(match().reason()).doesNotContain("\u001b", "\r", "\u0007").hasSizeLessThan(400);
  }

  @Test
  void largeFilesAreReadInPart() {
    byte[] large = new byte[5 << 20];
    for (String file : new String[] {"proc/cpuinfo", "proc/meminfo", "proc/self/cgroup", "sys/devices/soc0/machine"}) {
      tree.write(file, large);
    }
    tree.write("sys/firmware/devicetree/base/compatible", "a\0".repeat(1_000_000));
    tree.write("proc/device-tree/model/is/a/folder", "");
    assertThat(tree.machine("aarch64", 4).board().compatible()).hasSize(64);
    assertMatch("generic-arm64", "nothing names a board");
  }

  @Test
  void rubbishIsNoBoardAndNoError() {
    RandomGenerator random = Seeds.random("rubbishIsNoBoardAndNoError", 140);
    for (int i = 0; i < 200; i++) {
      for (String file :
          new String[] {
            "proc/cpuinfo", "proc/meminfo", "proc/self/cgroup", "sys/devices/soc0/machine", "proc/device-tree/model",
            "proc/device-tree/compatible", "sys/fs/cgroup/memory.max"
          }) {
        byte[] bytes = new byte[random.nextInt(400)];
        random.nextBytes(bytes);
        // Pieces of what is searched for, shifted now and then, with random bytes between.
        for (int j = 0; j < bytes.length; j++) {
          int shift = random.nextInt(9) == 0 ? bytes[j] : 0;
          bytes[j] = random.nextInt(4) == 0 ? bytes[j] : PIECES[Math.floorMod(j + shift, PIECES.length)];
        }
        tree.write(file, bytes);
      }
      assertThat(match().profile().name()).isEqualTo("generic-arm64");
    }
  }
}
