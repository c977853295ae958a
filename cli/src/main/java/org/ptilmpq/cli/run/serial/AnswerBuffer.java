package org.ptilmpq.cli.run.serial;

/** Where an answer is put together, one after the other in the same bytes. */
interface AnswerBuffer {

  /** Ends the answer and gives how many bytes there are in {@link #bytes}. */
  int end();

  /** Holds the answer after {@link #end}. */
  byte[] bytes();
}
