package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Ranking;

/** Answers as lines of ASCII, each kind with its own first character, that a microcontroller reads number by number. */
final class LineAnswers extends Answers<LineAnswers.AsciiLine> {

  private static final int PERCENT = 100;

  /** Separator, index, percent, blanks and label. */
  private static final int MAX_CLASS_LENGTH = 1 + 10 + 1 + 3 + 1 + MAX_LABEL;

  private static final int MAX_PICTURE_ANSWER = 8 + MAX_CLASSES * MAX_CLASS_LENGTH;

  /** A blank, a name of at most 11 letters, a blank and ten digits for each. */
  private static final int MAX_OTHER_ANSWER = 8 + Statistic.count() * 23;

  private static final long MODULUS = 1L << 32;

  LineAnswers(Output output) {
    super(new AsciiLine(MAX_PICTURE_ANSWER), new AsciiLine(MAX_OTHER_ANSWER), output);
  }

  @Override
  void result(int number, Ranking ranking) throws IOException {
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
  void error(int number, ErrorCode code, String text) throws IOException {
    ofPicture.begin('!').put(number).put(' ').put(code.number()).put(' ').put(text, MAX_TEXT);
    sendOfPicture();
  }

  @Override
  void acknowledge(int number, int wanted) throws IOException {
    other.begin('+').put(number).put(' ').put(wanted);
    send();
  }

  @Override
  void statistics(int number, SerialStatistics statistics) throws IOException {
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
  void hello(int number, Host host) throws IOException {
    other.begin('*').put(number).put(' ').put(Host.PROTOCOL_VERSION);
    other.put(' ').put(host.height()).put(' ').put(host.width()).put(' ').put(host.classes());
    other.put(' ').put(host.longestPicture()).put(' ').put(host.top()).put(' ').put(host.model(), MAX_LABEL);
    send();
  }

  /** Builds one line of ASCII after the other in the same buffer. */
  static final class AsciiLine implements Answers.Buffer {

    private static final int MAX_DIGITS = 19;

    private final byte[] bytes;
    private final byte[] digits = new byte[MAX_DIGITS];
    private int length;

    /**
     * @param longest line in bytes, its end included
     */
    AsciiLine(int longest) {
      bytes = new byte[longest];
    }

    AsciiLine begin(char sign) {
      length = 0;
      return put(sign);
    }

    AsciiLine put(char character) {
      bytes[length++] = printable(character);
      return this;
    }

    /** Appends a number from 0 on in decimal. */
    AsciiLine put(long number) {
      int count = 0;
      long rest = number;
      do {
        digits[count++] = (byte) ('0' + rest % 10);
        rest /= 10;
      } while (rest > 0);
      while (count > 0) {
        bytes[length++] = digits[--count];
      }
      return this;
    }

    /** Appends at most {@code most} characters of a text. */
    AsciiLine put(String text, int most) {
      for (int i = 0; i < Math.min(text.length(), most); i++) {
        put(text.charAt(i));
      }
      return this;
    }

    /** Ends the line and returns how many bytes there are in {@link #bytes}. */
    @Override
    public int end() {
      bytes[length++] = '\n';
      return length;
    }

    /** Returns the bytes that hold the line after {@link #end}. */
    @Override
    public byte[] bytes() {
      return bytes;
    }
  }
}
