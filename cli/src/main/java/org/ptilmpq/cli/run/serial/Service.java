package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.cli.run.serial.Answers.ErrorCode;
import org.ptilmpq.cli.run.serial.Answers.Host;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.image.PictureException;

/** Carries out requests, and has them answered and counted. All methods throw when the line is gone. */
final class Service {

  /** A network that ranks pictures, as {@link org.ptilmpq.runtime.Session#rank} does. */
  interface Ranker {

    /**
     * Ranks the classes of a picture.
     *
     * @param buffer holds an encoded picture, {@code length} bytes from {@code offset} on
     * @param ranking gets its likeliest classes
     * @throws PictureException when the picture can't be read
     */
    void rank(byte[] buffer, int offset, int length, Ranking ranking) throws PictureException;
  }

  private final Ranker ranker;
  private final Host host;
  private final Ranking ranking;
  private final Answers<?> answers;
  private final SerialStatistics statistics;

  Service(Ranker ranker, Host host, Answers<?> answers, SerialStatistics statistics) {
    this.ranker = ranker;
    this.host = host;
    this.ranking = new Ranking(host.top());
    this.answers = answers;
    this.statistics = statistics;
  }

  /** Classifies an encoded picture. */
  void picture(int number, byte[] buffer, int offset, int length) throws IOException {
    long start = System.nanoTime();
    statistics.count(Statistic.PICTURES);
    try {
      ranker.rank(buffer, offset, length, ranking);
    } catch (PictureException e) {
      refuse(number, ErrorCode.UNREADABLE_PICTURE, String.valueOf(e.getMessage()));
      return;
    }
    statistics.count(Statistic.RESULTS);
    answers.result(number, ranking);
    statistics.latency(System.nanoTime() - start);
  }

  void refuse(int number, ErrorCode code, String text) throws IOException {
    statistics.count(Statistic.ERRORS);
    answers.error(number, code, text);
  }

  /** Repeats the last picture's result or error. */
  void repeat() throws IOException {
    statistics.count(Statistic.REPEATED);
    answers.repeat();
  }

  void acknowledge(int number, int wanted) throws IOException {
    answers.acknowledge(number, wanted);
  }

  void statistics(int number) throws IOException {
    answers.statistics(number, statistics);
  }

  void hello(int number) throws IOException {
    answers.hello(number, host);
  }
}
