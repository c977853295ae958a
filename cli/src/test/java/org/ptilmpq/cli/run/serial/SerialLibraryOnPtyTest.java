package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import com.fazecast.jSerialComm.SerialPort;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ptilmpq.testkit.PtyPair;
import org.ptilmpq.testkit.Seeds;

/**
 * jSerialComm's native library loads on this architecture and carries every byte in both directions. Also runs on
 * emulated boards (.ci/boards), whose library is another one.
 */
@Timeout(120)
class SerialLibraryOnPtyTest {

  private static final int BAUD = 921_600;
  private static final int LENGTH = 3000;

  private PtyPair pty;
  private SerialPort port;

  @BeforeEach
  void open() throws Exception {
    pty = new PtyPair();
    port = SerialPort.getCommPort(pty.device().toString());
    port.setComPortParameters(BAUD, 8, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
    port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING | SerialPort.TIMEOUT_WRITE_BLOCKING, 0, 0);
    assertThat(port.openPort())
        .as("error %d at line %d", port.getLastErrorCode(), port.getLastErrorLocation())
        .isTrue();
  }

  @AfterEach
  void close() throws Exception {
    port.closePort();
    pty.close();
  }

  @Test
  void everyByteArrives() throws Exception {
    byte[] sent = bytes("everyByteArrives", 11);
    pty.write(sent, 0, sent.length);
    byte[] received = new byte[sent.length];
    int count = 0;
    while (count < received.length) {
      int more = port.readBytes(received, received.length - count, count);
      assertThat(more).as("bytes read after %d", count).isPositive();
      count += more;
    }
    assertThat(received).isEqualTo(sent);
  }

  @Test
  void everyByteIsSent() throws Exception {
    byte[] sent = bytes("everyByteIsSent", 12);
    assertThat(port.writeBytes(sent, sent.length)).isEqualTo(sent.length);
    byte[] received = new byte[0];
    byte[] chunk = new byte[LENGTH];
    while (received.length < sent.length) {
      int more = pty.read(chunk, 60_000);
      assertThat(more).as("bytes read after %d", received.length).isPositive();
      byte[] longer = Arrays.copyOf(received, received.length + more);
      System.arraycopy(chunk, 0, longer, received.length, more);
      received = longer;
    }
    assertThat(received).isEqualTo(sent);
  }

  /** Returns all 256 values in order, some of which a terminal would change or act upon, then random ones. */
  private static byte[] bytes(String test, long seed) {
    RandomGenerator random = Seeds.random(test, seed);
    byte[] bytes = new byte[LENGTH];
    random.nextBytes(bytes);
    for (int i = 0; i < 256; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}
