package org.ptilmpq.cli.run.serial;

/** What is counted, in the order in which it is told. Numbers are told modulo 2³². */
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
  GREATEST_MICROSECONDS("greatest");

  private static final Statistic[] ALL = values();

  private final String label;

  Statistic(String label) {
    this.label = label;
  }

  /** In ASCII and without digits, so that a reader of numbers passes over it. */
  String label() {
    return label;
  }

  static int count() {
    return ALL.length;
  }

  /** Without the copy that {@link #values} makes. */
  static Statistic at(int index) {
    return ALL[index];
  }
}
