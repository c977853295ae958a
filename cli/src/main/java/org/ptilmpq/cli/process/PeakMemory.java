package org.ptilmpq.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The most main memory this process ever had. */
public final class PeakMemory {

  private PeakMemory() {}

  /**
   * Bytes of the resident set's high-water mark (VmHWM of proc(5)), mapped files included; empty where there is no
   * /proc.
   */
  public static OptionalLong bytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return OptionalLong.empty();
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return OptionalLong.of(Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024);
      }
    }
    return OptionalLong.empty();
  }
}
