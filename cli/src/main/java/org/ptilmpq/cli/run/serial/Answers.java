package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.runtime.Ranking;

/**
 * Writes what the host has to say, in one of its two forms. Each answer has the number of what it answers: the sequence
 * of a frame, or the count of pictures. All throw where the line is gone.
 */
interface Answers {

  /** Classes that a result has at most, so that its length is bounded. */
  int MOST_CLASSES = 20;

  /** Characters of a label or name that are told; the rest is cut off. */
  int MOST_LABEL = 40;

  /** Characters of an error's text that are told. */
  int MOST_TEXT = 80;

  void result(int number, Ranking ranking) throws IOException;

  void error(int number, ErrorCode code, String text) throws IOException;

  /** Says the last {@link #result} or {@link #error} again. */
  void repeat() throws IOException;

  /**
   * @param wanted offset of the byte that has to come next
   */
  void acknowledge(int number, int wanted) throws IOException;

  void statistics(int number, SerialStatistics statistics) throws IOException;

  void hello(int number, HostDescription host) throws IOException;
}
