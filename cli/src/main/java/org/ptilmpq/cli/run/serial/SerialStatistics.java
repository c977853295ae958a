package org.ptilmpq.cli.run.serial;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/** Counts of one run of the server: written by its thread, read by any. */
final class SerialStatistics {

  /** The counts, in the order in which they are sent. Numbers are sent modulo 2³². */
  enum Statistic {
    UPTIME("up"),
    PICTURES("pictures"),
    RESULTS("results"),
    ERRORS("errors"),
    REPEATED("repeated"),
    DAMAGED("damaged"),
    RECEIVED_BYTES("in"),
    DISCARDED_BYTES("discarded"),
    SENT_BYTES("out"),
    UNSENT("unsent"),
    RECONNECTIONS("reconnected"),
    LAST_MICROSECONDS("last"),
    MAX_MICROSECONDS("greatest");

    private static final Statistic[] ALL = values();

    private final String label;

    Statistic(String label) {
      this.label = label;
    }

    /** Returns a label in ASCII and without digits, so that a reader of numbers skips it. */
    String label() {
      return label;
    }

    static int count() {
      return ALL.length;
    }

    /** Returns a statistic without the copy that {@link #values} makes. */
    static Statistic at(int index) {
      return ALL[index];
    }
  }

  private final AtomicLongArray values = new AtomicLongArray(Statistic.count());
  private final long start = System.nanoTime();

  void count(Statistic statistic) {
    add(statistic, 1);
  }

  void add(Statistic statistic, long amount) {
    values.addAndGet(statistic.ordinal(), amount);
  }

  /** Records how long a picture took from its last byte to its answer. */
  void latency(long nanos) {
    long micros = TimeUnit.NANOSECONDS.toMicros(nanos);
    values.set(Statistic.LAST_MICROSECONDS.ordinal(), micros);
    int greatest = Statistic.MAX_MICROSECONDS.ordinal();
    values.set(greatest, Math.max(micros, values.get(greatest)));
  }

  /** Returns the count, or the uptime in seconds. */
  long value(Statistic statistic) {
    return statistic == Statistic.UPTIME
        ? TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start)
        : values.get(statistic.ordinal());
  }

  /** Returns all of it in words. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Statistic.count(); i++) {
      text.append(i == 0 ? "" : ", ").append(Statistic.at(i).label()).append(' ').append(value(Statistic.at(i)));
    }
    return text.toString();
  }
}
