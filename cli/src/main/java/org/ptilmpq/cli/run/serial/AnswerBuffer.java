package org.ptilmpq.cli.run.serial;

/** A buffer in which answers are put together, one after the other in the same bytes. */
interface AnswerBuffer {

  /** Ends the answer and returns how many bytes there are in {@link #bytes}. */
  int end();

  /** Returns the bytes that hold the answer after {@link #end}. */
  byte[] bytes();
}
