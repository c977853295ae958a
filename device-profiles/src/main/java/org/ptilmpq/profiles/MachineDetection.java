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

  private Machine.Board board(CpuInfo cpu, long mainMemory) {
    List<Machine.Board.Name> names = new ArrayList<>();
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
    return new Machine.Board(
        names, compatible, from, cpu.revision(), cpu.hardware(), cpu.cores(), cpu.features(), mainMemory);
  }

  private static void addName(List<Machine.Board.Name> names, String text, String file) {
    String name = SystemFiles.printable(text);
    if (!name.isEmpty() && names.stream().noneMatch(other -> other.text().equals(name))) {
      names.add(new Machine.Board.Name(name, "/" + file));
    }
  }

  /** A device tree's list: strings that each end with a zero byte. */
  private static List<String> strings(String text) {
    return Arrays.stream(text.split("\0"))
        .limit(MAX_COMPATIBLE)
        .map(SystemFiles::printable)
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

  /** The memory that the control groups of this process allow, version 2 or 1: of a container, or a systemd unit. */
  private record ControlGroups(SystemFiles files) {

    /**
     * The smallest limit of the groups this process is in, in bytes; 0 when there is none. In a container the group's
     * path is often one of the host, which isn't below /sys/fs/cgroup: then the top folder has the limit.
     */
    long memoryLimit() {
      long smallest = 0;
      for (String line : files.text("proc/self/cgroup").lines().toList()) {
        String[] parts = line.split(":", 3);
        if (parts.length < 3) {
          continue;
        }
        if (parts[1].isEmpty()) {
          smallest = smaller(smallest, limitUpwards("sys/fs/cgroup", parts[2], "memory.max"));
        } else if (List.of(parts[1].split(",")).contains("memory")) {
          smallest = smaller(smallest, limitUpwards("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"));
        }
      }
      return smallest;
    }

    private long limitUpwards(String hierarchy, String group, String file) {
      Path top = files.root().resolve(hierarchy).normalize();
      String below = group.replaceFirst("^/+", "");
      if (below.indexOf('\0') >= 0) {
        return 0;
      }
      long smallest = 0;
      for (Path folder = top.resolve(below).normalize(); folder.startsWith(top); folder = folder.getParent()) {
        OptionalLong limit = files.number(files.root().relativize(folder.resolve(file)).toString());
        smallest = smaller(smallest, limit.orElse(0));
      }
      return smallest;
    }

    private static long smaller(long a, long b) {
      return a == 0 ? b : b == 0 ? a : Math.min(a, b);
    }
  }
}
