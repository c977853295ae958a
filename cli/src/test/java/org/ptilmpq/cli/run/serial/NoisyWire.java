package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import java.nio.file.Path;
import org.ptilmpq.testkit.PtyPair;

/** A cable between two programs that each open a serial port: two pty pairs, and noise in both directions. */
final class NoisyWire implements AutoCloseable {

  private static final int WAIT_MILLIS = 2;
  private static final long END_MILLIS = 30_000;

  private final PtyPair hostEnd = new PtyPair();
  private final PtyPair deviceEnd = new PtyPair();
  private final Noise noise;
  private final Thread thread = new Thread(this::carry, "noisy-wire");
  private final byte[] chunk = new byte[1024];
  private final byte[] damaged = new byte[2 * 1024];
  private int length;
  private volatile boolean ended;
  private volatile IOException failure;

  NoisyWire(Noise noise) throws IOException {
    this.noise = noise;
    thread.start();
  }

  Path hostPort() {
    return hostEnd.device();
  }

  Path devicePort() {
    return deviceEnd.device();
  }

  private void carry() {
    try {
      while (!ended) {
        carry(hostEnd, deviceEnd);
        carry(deviceEnd, hostEnd);
      }
    } catch (IOException e) {
      failure = e;
    }
  }

  private void carry(PtyPair from, PtyPair to) throws IOException {
    int count = from.read(chunk, WAIT_MILLIS);
    length = 0;
    for (int i = 0; i < count; i++) {
      noise.pass(chunk[i], value -> damaged[length++] = value);
    }
    to.write(damaged, 0, length);
  }

  @Override
  public void close() throws IOException {
    ended = true;
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    hostEnd.close();
    deviceEnd.close();
    if (failure != null) {
      throw failure;
    }
  }
}
