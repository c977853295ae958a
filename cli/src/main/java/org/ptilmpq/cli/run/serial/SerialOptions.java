package org.ptilmpq.cli.run.serial;

import java.nio.file.Path;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.cli.Program.ByteSizeConverter;
import org.ptilmpq.cli.run.serial.SerialLink.Connector;
import org.ptilmpq.runtime.image.DecodeLimits;
import picocli.CommandLine.Option;

/** The options of {@code serve --serial}. */
public final class SerialOptions {

  private static final int MIN_BAUD = 300;
  private static final int MAX_BAUD = 4_000_000;
  private static final int MIN_PICTURE = 64;
  private static final int USUAL_PICTURE = 256 * 1024;
  private static final int MIN_TIMEOUT_MILLIS = 100;
  private static final int MAX_TIMEOUT_MILLIS = 3_600_000;

  /**
   * Of the memory for one picture, a quarter is for its encoded bytes; they lie in two buffers, that of the frame and
   * that of the picture put together from parts.
   */
  private static final int ENCODED_SHARE = 8;

  /** The form in which pictures come. */
  private enum Link {
    FRAMES,
    JPEG
  }

  /** The form in which results go. */
  private enum Results {
    LINE,
    FRAME
  }

  /** The means to hold a sender whose receiver is busy. */
  private enum Flow {
    NONE,
    RTSCTS
  }

  @Option(names = "--serial", required = true, paramLabel = "PORT", description = "The serial port: /dev/ttyAMA0.")
  private Path port;

  @Option(
      names = "--baud",
      paramLabel = "N",
      defaultValue = "115200",
      description = "Bits a second on the line (${DEFAULT-VALUE}), with 8 data bits, no parity, one stop bit.")
  private int baud;

  @Option(
      names = "--link",
      paramLabel = "frames|jpeg",
      defaultValue = "frames",
      description = "What comes: frames with a checksum (the default), or JPEG after JPEG.")
  private Link link;

  @Option(
      names = "--results",
      paramLabel = "line|frame",
      description = "How answers go: a line of ASCII (the default of jpeg), or a frame (the default of frames).")
  private Results results;

  @Option(
      names = "--flow",
      paramLabel = "none|rtscts",
      defaultValue = "none",
      description = "Flow control by wires (${DEFAULT-VALUE}).")
  private Flow flow;

  @Option(
      names = "--max-picture",
      paramLabel = "SIZE",
      converter = ByteSizeConverter.class,
      description = "Longest encoded picture that is taken, 256KiB without it.")
  private Long longestPicture;

  @Option(
      names = "--timeout",
      paramLabel = "MS",
      defaultValue = "2000",
      description = "After this many milliseconds of silence in it, a frame or picture is given up (${DEFAULT-VALUE}).")
  private int timeout;

  /**
   * Checks the options before the model is opened.
   *
   * @throws CommandException when a number is out of range
   */
  public void check() throws CommandException {
    inRange("--baud", baud, MIN_BAUD, MAX_BAUD);
    inRange("--timeout", timeout, MIN_TIMEOUT_MILLIS, MAX_TIMEOUT_MILLIS);
  }

  Connector connector() {
    return new SerialPortConnector(port, baud, flow == Flow.RTSCTS);
  }

  /** Returns the milliseconds of silence after which what has begun is given up. */
  int timeoutMillis() {
    return timeout;
  }

  /** Returns whether pictures come as JPEG after JPEG, and not in frames. */
  boolean isJpegLink() {
    return link == Link.JPEG;
  }

  /** Returns whether answers are lines of ASCII, and not frames. */
  boolean answersInLines() {
    return results == null ? isJpegLink() : results == Results.LINE;
  }

  /**
   * Returns the bytes of the longest encoded picture that is taken.
   *
   * @param pictureBytes memory for one picture
   * @throws CommandException when more is wanted than there is room for
   */
  int longestPicture(long pictureBytes) throws CommandException {
    long room = Math.min(DecodeLimits.DEFAULT.maxFileBytes(), pictureBytes / ENCODED_SHARE);
    if (longestPicture == null) {
      return (int) Math.min(USUAL_PICTURE, room);
    }
    if (longestPicture < MIN_PICTURE) {
      throw CommandException.wrongUse("--max-picture must be at least " + MIN_PICTURE + " bytes");
    }
    if (longestPicture > room) {
      throw new CommandException(
          ExitCode.OVER_MEMORY_CAP,
          "--max-picture is " + longestPicture + " bytes; the memory plan has room for " + room
              + "; raise --memory or the Java heap, or send smaller pictures");
    }
    return longestPicture.intValue();
  }

  static void inRange(String option, int value, int least, int most) throws CommandException {
    if (value < least || value > most) {
      throw CommandException.wrongUse(option + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
