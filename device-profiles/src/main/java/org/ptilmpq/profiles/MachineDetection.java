package org.ptilmpq.profiles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Looks at {@code /proc} and {@code /sys} to say what machine this is. A file that isn't there or can't be read leaves
 * its part unknown: detection is advice, and never a reason to fail.
 */
public final class MachineDetection {

  private static final System.Logger LOG = System.getLogger(MachineDetection.class.getName());

  /** A file below /proc that is larger isn't what we look for. */
  private static final int LARGEST_FILE = 1024 * 1024;

  /** Part numbers in the main ID register of Arm's own cores (Arm technical reference manuals, MIDR_EL1). */
  private static final Map<String, String> ARM_PARTS =
      Map.of(
          "0xd03", "Cortex-A53",
          "0xd05", "Cortex-A55",
          "0xd07", "Cortex-A57",
          "0xd08", "Cortex-A72",
          "0xd0b", "Cortex-A76",
          "0xd41", "Cortex-A78",
          "0xd42", "Cortex-A78AE");

  private static final String ARM_IMPLEMENTER = "0x41";

  private final Path root;
  private final String architecture;
  private final int processors;

  /**
   * @param root of the file system
   * @param osArch as in the system property {@code os.arch}
   * @param processors available to this process
   */
  MachineDetection(Path root, String osArch, int processors) {
    this.root = root;
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
    long total = mainMemory();
    long limit = controlGroupLimit();
    boolean limited = limit > 0 && (total == 0 || limit < total);
    String memoryLimit = limited ? "control group" : total > 0 ? "main memory" : "unknown";
    return new Machine(
        deviceTreeModel(), cpu(), architecture, processors, limited ? limit : total, memoryLimit);
  }

  private String deviceTreeModel() {
    return read("proc/device-tree/model").replace("\0", "").strip();
  }

  private String cpu() {
    List<String> lines = read("proc/cpuinfo").lines().toList();
    String modelName = field(lines, "model name");
    if (!modelName.isEmpty()) {
      return modelName;
    }
    String part = field(lines, "CPU part");
    boolean arm = field(lines, "CPU implementer").equals(ARM_IMPLEMENTER);
    return arm && ARM_PARTS.containsKey(part) ? ARM_PARTS.get(part) : part.isEmpty() ? "unknown" : "part " + part;
  }

  private long mainMemory() {
    String kibibytes = field(read("proc/meminfo").lines().toList(), "MemTotal").replace("kB", "").strip();
    return kibibytes.matches("\\d{1,15}") ? Long.parseLong(kibibytes) * 1024 : 0;
  }

  /**
   * The smallest limit of the control groups this process is in, version 2 or 1; 0 when there is none. In a container
   * the group's path is often one of the host, which isn't below /sys/fs/cgroup: then the top folder has the limit.
   */
  private long controlGroupLimit() {
    long smallest = 0;
    for (String line : read("proc/self/cgroup").lines().toList()) {
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
    Path top = root.resolve(hierarchy).normalize();
    Path folder = top.resolve(group.replaceFirst("^/+", "")).normalize();
    long smallest = 0;
    while (folder.startsWith(top)) {
      String text = read(root.relativize(folder.resolve(file)).toString()).strip();
      if (text.matches("\\d{1,18}")) {
        smallest = smaller(smallest, Long.parseLong(text));
      }
      folder = folder.getParent();
    }
    return smallest;
  }

  private static long smaller(long a, long b) {
    return a == 0 ? b : b == 0 ? a : Math.min(a, b);
  }

  private static String field(List<String> lines, String name) {
    for (String line : lines) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  private String read(String below) {
    Path file = root.resolve(below);
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LARGEST_FILE), StandardCharsets.UTF_8);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "can''t read {0}: {1}", file, e);
      return "";
    }
  }
}
