package org.ptilmpq.format;

import java.io.IOException;

/** A file that is not a valid {@code .pq}: the message names the field and, where there is one, the offset. */
public class PqFormatException extends IOException {
  private static final long serialVersionUID = 1;

  public PqFormatException(String message) {
    super(message);
  }

  public PqFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
