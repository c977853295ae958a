package org.ptilmpq.profiles;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Clocks of the processor in MHz, as the kernel's frequency scaling says; empty where it doesn't, as in virtual
 * machines.
 *
 * @param current of the fastest core at a moment
 * @param most that any core may have
 */
public record ClockSpeed(OptionalLong current, OptionalLong most) {

  /** Reads what the machine says now. */
  public static ClockSpeed now() {
    return read(Path.of("/"));
  }

  /** @param root of the file system */
  static ClockSpeed read(Path root) {
    SystemFiles files = new SystemFiles(root);
    return new ClockSpeed(fastest(files, "scaling_cur_freq"), fastest(files, "cpuinfo_max_freq"));
  }

  /** The kernel's files are in kHz. */
  private static OptionalLong fastest(SystemFiles files, String name) {
    return files.entries("sys/devices/system/cpu", "cpu[0-9]*").stream()
        .flatMapToLong(cpu -> files.number(cpu + "/cpufreq/" + name).stream())
        .map(kilohertz -> (kilohertz + 500) / 1000)
        .max();
  }
}
