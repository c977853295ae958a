package org.ptilmpq.format;

import java.io.IOException;

/**
 * Says that something from outside, a model, a picture or a memory cap, can't be used. The message is a sentence for
 * users that needs no stack trace; the subclass says what it is about. Failures of files and streams themselves are
 * plain {@link IOException}s.
 */
public abstract class PtilmpqException extends IOException {
  private static final long serialVersionUID = 1;

  protected PtilmpqException(String message) {
    super(message);
  }

  protected PtilmpqException(String message, Throwable cause) {
    super(message, cause);
  }
}
