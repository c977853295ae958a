package org.ptilmpq.cli.run.serial;

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
