package org.ptilmpq.profiles;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What holds the processor back at a moment, as far as the system tells; each kind of machine tells in its own way. */
public sealed interface Throttling {

  /** For people: "no", "throttled; earlier: under-voltage", "–" when unknown. */
  String text();

  /**
   * What came between two moments, for people: "no → throttled".
   *
   * @param after of the same machine, later
   */
  default String until(Throttling after) {
    return text() + " → " + after.text();
  }

  /** The system doesn't tell. */
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
   * What a Raspberry Pi's firmware says: bits 0 to 3 hold now, bits 16 to 19 have been since it was started.
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

    /** Only those between the two moments say something: "no" or "3 events". */
    @Override
    public String until(Throttling after) {
      return after instanceof Events later
          ? new Events(Math.max(0, later.count - count)).text()
          : Throttling.super.until(after);
    }
  }

  /** Which of the kernel's means of cooling hold the processor back: on Jetsons and other boards. */
  record Cooling(List<String> active) implements Throttling {

    public Cooling {
      active = List.copyOf(active);
    }

    @Override
    public String text() {
      return active.isEmpty() ? "no" : String.join(", ", active);
    }
  }

  /** The surest of what the system has: the firmware's word, the processor's counters, the kernel's means of cooling. */
  static Throttling read(SystemFiles files) {
    String firmware = files.text("sys/devices/platform/soc/soc:firmware/get_throttled").strip();
    if (firmware.matches("(0x)?[0-9a-fA-F]{1,8}")) {
      return new Firmware(Integer.parseUnsignedInt(firmware.replaceFirst("^0x", ""), 16));
    }
    OptionalLong events = events(files);
    if (events.isPresent()) {
      return new Events(events.getAsLong());
    }
    return cooling(files);
  }

  /** Each core counts for itself; all cores of a package show the package's count. */
  private static OptionalLong events(SystemFiles files) {
    List<String> cpus = files.entries("sys/devices/system/cpu", "cpu[0-9]*");
    List<Long> cores = counts(files, cpus, "core_throttle_count");
    List<Long> packages = counts(files, cpus, "package_throttle_count");
    if (cores.isEmpty() && packages.isEmpty()) {
      return OptionalLong.empty();
    }
    long most = packages.stream().mapToLong(Long::longValue).max().orElse(0);
    return OptionalLong.of(cores.stream().mapToLong(Long::longValue).sum() + most);
  }

  private static List<Long> counts(SystemFiles files, List<String> cpus, String name) {
    return cpus.stream().flatMapToLong(cpu -> files.number(cpu + "/thermal_throttle/" + name).stream()).boxed().toList();
  }

  /** Fans cool without slowing down. */
  private static Throttling cooling(SystemFiles files) {
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
    return isKnown ? new Cooling(active) : new Unknown();
  }
}
