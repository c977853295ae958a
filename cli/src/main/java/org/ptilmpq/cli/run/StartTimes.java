package org.ptilmpq.cli.run;

import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;
import org.ptilmpq.cli.process.ProcessAge;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.runtime.ProcessMemory;

/**
 * The time from the start of the process to the first printed class, step by step, and the memory it took, for {@code
 * --time}.
 */
final class StartTimes {

  /** When {@link org.ptilmpq.cli.launch.Launcher} began, in milliseconds since 1970; absent without it. */
  private static final String LAUNCHED = "ptilmpq.launched";

  private final long program = System.currentTimeMillis();
  private long opened;
  private long decoded;
  private long classified;
  private long before = System.nanoTime();

  /** Records that the model is open. */
  void opened() {
    opened = lap();
  }

  /** Records that the first picture is decoded. */
  void decoded() {
    decoded = classified == 0 ? lap() : decoded;
  }

  /** Records that it is classified, and its classes are printed. */
  void classified() {
    classified = classified == 0 ? lap() : classified;
  }

  private long lap() {
    long now = System.nanoTime();
    long nanos = now - before;
    before = now;
    return nanos;
  }

  /**
   * Prints two lines on standard error.
   *
   * @param planned bytes of the session's memory plan
   */
  void print(long planned) throws IOException {
    long now = System.currentTimeMillis();
    long launched = Long.getLong(LAUNCHED, program);
    long age = ProcessAge.millis().orElse(now - launched);
    System.err.println(
        String.format(
            Locale.ROOT,
            "time       virtual machine %d ms, classes %d, opening %.0f, picture %.0f, inference %.0f; all %.0f",
            Math.max(0, age - (now - launched)),
            program - launched,
            opened * 1e-6,
            decoded * 1e-6,
            classified * 1e-6,
            age - (now - program) + (opened + decoded + classified) * 1e-6));
    OptionalLong peak = ProcessMemory.peak();
    System.err.println(
        String.format(
            Locale.ROOT,
            "memory     peak of the process %s, planned %s",
            peak.isPresent() ? ByteSize.format(peak.getAsLong()) : "unknown",
            ByteSize.format(planned)));
  }
}
