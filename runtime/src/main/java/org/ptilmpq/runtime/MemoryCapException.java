package org.ptilmpq.runtime;

import org.ptilmpq.format.PtilmpqException;

/** A model does not fit the memory cap: the message says what is needed, what dominates, and what would make it fit. */
public class MemoryCapException extends PtilmpqException {
  private static final long serialVersionUID = 1;

  private final long neededBytes;
  private final long capBytes;

  public MemoryCapException(String message, long neededBytes, long capBytes) {
    super(message);
    this.neededBytes = neededBytes;
    this.capBytes = capBytes;
  }

  /** Bytes that the session would need. */
  public long neededBytes() {
    return neededBytes;
  }

  /** Bytes that it was given. */
  public long capBytes() {
    return capBytes;
  }
}
