package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.runtime.Ranking;

/**
 * Writes the host's answers in one of their two forms. Each has the number of what it answers: the sequence of a frame,
 * or the count of pictures. All methods throw when the line is gone.
 */
interface Answers {

  /** Most classes in a result, so that its length is bounded. */
  int MAX_CLASSES = 20;

  /** Most characters of a label or name that are sent; the rest is cut off. */
  int MAX_LABEL = 40;

  /** Most characters of an error's text that are sent. */
  int MAX_TEXT = 80;

  void result(int number, Ranking ranking) throws IOException;

  void error(int number, ErrorCode code, String text) throws IOException;

  /** Repeats the last {@link #result} or {@link #error}. */
  void repeat() throws IOException;

  /**
   * @param wanted offset of the byte that has to come next
   */
  void acknowledge(int number, int wanted) throws IOException;

  void statistics(int number, SerialStatistics statistics) throws IOException;

  void hello(int number, HostDescription host) throws IOException;
}
