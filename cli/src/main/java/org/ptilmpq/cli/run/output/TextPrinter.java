package org.ptilmpq.cli.run.output;

import java.io.IOException;
import org.ptilmpq.runtime.Ranking;

/**
 * Prints for human readers. A picture has one line per class, "0.8602  653  military uniform"; a frame has one line,
 * its number and the same after tabs.
 */
public final class TextPrinter implements ClassificationPrinter {

  private final LineWriter line;
  private final double leastProbability;
  private final boolean named;
  private final int classesOfFrame;

  /**
   * @param leastProbability classes below it are left out, and so is a frame that has no others
   * @param named whether the picture's name is printed above its classes, as it must be where there are several
   * @param classesOfFrame most classes on the line of a frame
   */
  public TextPrinter(LineWriter line, double leastProbability, boolean named, int classesOfFrame) {
    this.line = line;
    this.leastProbability = leastProbability;
    this.named = named;
    this.classesOfFrame = classesOfFrame;
  }

  @Override
  public void picture(String picture, Ranking ranking, double millis) throws IOException {
    if (named) {
      line.append(picture).append(':').end();
    }
    for (int rank = 0; rank < ranking.size() && ranking.probability(rank) >= leastProbability; rank++) {
      entry(ranking, rank);
      line.end();
    }
  }

  @Override
  public void frame(long number, long dropped, Ranking ranking, double millis) throws IOException {
    if (ranking.probability(0) < leastProbability) {
      return;
    }
    line.append(number);
    int most = Math.min(classesOfFrame, ranking.size());
    for (int rank = 0; rank < most && ranking.probability(rank) >= leastProbability; rank++) {
      line.append('\t');
      entry(ranking, rank);
    }
    line.end();
  }

  private void entry(Ranking ranking, int rank) {
    line.appendShare(ranking.probability(rank)).append("  ").append(ranking.index(rank));
    String label = ranking.label(rank);
    if (!label.isEmpty()) {
      line.append("  ").append(label);
    }
  }
}
