package org.ptilmpq.profiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Reads from the kernel what holds the processor back. */
record ThrottlingSource(SystemFiles files) {

  /**
   * Reads the most reliable source that the system has: the firmware, the processor's counters, or the kernel's cooling
   * devices.
   */
  Throttling read() {
    String firmware = files.text("sys/devices/platform/soc/soc:firmware/get_throttled").strip();
    if (firmware.matches("(0x)?[0-9a-fA-F]{1,8}")) {
      return new Throttling.Firmware(Integer.parseUnsignedInt(firmware.replaceFirst("^0x", ""), 16));
    }
    OptionalLong events = events();
    if (events.isPresent()) {
      return new Throttling.Events(events.getAsLong());
    }
    return cooling();
  }

  /** Each core counts for itself; all cores of a package show the package's count. */
  private OptionalLong events() {
    List<String> cpus = files.entries("sys/devices/system/cpu", "cpu[0-9]*");
    List<Long> cores = counts(cpus, "core_throttle_count");
    List<Long> packages = counts(cpus, "package_throttle_count");
    if (cores.isEmpty() && packages.isEmpty()) {
      return OptionalLong.empty();
    }
    long most = packages.stream().mapToLong(Long::longValue).max().orElse(0);
    return OptionalLong.of(cores.stream().mapToLong(Long::longValue).sum() + most);
  }

  private List<Long> counts(List<String> cpus, String name) {
    return cpus.stream()
        .flatMapToLong(cpu -> files.number(cpu + "/thermal_throttle/" + name).stream())
        .boxed()
        .toList();
  }

  /** Skips fans, which cool without slowing down. */
  private Throttling cooling() {
    List<String> active = new ArrayList<>();
    boolean isKnown = false;
    for (String device : files.entries("sys/class/thermal", "cooling_device*")) {
      String type = Printable.line(files.text(device + "/type"));
      OptionalLong state = files.number(device + "/cur_state");
      String lower = type.toLowerCase(Locale.ROOT);
      boolean slows = (lower.contains("cpu") || lower.contains("processor")) && !lower.contains("fan");
      if (slows && state.isPresent()) {
        isKnown = true;
        if (state.getAsLong() > 0 && !active.contains(type)) {
          active.add(type);
        }
      }
    }
    return isKnown ? new Throttling.Cooling(active) : new Throttling.Unknown();
  }
}
