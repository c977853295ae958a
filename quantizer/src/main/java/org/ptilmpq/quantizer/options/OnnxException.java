package org.ptilmpq.quantizer.options;

import java.io.IOException;

/**
 * A model that is broken, or that requires what the quantizer doesn't support; the message names the node or tensor.
 */
public class OnnxException extends IOException {
  private static final long serialVersionUID = 1;

  public OnnxException(String message) {
    super(message);
  }

  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
