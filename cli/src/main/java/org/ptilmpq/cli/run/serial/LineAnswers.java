package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.runtime.Ranking;

/** Answers as lines of ASCII, each kind with its own first character, that a microcontroller reads number by number. */
final class LineAnswers extends BufferedAnswers<AsciiLine> {

  private static final int PERCENT = 100;

  /** Separator, index, percent, blanks and label. */
  private static final int MAX_CLASS_LENGTH = 1 + 10 + 1 + 3 + 1 + MAX_LABEL;

  private static final int MAX_PICTURE_ANSWER = 8 + MAX_CLASSES * MAX_CLASS_LENGTH;

  /** A blank, a name of at most 11 letters, a blank and ten digits for each. */
  private static final int MAX_OTHER_ANSWER = 8 + Statistic.count() * 23;

  private static final long MODULUS = 1L << 32;

  LineAnswers(ByteOutput output) {
    super(new AsciiLine(MAX_PICTURE_ANSWER), new AsciiLine(MAX_OTHER_ANSWER), output);
  }

  @Override
  public void result(int number, Ranking ranking) throws IOException {
    ofPicture.begin('#').put(number);
    for (int rank = 0; rank < ranking.size(); rank++) {
      ofPicture
          .put(rank == 0 ? ' ' : '|')
          .put(ranking.index(rank))
          .put(' ')
          .put(Math.round(ranking.probability(rank) * PERCENT))
          .put(' ')
          .put(ranking.label(rank), MAX_LABEL);
    }
    sendOfPicture();
  }

  @Override
  public void error(int number, ErrorCode code, String text) throws IOException {
    ofPicture.begin('!').put(number).put(' ').put(code.number()).put(' ').put(text, MAX_TEXT);
    sendOfPicture();
  }

  @Override
  public void acknowledge(int number, int wanted) throws IOException {
    other.begin('+').put(number).put(' ').put(wanted);
    send();
  }

  @Override
  public void statistics(int number, SerialStatistics statistics) throws IOException {
    other.begin('%').put(number);
    for (int i = 0; i < Statistic.count(); i++) {
      Statistic statistic = Statistic.at(i);
      other
          .put(' ')
          .put(statistic.label(), statistic.label().length())
          .put(' ')
          .put(statistics.value(statistic) % MODULUS);
    }
    send();
  }

  @Override
  public void hello(int number, HostDescription host) throws IOException {
    other.begin('*').put(number).put(' ').put(HostDescription.PROTOCOL_VERSION);
    other.put(' ').put(host.height()).put(' ').put(host.width()).put(' ').put(host.classes());
    other.put(' ').put(host.longestPicture()).put(' ').put(host.top()).put(' ').put(host.model(), MAX_LABEL);
    send();
  }
}
