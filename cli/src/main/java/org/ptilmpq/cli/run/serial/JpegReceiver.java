package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.cli.run.serial.Answers.ErrorCode;
import org.ptilmpq.cli.run.serial.SerialServer.Receiver;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.cli.run.stream.JpegScanner;

/**
 * The raw link: JPEG after JPEG, as cameras send them. Pictures are counted from 1, modulo 65,536; one that breaks off
 * also counts, so that a device that waits for an answer gets one.
 */
final class JpegReceiver implements Receiver {

  private static final int NUMBERS = 65_536;

  private final JpegScanner scanner;
  private final Service service;
  private final SerialStatistics statistics;
  private int number;
  private long discarded;
  private byte last;
  private byte lastButOne;

  /**
   * @param longestPicture in bytes that is taken
   */
  JpegReceiver(int longestPicture, Service service, SerialStatistics statistics) {
    this.scanner = new JpegScanner(longestPicture);
    this.service = service;
    this.statistics = statistics;
  }

  @Override
  public void accept(byte[] bytes, int count) throws IOException {
    int used = 0;
    while (used < count) {
      used += scanner.feed(bytes, used, count - used);
      takePictures();
    }
    lastButOne = count > 1 ? bytes[count - 2] : last;
    last = bytes[count - 1];
    if (!scanner.isInside() && lastButOne == '?' && last == '\n') {
      service.statistics(number);
    }
    countDiscarded();
  }

  private void takePictures() throws IOException {
    for (JpegScanner.Event event = scanner.next(); event != JpegScanner.Event.MORE; event = scanner.next()) {
      number = (number + 1) % NUMBERS;
      if (event == JpegScanner.Event.PICTURE) {
        service.picture(number, scanner.buffer(), scanner.offset(), scanner.length());
      } else {
        statistics.count(Statistic.DAMAGED);
        service.refuse(number, ErrorCode.UNREADABLE_PICTURE, scanner.damage());
      }
    }
  }

  private void countDiscarded() {
    statistics.add(Statistic.DISCARDED_BYTES, scanner.discarded() - discarded);
    discarded = scanner.discarded();
  }

  @Override
  public boolean isInside() {
    return scanner.isInside();
  }

  @Override
  public void abandon() {
    if (scanner.abandon()) {
      statistics.count(Statistic.DAMAGED);
    }
    countDiscarded();
  }
}
