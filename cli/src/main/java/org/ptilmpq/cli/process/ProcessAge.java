package org.ptilmpq.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Measures how long ago this process began. {@link ProcessHandle} counts from the second in which the machine was
 * started, and may be a second off.
 */
public final class ProcessAge {

  /** Index in /proc/self/stat, after the name in parentheses: the start in ticks since the machine's own (field 22). */
  private static final int START = 19;

  /** Linux counts a hundred ticks per second for programs (USER_HZ), whatever the machine. */
  private static final int MILLIS_PER_TICK = 10;

  private ProcessAge() {}

  /** Returns the age in milliseconds, to a hundredth of a second; empty where there is no /proc. */
  public static OptionalLong millis() throws IOException {
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
