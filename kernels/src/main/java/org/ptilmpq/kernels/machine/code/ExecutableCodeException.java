package org.ptilmpq.kernels.machine.code;

/** The system doesn't let this process have code of its own; the message says what it refused and why. */
public final class ExecutableCodeException extends RuntimeException {

  ExecutableCodeException(String message) {
    super(message);
  }
}
