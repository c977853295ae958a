package org.ptilmpq.cli.run.serial;

import com.fazecast.jSerialComm.SerialPort;
import com.fazecast.jSerialComm.SerialPortInvalidPortException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.run.serial.SerialLink.Connector;

/** Opens serial ports by jSerialComm: 8 data bits, no parity, one stop bit. */
final class SerialPortConnector implements Connector {

  /** jSerialComm rounds waiting times down to tenths of a second. */
  private static final int READ_MILLIS = 100;

  private static final int DATA_BITS = 8;

  /** The system's error numbers (errno.h), the same on Linux and macOS. */
  private static final int ENOENT = 2;

  private static final int ENXIO = 6;
  private static final int EACCES = 13;
  private static final int EBUSY = 16;
  private static final int ENOTTY = 25;

  /** The error for a port that another program has locked: 11 on Linux, 35 on macOS. */
  private static final int EAGAIN = System.getProperty("os.name").startsWith("Mac") ? 35 : 11;

  private final Path port;
  private final int baud;
  private final boolean hardwareFlowControl;

  /**
   * @param port the device, or a link to it
   * @param baud bits per second on the line
   * @param hardwareFlowControl whether RTS and CTS are wired and hold the sender
   */
  SerialPortConnector(Path port, int baud, boolean hardwareFlowControl) {
    this.port = port;
    this.baud = baud;
    this.hardwareFlowControl = hardwareFlowControl;
  }

  @Override
  public String name() {
    return port + " at " + baud + " baud";
  }

  /** jSerialComm closes its ports in a shutdown hook of its own, and runs others before when it is given them. */
  @Override
  public void atEnd(Runnable action) {
    SerialPort.addShutdownHook(new Thread(action, "ptilmpq-end"));
  }

  @Override
  public SerialLink connect() throws CommandException {
    if (!Files.exists(port)) {
      throw missing();
    }
    if (!Files.isReadable(port) || !Files.isWritable(port)) {
      throw noPermission();
    }
    SerialLibrary.load();
    SerialPort opened = find();
    opened.setComPortParameters(baud, DATA_BITS, SerialPort.ONE_STOP_BIT, SerialPort.NO_PARITY);
    opened.setFlowControl(
        hardwareFlowControl
            ? SerialPort.FLOW_CONTROL_RTS_ENABLED | SerialPort.FLOW_CONTROL_CTS_ENABLED
            : SerialPort.FLOW_CONTROL_DISABLED);
    opened.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, READ_MILLIS, 0);
    if (!opened.openPort()) {
      throw refused(opened.getLastErrorCode());
    }
    return new Link(opened);
  }

  private SerialPort find() throws CommandException {
    try {
      return SerialPort.getCommPort(port.toString());
    } catch (SerialPortInvalidPortException e) {
      // It was there a moment ago, and was pulled out again.
      throw missing();
    }
  }

  private CommandException refused(int error) {
    return switch (error) {
      case ENOENT, ENXIO -> missing();
      case EACCES -> noPermission();
      case ENOTTY -> CommandException.wrongUse(port + " is not a serial port");
      default ->
          error == EBUSY || error == EAGAIN
              ? new CommandException(
                  ExitCode.FAILED, port + " is used by another program; fuser " + port + " says by which")
              : new CommandException(
                  ExitCode.FAILED,
                  port + " can't be opened at " + baud + " baud: the system's error " + error
                      + "; try a rate that its driver has, 115200 for one");
    };
  }

  private CommandException missing() {
    return CommandException.wrongUse(
        port + ": no such serial port; ls /dev/serial/by-id /dev/ttyAMA* /dev/ttyUSB* /dev/ttyACM*");
  }

  private CommandException noPermission() {
    return new CommandException(
        ExitCode.FAILED,
        port + ": no permission to read and write; add the user to the port's group, mostly dialout: sudo usermod -aG"
            + " dialout USER, then log in again");
  }

  private static final class Link implements SerialLink {

    private final SerialPort opened;

    private Link(SerialPort opened) {
      this.opened = opened;
    }

    @Override
    public int read(byte[] into) throws IOException {
      int count = opened.readBytes(into, into.length);
      if (count < 0) {
        throw new IOException("unplugged");
      }
      return count;
    }

    @Override
    public int pending() {
      return opened.bytesAwaitingWrite();
    }

    @Override
    public void write(byte[] bytes, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int count = opened.writeBytes(bytes, length - done, done);
        if (count < 0) {
          throw new IOException("unplugged");
        }
        done += count;
      }
    }

    @Override
    public void close() {
      opened.closePort();
    }
  }
}
