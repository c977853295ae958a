package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.cli.run.serial.Answers.ErrorCode;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.cli.run.serial.SerialServer.Receiver;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;

/** The framed link: pictures, parts of pictures and requests, each in a frame with a checksum. */
final class FrameReceiver implements Receiver {

  /** Total and offset of a part. */
  private static final int PART_HEAD_BYTES = 8;

  private static final int HELLO_BYTES = 1;

  private final FrameDecoder frame;
  private final PictureAssembly assembly;
  private final Service service;
  private final SerialStatistics statistics;
  private final String tooLong;

  private boolean answeredPicture;
  private int answeredChecksum;

  /**
   * @param longestPicture in bytes that is taken; two buffers of this size are allocated
   */
  FrameReceiver(int longestPicture, Service service, SerialStatistics statistics) {
    this.frame = new FrameDecoder(longestPicture + PART_HEAD_BYTES);
    this.assembly = new PictureAssembly(longestPicture);
    this.service = service;
    this.statistics = statistics;
    this.tooLong = "more than the " + longestPicture + " bytes allowed";
  }

  @Override
  public void accept(byte[] bytes, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      switch (frame.accept(bytes[i])) {
        case NONE -> {}
        case FRAME -> answer();
        case TOO_LONG -> {
          statistics.add(Statistic.DISCARDED_BYTES, frame.encodedBytes());
          refuse(ErrorCode.TOO_LONG, tooLong);
        }
        case DAMAGED -> countDamage();
      }
    }
  }

  private void answer() throws IOException {
    switch (frame.type()) {
      case MessageType.HELLO -> hello();
      case MessageType.PICTURE -> picture();
      case MessageType.PART -> part();
      case MessageType.STATISTICS -> service.statistics(frame.sequence());
      default -> refuse(ErrorCode.UNKNOWN_TYPE, "no such type of message");
    }
  }

  private void hello() throws IOException {
    if (frame.payloadLength() < HELLO_BYTES) {
      refuse(ErrorCode.MALFORMED, "HELLO without a version");
      return;
    }
    forget();
    service.hello(frame.sequence());
  }

  private void picture() throws IOException {
    if (answeredPicture && frame.checksum() == answeredChecksum) {
      service.repeat();
      return;
    }
    if (frame.payloadLength() > assembly.picture().length) {
      refuse(ErrorCode.TOO_LONG, tooLong);
      return;
    }
    forget();
    answeredPicture = true;
    answeredChecksum = frame.checksum();
    service.picture(frame.sequence(), frame.buffer(), FrameDecoder.HEAD_BYTES, frame.payloadLength());
  }

  private void part() throws IOException {
    int length = frame.payloadLength() - PART_HEAD_BYTES;
    if (length < 0) {
      refuse(ErrorCode.MALFORMED, "PART without total and offset");
      return;
    }
    int from = FrameDecoder.HEAD_BYTES + PART_HEAD_BYTES;
    long total = frame.unsigned32(0);
    long offset = frame.unsigned32(Integer.BYTES);
    switch (assembly.accept(frame.sequence(), total, offset, frame.buffer(), from, length, frame.checksum())) {
      case GO_ON -> service.acknowledge(frame.sequence(), assembly.wanted());
      case COMPLETE -> {
        answeredPicture = false;
        service.picture(frame.sequence(), assembly.picture(), 0, assembly.length());
      }
      case COMPLETED_BEFORE -> service.repeat();
      case MALFORMED -> refuse(ErrorCode.MALFORMED, "PART beyond its picture's end, or empty");
      case TOO_LONG -> refuse(ErrorCode.TOO_LONG, tooLong);
    }
  }

  /** Answers with an error, which takes the place of the answer that could be repeated. */
  private void refuse(ErrorCode code, String text) throws IOException {
    forget();
    service.refuse(frame.sequence(), code, text);
  }

  private void forget() {
    answeredPicture = false;
    assembly.forget();
  }

  @Override
  public boolean isInside() {
    return frame.isInside();
  }

  @Override
  public void abandon() {
    if (frame.isInside()) {
      countDamage();
      frame.restart();
    }
  }

  private void countDamage() {
    statistics.count(Statistic.DAMAGED);
    statistics.add(Statistic.DISCARDED_BYTES, frame.encodedBytes());
  }
}
