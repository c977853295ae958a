package org.ptilmpq.profiles;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * Reads {@code /proc} and {@code /sys} to say what machine this is. A file that can't be read leaves its part unknown.
 */
public final class MachineDetection {

  /** The device tree, as the kernel shows it: the former is a link to the latter, but either may be hidden. */
  private static final List<String> DEVICE_TREES = List.of("proc/device-tree", "sys/firmware/devicetree/base");

  /**
   * The board's name where containers don't hide it: on the SoC bus, if the kernel has a driver for it (Tegra's does).
   */
  private static final String SOC_NAME = "sys/devices/soc0/machine";

  private static final String CPU_INFO = "proc/cpuinfo";

  /** Strings that are read of a device tree's list; real ones have two to five. */
  private static final int MAX_COMPATIBLE = 64;

  private final SystemFiles files;
  private final String architecture;
  private final int processors;

  /**
   * @param root of the file system
   * @param osArch as in the system property {@code os.arch}
   * @param processors available to this process
   */
  MachineDetection(Path root, String osArch, int processors) {
    this.files = new SystemFiles(root);
    this.architecture =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch64";
          default -> osArch;
        };
    this.processors = processors;
  }

  /** The machine this process runs on. */
  public static Machine detect() {
    return new MachineDetection(
            Path.of("/"), System.getProperty("os.arch"), Runtime.getRuntime().availableProcessors())
        .machine();
  }

  Machine machine() {
    CpuInfo cpu = CpuInfo.parse(files.text(CPU_INFO));
    long total = mainMemory();
    long limit = new ControlGroups(files).memoryLimit();
    boolean limited = limit > 0 && (total == 0 || limit < total);
    Machine.MemoryLimit by =
        limited
            ? Machine.MemoryLimit.CONTROL_GROUP
            : total > 0 ? Machine.MemoryLimit.MAIN_MEMORY : Machine.MemoryLimit.UNKNOWN;
    return new Machine(board(cpu, total), cpu.name(), architecture, processors, limited ? limit : total, by);
  }

  private BoardEvidence board(CpuInfo cpu, long mainMemory) {
    List<BoardEvidence.Name> names = new ArrayList<>();
    for (String tree : DEVICE_TREES) {
      addName(names, files.text(tree + "/model"), tree + "/model");
    }
    addName(names, files.text(SOC_NAME), SOC_NAME);
    addName(names, cpu.board(), CPU_INFO);
    List<String> compatible = List.of();
    String from = "";
    for (String tree : DEVICE_TREES) {
      if (compatible.isEmpty()) {
        from = "/" + tree + "/compatible";
        compatible = strings(files.text(tree + "/compatible"));
      }
    }
    return new BoardEvidence(
        names, compatible, from, cpu.revision(), cpu.hardware(), cpu.cores(), cpu.features(), mainMemory);
  }

  private static void addName(List<BoardEvidence.Name> names, String text, String file) {
    String name = Printable.line(text);
    if (!name.isEmpty() && names.stream().noneMatch(other -> other.text().equals(name))) {
      names.add(new BoardEvidence.Name(name, "/" + file));
    }
  }

  /** A device tree's list: strings that each end with a zero byte. */
  private static List<String> strings(String text) {
    return Arrays.stream(text.split("\0"))
        .limit(MAX_COMPATIBLE)
        .map(Printable::line)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private long mainMemory() {
    OptionalLong kibibytes =
        files
            .text("proc/meminfo")
            .lines()
            .filter(line -> line.matches("MemTotal:\\s*\\d{1,15}\\s*kB\\s*"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst();
    return kibibytes.orElse(0) * 1024;
  }
}
