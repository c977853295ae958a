package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Ranking;

/** Answers as frames; docs/serial.md has the fields. */
final class FrameAnswers extends Answers<FrameEncoder> {

  /** Index, probability, length of the label. */
  private static final int CLASS_BYTES = 4 + 2 + 1 + MAX_LABEL;

  private static final int MAX_PAYLOAD = 1 + MAX_CLASSES * CLASS_BYTES;

  /** The number that is sent for a probability of 1. */
  private static final int CERTAIN = 65_535;

  FrameAnswers(Output output) {
    super(new FrameEncoder(MAX_PAYLOAD), new FrameEncoder(MAX_PAYLOAD), output);
  }

  @Override
  void result(int number, Ranking ranking) throws IOException {
    ofPicture.begin(MessageType.RESULT, number).put8(ranking.size());
    for (int rank = 0; rank < ranking.size(); rank++) {
      ofPicture.put32(ranking.index(rank)).put16((int) Math.round(ranking.probability(rank) * CERTAIN));
      putText(ofPicture, ranking.label(rank), MAX_LABEL);
    }
    sendOfPicture();
  }

  @Override
  void error(int number, ErrorCode code, String text) throws IOException {
    ofPicture.begin(MessageType.ERROR, number).put8(code.number());
    putText(ofPicture, text, MAX_TEXT);
    sendOfPicture();
  }

  @Override
  void acknowledge(int number, int wanted) throws IOException {
    other.begin(MessageType.ACKNOWLEDGEMENT, number).put32(wanted);
    send();
  }

  @Override
  void statistics(int number, SerialStatistics statistics) throws IOException {
    other.begin(MessageType.STATISTICS_ANSWER, number);
    for (int i = 0; i < Statistic.count(); i++) {
      other.put32(statistics.value(Statistic.at(i)));
    }
    send();
  }

  @Override
  void hello(int number, Host host) throws IOException {
    other
        .begin(MessageType.HELLO_ANSWER, number)
        .put8(Host.PROTOCOL_VERSION)
        .put16(host.height())
        .put16(host.width())
        .put32(host.classes())
        .put32(host.longestPicture())
        .put8(host.top());
    putText(other, host.model(), MAX_LABEL);
    send();
  }

  private static void putText(FrameEncoder frame, String text, int most) {
    frame.put8(Math.min(text.length(), most)).putText(text, most);
  }
}
