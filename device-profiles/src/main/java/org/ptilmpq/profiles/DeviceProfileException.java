package org.ptilmpq.profiles;

import java.io.IOException;

/** A device profile that doesn't exist or can't be read: the message names the file and the key. */
public class DeviceProfileException extends IOException {
  private static final long serialVersionUID = 1;

  public DeviceProfileException(String message) {
    super(message);
  }

  public DeviceProfileException(String message, Throwable cause) {
    super(message, cause);
  }
}
