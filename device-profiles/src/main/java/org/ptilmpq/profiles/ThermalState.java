package org.ptilmpq.profiles;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * How hot the processor is at a moment, and whether something holds it back: the worth of a latency depends on it.
 *
 * @param celsius of the hottest part of the processor; empty where the system doesn't say, as in most virtual machines
 * @param throttling what holds the processor back
 */
public record ThermalState(OptionalDouble celsius, Throttling throttling) {

  /** Values outside of these come from sensors that aren't there. */
  private static final int COLDEST = -60_000;
  private static final int HOTTEST = 200_000;

  /** Reads what the machine says now. */
  public static ThermalState now() {
    return read(Path.of("/"));
  }

  /** @param root of the file system */
  static ThermalState read(Path root) {
    SystemFiles files = new SystemFiles(root);
    return new ThermalState(hottest(files), new Throttling.Source(files).read());
  }

  /**
   * The thermal zones of Linux, in thousandths of a degree: "cpu-thermal" of Raspberry Pis and of a Jetson Orin,
   * "CPU-therm" of a Jetson Nano, "x86_pkg_temp" of PCs. Other zones (a graphics processor's, a power supply's) count
   * only where a chip has a single one, "soc-thermal".
   */
  private static OptionalDouble hottest(SystemFiles files) {
    List<String> zones = files.entries("sys/class/thermal", "thermal_zone*");
    OptionalDouble processor = hottest(files, zones, "cpu|x86_pkg_temp");
    return processor.isPresent() ? processor : hottest(files, zones, "soc.thermal");
  }

  private static OptionalDouble hottest(SystemFiles files, List<String> zones, String type) {
    String form = ".*(" + type + ").*";
    return zones.stream()
        .filter(zone -> files.text(zone + "/type").strip().toLowerCase(Locale.ROOT).matches(form))
        .map(zone -> files.text(zone + "/temp").strip())
        .filter(text -> text.matches("-?\\d{1,7}"))
        .mapToInt(Integer::parseInt)
        .filter(millidegrees -> millidegrees > COLDEST && millidegrees < HOTTEST)
        .mapToDouble(millidegrees -> millidegrees / 1000.0)
        .max();
  }
}
