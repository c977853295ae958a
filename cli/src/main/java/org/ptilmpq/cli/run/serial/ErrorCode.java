package org.ptilmpq.cli.run.serial;

/** Why a request has no result. Numbers are never given a new meaning. */
enum ErrorCode {
  TOO_LONG(1),
  UNREADABLE_PICTURE(2),
  UNKNOWN_TYPE(3),
  MALFORMED(4);

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
