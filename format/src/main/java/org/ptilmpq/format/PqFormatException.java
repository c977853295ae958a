package org.ptilmpq.format;

/** A file that is not a valid {@code .pq}: the message names the field and, where there is one, the offset. */
public class PqFormatException extends PtilmpqException {
  private static final long serialVersionUID = 1;

  public PqFormatException(String message) {
    super(message);
  }

  public PqFormatException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A fault of a field whose place in the file is known. */
  static PqFormatException at(String field, long offset, String fault) {
    return new PqFormatException(field + " at byte " + offset + ": " + fault);
  }
}
