package org.ptilmpq.cli.run.output;

import java.io.IOException;

/** Thrown when the reader of standard output has gone, as {@code head} does: a reason to end, not an error. */
public final class OutputClosedException extends IOException {
  private static final long serialVersionUID = 1;

  OutputClosedException(IOException cause) {
    super("nobody reads standard output any more", cause);
  }
}
