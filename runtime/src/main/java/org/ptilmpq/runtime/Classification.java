package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The result for one picture: a score for each class, and what follows from it. Immutable. */
public final class Classification {

  private final float[] scores;
  private final List<String> labels;

  /**
   * One class.
   *
   * @param index position among the network's outputs, from 0
   * @param label the class name, or empty when the model has none
   * @param probability that it is this class; 1 for all classes together
   * @param score the logit it follows from
   */
  public record Entry(int index, String label, double probability, float score) {}

  /**
   * @param scores logits, one per class; copied
   * @param labels class names in index order, or empty
   */
  public Classification(float[] scores, List<String> labels) {
    if (!labels.isEmpty() && labels.size() != scores.length) {
      throw new IllegalArgumentException(labels.size() + " labels for " + scores.length + " scores");
    }
    this.scores = scores.clone();
    this.labels = List.copyOf(labels);
  }

  /** Logits in class order, a copy. */
  public float[] scores() {
    return scores.clone();
  }

  /** The softmax of the scores in class order, a copy; for a single score, its logistic function. */
  public double[] probabilities() {
    double greatest = Ranking.Softmax.greatest(scores);
    double sum = Ranking.Softmax.sum(scores, greatest);
    double[] probabilities = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      probabilities[i] = Ranking.Softmax.probability(scores[i], greatest, sum);
    }
    return probabilities;
  }

  /**
   * The k likeliest classes, likeliest first and, among equal ones, the lower index first; all when there are fewer.
   */
  public List<Entry> top(int k) {
    if (k < 0) {
      throw new IllegalArgumentException("k must not be negative: " + k);
    }
    if (k == 0) {
      return List.of();
    }
    Ranking ranking = new Ranking(k);
    ranking.rank(scores, labels);
    return IntStream.range(0, ranking.size()).mapToObj(rank -> entry(ranking, rank)).toList();
  }

  /** The likeliest class. */
  public Entry best() {
    return top(1).getFirst();
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    for (Entry entry : top(5)) {
      lines.add("%.4f  %d  %s".formatted(entry.probability(), entry.index(), entry.label()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private static Entry entry(Ranking ranking, int rank) {
    return new Entry(ranking.index(rank), ranking.label(rank), ranking.probability(rank), ranking.score(rank));
  }
}
