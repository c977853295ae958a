package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.ptilmpq.cli.Json;
import org.ptilmpq.cli.Program.Version;
import org.ptilmpq.cli.run.BenchmarkReport.Latency;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.profiles.ClockSpeed;
import org.ptilmpq.profiles.Machine;
import org.ptilmpq.profiles.MachineDetection;
import org.ptilmpq.profiles.ThermalState;
import org.ptilmpq.runtime.ProcessMemory;

/**
 * A row of the table of boards in docs/devices.md: what was measured, on what, and whether the board was kept from
 * running at its speed.
 *
 * @param machine the machine it ran on
 * @param profile the profile it ran with, or empty
 * @param clock the clock right after the runs
 * @param model name of the file, without the folders it is in
 * @param peakBytes most main memory of the process
 * @param before state before the first run
 * @param after state after the last run
 * @param version of this program
 */
record BoardRow(
    Machine machine,
    Optional<String> profile,
    ClockSpeed clock,
    String model,
    int threads,
    Latency latency,
    OptionalLong peakBytes,
    ThermalState before,
    ThermalState after,
    LocalDate date,
    String java,
    String version) {

  private static final String UNKNOWN = "–";

  private static final List<String> COLUMNS =
      List.of(
          "board", "profile", "processor", "MHz, now / most", "memory", "Java", "model", "threads", "median ms",
          "p90 ms", "peak memory", "°C", "throttled", "date", "version");

  /** Returns the row of this machine and process, now. */
  static BoardRow of(
      Path model,
      Optional<String> profile,
      int threads,
      Latency latency,
      ThermalState before,
      ThermalState after,
      ClockSpeed clock)
      throws IOException {
    return new BoardRow(
        MachineDetection.detect(),
        profile,
        clock,
        model.getFileName().toString(),
        threads,
        latency,
        ProcessMemory.peak(),
        before,
        after,
        LocalDate.now(),
        System.getProperty("java.runtime.version"),
        Version.number());
  }

  /** Returns header and row in Markdown, each line ended. */
  @Override
  public String toString() {
    List<String> rule = COLUMNS.stream().map(column -> "---").toList();
    return line(COLUMNS) + line(rule) + line(cells());
  }

  private List<String> cells() {
    return List.of(
        board(),
        profile.orElse("none"),
        machine.processors() + " × " + machine.cpu(),
        number(clock.current()) + " / " + number(clock.most()),
        machine.memoryBytes() == 0 ? UNKNOWN : ByteSize.format(machine.memoryBytes()),
        java,
        model,
        Integer.toString(threads),
        millis(latency.median()),
        millis(latency.p90()),
        peakBytes.isPresent() ? ByteSize.format(peakBytes.getAsLong()) : UNKNOWN,
        temperatures(),
        before.throttling().until(after.throttling()),
        date.toString(),
        version);
  }

  private String board() {
    return machine.model().isEmpty() ? "unnamed " + machine.architecture() : machine.model();
  }

  private String temperatures() {
    boolean isUnknown = before.celsius().isEmpty() && after.celsius().isEmpty();
    return isUnknown ? UNKNOWN : degrees(before.celsius()) + " → " + degrees(after.celsius());
  }

  private static String degrees(OptionalDouble celsius) {
    return celsius.isPresent() ? String.format(Locale.ROOT, "%.1f", celsius.getAsDouble()) : UNKNOWN;
  }

  private static String number(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : UNKNOWN;
  }

  private static String millis(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A bar within a cell would end it. */
  private static String line(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("\\", "\\\\").replace("|", "\\|").replaceAll("\\s+", " "))
        .collect(Collectors.joining(" | ", "| ", " |" + System.lineSeparator()));
  }

  /** Returns the row as JSON fields; what the system doesn't tell is null. */
  Json json() {
    return new Json()
        .put("board", board())
        .put("profile", profile.orElse(null))
        .put("cpu", machine.cpu())
        .put("processors", machine.processors())
        .put("clock_mhz", clock.current())
        .put("clock_most_mhz", clock.most())
        .put("memory_bytes", machine.memoryBytes())
        .put("java", java)
        .put("model", model)
        .put("threads", threads)
        .put("median_ms", latency.median())
        .put("p90_ms", latency.p90())
        .put("peak_rss_bytes", peakBytes)
        .put("celsius_before", before.celsius())
        .put("celsius_after", after.celsius())
        .put("throttled", before.throttling().until(after.throttling()))
        .put("date", date.toString())
        .put("version", version)
        .put("row", line(cells()).strip());
  }
}
