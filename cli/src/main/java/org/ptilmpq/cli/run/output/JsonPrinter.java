package org.ptilmpq.cli.run.output;

import java.io.IOException;
import java.util.List;
import org.ptilmpq.cli.Json;
import org.ptilmpq.runtime.Ranking;

/** Prints for programs: one JSON object per picture or frame, on one line, its scores with all their bits. */
public final class JsonPrinter implements ClassificationPrinter {

  private final LineWriter line;
  private final double leastProbability;

  /** The labels, quoted, in class order. */
  private final List<String> labels;

  /**
   * @param leastProbability classes below it are left out, and so is a frame that has no others
   * @param labels of the classes, or empty
   */
  public JsonPrinter(LineWriter line, double leastProbability, List<String> labels) {
    this.line = line;
    this.leastProbability = leastProbability;
    this.labels = labels.stream().map(Json::quoted).toList();
  }

  @Override
  public void picture(String picture, Ranking ranking, double millis) throws IOException {
    line.append("{\"file\":").append(Json.quoted(picture));
    rest(ranking, millis);
  }

  @Override
  public void frame(long number, long dropped, Ranking ranking, double millis) throws IOException {
    if (ranking.probability(0) < leastProbability) {
      return;
    }
    line.append("{\"frame\":").append(number).append(",\"dropped\":").append(dropped);
    rest(ranking, millis);
  }

  private void rest(Ranking ranking, double millis) throws IOException {
    line.append(",\"ms\":").append(millis).append(",\"top\":[");
    for (int rank = 0; rank < ranking.size() && ranking.probability(rank) >= leastProbability; rank++) {
      line.append(rank == 0 ? "" : ",").append("{\"index\":").append(ranking.index(rank));
      line.append(",\"label\":").append(labels.isEmpty() ? "\"\"" : labels.get(ranking.index(rank)));
      number(",\"probability\":", ranking.probability(rank));
      number(",\"score\":", ranking.score(rank));
      line.append('}');
    }
    line.append("]}").end();
  }

  /** Appends a number, or null where it isn't finite: JSON has no number for that. */
  private void number(String field, double value) {
    line.append(field);
    if (Double.isFinite(value)) {
      line.append(value);
    } else {
      line.append("null");
    }
  }

  private void number(String field, float value) {
    line.append(field);
    if (Float.isFinite(value)) {
      line.append(value);
    } else {
      line.append("null");
    }
  }
}
