package org.ptilmpq.runtime.image;

import org.ptilmpq.format.PtilmpqException;

/** A picture that can't be read: not a known format, damaged, cut off, or larger than the limits allow. */
public class PictureException extends PtilmpqException {
  private static final long serialVersionUID = 1;

  public PictureException(String message) {
    super(message);
  }

  public PictureException(String message, Throwable cause) {
    super(message, cause);
  }
}
