package org.ptilmpq.cli.run.serial;

import java.io.IOException;

/** Makes pictures and requests from the bytes that come, and passes them to a {@link Service}. */
interface Receiver {

  /**
   * Takes bytes from the line.
   *
   * @throws IOException when the line is gone before something could be answered
   */
  void accept(byte[] bytes, int count) throws IOException;

  /** Returns whether something has begun, so that silence means that its sender stopped in the middle. */
  boolean isInside();

  /** Gives up what has begun: the sender fell silent, or the line is a new one. */
  void abandon();
}
