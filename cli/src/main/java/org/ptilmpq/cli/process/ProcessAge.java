package org.ptilmpq.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How long ago this process began. {@link ProcessHandle} counts from the second in which the machine was started, and
 * may be wrong by one.
 */
public final class ProcessAge {

  /** Of /proc/self/stat, behind the name in parentheses: the start in ticks since the machine's own (field 22). */
  private static final int START = 19;

  /** Linux counts a hundred ticks a second for programs (USER_HZ), whatever the machine. */
  private static final int MILLIS_PER_TICK = 10;

  private ProcessAge() {}

  /** Milliseconds, to a hundredth of a second; empty where there is no /proc. */
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
