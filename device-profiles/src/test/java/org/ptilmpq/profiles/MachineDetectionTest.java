package org.ptilmpq.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.profiles.Machine.MemoryLimit;

class MachineDetectionTest {

  @TempDir Path root;

  @Test
  void aPiIsKnownByItsDeviceTreeAndCore() throws IOException {
    write("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4\0");
    write("proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd08\n\nprocessor\t: 1\n");
    write("proc/meminfo", "MemTotal:        3884372 kB\nMemFree:  1 kB\n");
    Machine machine = detect("aarch64");
    assertThat(machine.model()).isEqualTo("Raspberry Pi 4 Model B Rev 1.4");
    assertThat(machine.board().cores()).containsExactly("Cortex-A72");
    assertThat(machine)
        .isEqualTo(
            new Machine(machine.board(), "Cortex-A72", "aarch64", 4, 3884372L << 10, MemoryLimit.MAIN_MEMORY));
  }

  @Test
  void aPcIsKnownByItsProcessor() throws IOException {
    write("proc/cpuinfo", "processor\t: 0\nmodel name\t: Some CPU @ 3 GHz\n");
    Machine machine = detect("amd64");
    assertThat(machine)
        .isEqualTo(new Machine(machine.board(), "Some CPU @ 3 GHz", "x86_64", 4, 0, MemoryLimit.UNKNOWN));
  }

  /** Jetson kernels print a model name that says nothing. */
  @Test
  void anArmCoreIsNamedByItsPartBeforeItsModelName() throws IOException {
    write("proc/cpuinfo", "model name\t: ARMv8 Processor rev 1 (v8l)\nCPU implementer\t: 0x41\nCPU part\t: 0xd07\n");
    assertThat(detect("aarch64").cpu()).isEqualTo("Cortex-A57");
  }

  @Test
  void anUnknownArmCoreIsNamedByItsPart() throws IOException {
    write("proc/cpuinfo", "CPU implementer\t: 0x61\nCPU part\t: 0xd08\n");
    assertThat(detect("aarch64").cpu()).isEqualTo("part 0xd08");
  }

  @Test
  void theTightestControlGroupOnTheWayUpLimitsMemory() throws IOException {
    write("proc/meminfo", "MemTotal: 8000000 kB\n");
    write("proc/self/cgroup", "0::/system.slice/ptilmpq.service\n");
    write("sys/fs/cgroup/system.slice/ptilmpq.service/memory.max", "max\n");
    write("sys/fs/cgroup/system.slice/memory.max", "167772160\n");
    write("sys/fs/cgroup/memory.max", "367772160\n");
    assertMemory(167772160, MemoryLimit.CONTROL_GROUP);
  }

  @Test
  void aContainerSeesItsLimitAtTheTop() throws IOException {
    write("proc/meminfo", "MemTotal: 8000000 kB\n");
    write("proc/self/cgroup", "0::/../../docker/abc\n");
    assertMemory(8000000L << 10, MemoryLimit.MAIN_MEMORY);
    write("proc/self/cgroup", "0::/docker/abc\n");
    write("sys/fs/cgroup/memory.max", "100000000\n");
    assertMemory(100000000, MemoryLimit.CONTROL_GROUP);
  }

  @Test
  void versionOneControlGroupsCountToo() throws IOException {
    write("proc/meminfo", "MemTotal: 8000000 kB\n");
    write("proc/self/cgroup", "5:cpu,cpuacct:/x\n4:memory:/jobs\nnonsense\n");
    write("sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", "50000000\n");
    assertMemory(50000000, MemoryLimit.CONTROL_GROUP);
    write("sys/fs/cgroup/memory/jobs/memory.limit_in_bytes", "9223372036854771712\n");
    assertMemory(8000000L << 10, MemoryLimit.MAIN_MEMORY);
  }

  @Test
  void nothingToReadIsNoError() {
    assertThat(detect("riscv64"))
        .isEqualTo(
            new Machine(
                detect("riscv64").board(), "unknown", "riscv64", 4, 0, MemoryLimit.UNKNOWN));
    assertThat(detect("riscv64").model()).isEmpty();
  }

  @Test
  void theMachineAtHandHasAProcessor() {
    Machine machine = MachineDetection.detect();
    assertThat(machine.processors()).isPositive();
    assertThat(machine.architecture()).isNotEmpty();
  }

  private Machine detect(String osArch) {
    return new MachineDetection(root, osArch, 4).machine();
  }

  private void assertMemory(long bytes, MemoryLimit limit) {
    Machine machine = detect("aarch64");
    assertThat(machine.memoryBytes()).isEqualTo(bytes);
    assertThat(machine.memoryLimit()).isEqualTo(limit);
  }

  private void write(String below, String text) throws IOException {
    Path file = root.resolve(below);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
