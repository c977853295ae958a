package org.ptilmpq.quantizer.options;

/** A model, a set of pictures or a budget that the quantizer can't work with; the message says what, and what to do. */
public class QuantizationException extends Exception {
  private static final long serialVersionUID = 1;

  public QuantizationException(String message) {
    super(message);
  }

  public QuantizationException(String message, Throwable cause) {
    super(message, cause);
  }
}
