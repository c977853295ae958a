package org.ptilmpq.profiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What holds the processor back at a moment, as far as the system says; each kind of machine says it differently. */
public sealed interface Throttling {

  /** Human-readable: "no", "throttled; earlier: under-voltage", "–" when unknown. */
  String text();

  /**
   * The change between two moments, human-readable: "no → throttled".
   *
   * @param after of the same machine, later
   */
  default String until(Throttling after) {
    return text() + " → " + after.text();
  }

  /** The system doesn't say. */
  record Unknown() implements Throttling {

    @Override
    public String text() {
      return "–";
    }

    @Override
    public String until(Throttling after) {
      return after instanceof Unknown ? text() : Throttling.super.until(after);
    }
  }

  /**
   * The bits of a Raspberry Pi's firmware: 0 to 3 hold now, 16 to 19 have held at some time since it was started.
   *
   * <p>Source: Raspberry Pi documentation, {@code vcgencmd get_throttled}.
   */
  record Firmware(int bits) implements Throttling {

    private static final List<String> NAMES =
        List.of("under-voltage", "frequency capped", "throttled", "soft temperature limit");

    private static final int EARLIER = 16;

    @Override
    public String text() {
      List<String> now = names(bits);
      List<String> earlier = names(bits >> EARLIER);
      String text = now.isEmpty() ? "no" : String.join(", ", now);
      return earlier.isEmpty() ? text : text + "; earlier: " + String.join(", ", earlier);
    }

    private static List<String> names(int bits) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < NAMES.size(); i++) {
        if ((bits >> i & 1) != 0) {
          names.add(NAMES.get(i));
        }
      }
      return names;
    }
  }

  /** How often the cores and packages of a PC were too hot since it was started (Intel's processors count). */
  record Events(long count) implements Throttling {

    @Override
    public String text() {
      return count == 0 ? "no" : count + (count == 1 ? " event" : " events");
    }

    /** Only the events between the two moments count: "no" or "3 events". */
    @Override
    public String until(Throttling after) {
      return after instanceof Events later
          ? new Events(Math.max(0, later.count - count)).text()
          : Throttling.super.until(after);
    }
  }

  /** The kernel's cooling devices that hold the processor back: on Jetsons and other boards. */
  record Cooling(List<String> active) implements Throttling {

    public Cooling {
      active = List.copyOf(active);
    }

    @Override
    public String text() {
      return active.isEmpty() ? "no" : String.join(", ", active);
    }
  }

  /** Reads from the kernel what holds the processor back. */
  record Source(SystemFiles files) {

    /**
     * Reads the most reliable source that the system has: the firmware, the processor's counters, or the kernel's
     * cooling devices.
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
        String type = SystemFiles.printable(files.text(device + "/type"));
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
}
