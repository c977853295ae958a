package org.ptilmpq.runtime;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** The main memory of this process, as Linux counts it (proc(5)): mapped files included. */
public final class ProcessMemory {

  private static final String STATUS = "/proc/self/status";

  /** More than that file ever has. */
  private static final int STATUS_BYTES = 16 * 1024;

  private static final int KIBIBYTE = 1024;

  private ProcessMemory() {}

  /** Bytes that are resident now; empty where there is no /proc. */
  public static OptionalLong resident() {
    return entry("VmRSS:");
  }

  /** The most bytes that ever were resident at one time; empty where there is no /proc. */
  public static OptionalLong peak() {
    return entry("VmHWM:");
  }

  private static OptionalLong entry(String name) {
    String status;
    try (FileInputStream in = new FileInputStream(STATUS)) {
      status = new String(in.readNBytes(STATUS_BYTES), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // Another system, or a container without it: nothing is known, and that is the answer.
      return OptionalLong.empty();
    }
    int at = status.indexOf(name);
    long number = 0;
    boolean found = false;
    for (int i = at + name.length(); at >= 0 && i < status.length() && status.charAt(i) != '\n'; i++) {
      char c = status.charAt(i);
      if (c >= '0' && c <= '9') {
        number = 10 * number + c - '0';
        found = true;
      }
    }
    return found ? OptionalLong.of(number * KIBIBYTE) : OptionalLong.empty();
  }
}
