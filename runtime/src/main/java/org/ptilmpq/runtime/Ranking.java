package org.ptilmpq.runtime;

import java.util.List;
import java.util.Objects;

/**
 * The likeliest classes of one picture after another, likeliest first and, among equal ones, the lower index first. Its
 * arrays are reused for every picture, so that a stream of them allocates nothing. Not for use by several threads at
 * once.
 */
public final class Ranking {

  private final int most;
  private int[] indices = {};
  private float[] scores = {};
  private double[] probabilities = {};
  private List<String> labels = List.of();
  private int size;

  /**
   * Creates a ranking that is empty until {@link Session#rank} fills it.
   *
   * @param most classes to keep, at least 1; a network with fewer gives fewer
   */
  public Ranking(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("at least one class has to be kept, not " + most);
    }
    this.most = most;
  }

  /**
   * Ranks a picture's scores, which replace the previous ones.
   *
   * @param labels class names in index order, or empty; kept, not copied
   */
  void rank(float[] allScores, List<String> labels) {
    this.labels = labels;
    int kept = Math.min(most, allScores.length);
    if (indices.length < kept) {
      indices = new int[kept];
      scores = new float[kept];
      probabilities = new double[kept];
    }
    size = 0;
    for (int i = 0; i < allScores.length; i++) {
      insert(i, allScores[i], kept);
    }
    double greatest = Softmax.greatest(allScores);
    double sum = Softmax.sum(allScores, greatest);
    for (int rank = 0; rank < size; rank++) {
      probabilities[rank] = Softmax.probability(scores[rank], greatest, sum);
    }
  }

  /** Classes come in index order, so one with an equal score before it stays before it. */
  private void insert(int index, float score, int kept) {
    int rank = size;
    while (rank > 0 && Float.compare(score, scores[rank - 1]) > 0) {
      rank--;
    }
    if (rank == kept) {
      return;
    }
    size = Math.min(size + 1, kept);
    for (int i = size - 1; i > rank; i--) {
      indices[i] = indices[i - 1];
      scores[i] = scores[i - 1];
    }
    indices[rank] = index;
    scores[rank] = score;
  }

  /** Classes that are ranked: 0 before the first picture. */
  public int size() {
    return size;
  }

  /** The class's position among the network's outputs, from 0. */
  public int index(int rank) {
    return indices[Objects.checkIndex(rank, size)];
  }

  /** The class's name, or empty when the model has none. */
  public String label(int rank) {
    int index = index(rank);
    return labels.isEmpty() ? "" : labels.get(index);
  }

  /** The class's probability: 1 for all classes together; for a network's only class, that of its presence. */
  public double probability(int rank) {
    return probabilities[Objects.checkIndex(rank, size)];
  }

  /** The logit that the probability follows from. */
  public float score(int rank) {
    return scores[Objects.checkIndex(rank, size)];
  }

  /**
   * The probabilities of scores: p = exp(score − greatest) / Σ exp(scoreᵢ − greatest). In doubles, with {@link
   * StrictMath} and in index order, so that every machine gives the same bits; without an array of its own.
   *
   * <p>A network with one output tells one class from its absence, whose score is 0: for a single score, the
   * probability is the logistic function, 1 / (1 + exp(−score)).
   */
  static final class Softmax {

    /** Score of the absence of a network's only class. */
    private static final double ABSENT = 0;

    private Softmax() {}

    /** The greatest score, that of a single class's absence included. */
    static double greatest(float[] scores) {
      double greatest = scores.length == 1 ? ABSENT : Double.NEGATIVE_INFINITY;
      for (float score : scores) {
        greatest = Math.max(greatest, score);
      }
      return greatest;
    }

    /** The sum that all classes share. */
    static double sum(float[] scores, double greatest) {
      double sum = scores.length == 1 ? power(ABSENT, greatest) : 0;
      for (float score : scores) {
        sum += power(score, greatest);
      }
      return sum;
    }

    static double probability(float score, double greatest, double sum) {
      return power(score, greatest) / sum;
    }

    private static double power(double score, double greatest) {
      return StrictMath.exp(score - greatest);
    }
  }
}
