package org.ptilmpq.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import org.ptilmpq.cli.run.stream.PictureLoop;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.runtime.ProcessMemory;

/**
 * The time from the start of the process to the first printed class, step by step, and the memory it took, for {@code
 * --time}.
 */
final class StartTimes {

  /** When {@link org.ptilmpq.cli.launch.Launcher} began, in milliseconds since 1970; absent without it. */
  private static final String LAUNCHED = "ptilmpq.launched";

  /** Index in /proc/self/stat, after the name in parentheses: the start in ticks since the machine's own (field 22). */
  private static final int START = 19;

  /** Linux counts a hundred ticks per second for programs (USER_HZ), whatever the machine. */
  private static final int MILLIS_PER_TICK = 10;

  private final long program = System.currentTimeMillis();
  private final long start = System.nanoTime();
  private long opened;

  /** Records that the model is open. */
  void opened() {
    opened = System.nanoTime();
  }

  /**
   * Prints two lines on standard error.
   *
   * @param loop that has classified the pictures
   * @param planned bytes of the session's memory plan
   */
  void print(PictureLoop loop, long planned) throws IOException {
    long decoded = loop.firstPrinted() == 0 ? opened : loop.firstDecoded();
    long printed = loop.firstPrinted() == 0 ? opened : loop.firstPrinted();
    long now = System.currentTimeMillis();
    long launched = Long.getLong(LAUNCHED, program);
    long age = processAge().orElse(now - launched);
    System.err.println(
        String.format(
            Locale.ROOT,
            "time       virtual machine %d ms, classes %d, opening %.0f, picture %.0f, inference %.0f; all %.0f",
            Math.max(0, age - (now - launched)),
            program - launched,
            (opened - start) * 1e-6,
            (decoded - opened) * 1e-6,
            (printed - decoded) * 1e-6,
            age - (now - program) + (printed - start) * 1e-6));
    OptionalLong peak = ProcessMemory.peak();
    System.err.println(
        String.format(
            Locale.ROOT,
            "memory     peak of the process %s, planned %s",
            peak.isPresent() ? ByteSize.format(peak.getAsLong()) : "unknown",
            ByteSize.format(planned)));
  }

  /**
   * Returns how many milliseconds ago this process began, to a hundredth of a second; empty where there is no /proc.
   * {@link ProcessHandle} counts from the second in which the machine was started, and may be a second off.
   */
  private static OptionalLong processAge() throws IOException {
    Path stat = Path.of("/proc/self/stat");
    Path uptime = Path.of("/proc/uptime");
    if (!Files.isReadable(stat) || !Files.isReadable(uptime)) {
      return OptionalLong.empty();
    }
    String fields = Files.readString(stat);
    long start = Long.parseLong(fields.substring(fields.lastIndexOf(')') + 2).split(" ")[START]) * MILLIS_PER_TICK;
    long now = Math.round(Double.parseDouble(Files.readString(uptime).split(" ")[0]) * 1000);
    return OptionalLong.of(now - start);
  }
}
