package org.ptilmpq.bench;

import java.util.ArrayList;
import java.util.List;

/** Combines the measurements of a sweep's virtual machines. */
final class SweepForks {

  private SweepForks() {}

  /**
   * Combines the forks of one kernel set: the median of each time and limit, and how far apart the times are.
   *
   * @param forks at least one, with the same limits and rows in the same order and the same number of rounds
   */
  static SweepResult ofOneSet(List<SweepResult> forks) {
    SweepResult first = forks.get(0);
    List<ProductLimit> limits = new ArrayList<>();
    for (int l = 0; l < first.limits().size(); l++) {
      int at = l;
      ProductLimit limit = first.limits().get(l);
      double[] rates = forks.stream().mapToDouble(fork -> fork.limits().get(at).gmacPerSecond()).toArray();
      limits.add(new ProductLimit(limit.kernels(), limit.method(), Latency.median(rates)));
    }
    List<SweepRow> rows = new ArrayList<>();
    for (int r = 0; r < first.rows().size(); r++) {
      int at = r;
      rows.add(row(forks.stream().map(fork -> fork.rows().get(at)).toList()));
    }
    return new SweepResult(first.java(), first.codes(), forks.size(), first.rounds(), limits, rows);
  }

  private static SweepRow row(List<SweepRow> forks) {
    SweepRow first = forks.get(0);
    double[] milliseconds = forks.stream().mapToDouble(SweepRow::milliseconds).sorted().toArray();
    double median = Latency.median(milliseconds);
    return new SweepRow(
        first.kernels(),
        first.layer(),
        first.bits(),
        first.method(),
        median,
        (milliseconds[milliseconds.length - 1] - milliseconds[0]) / median,
        first.macs(),
        first.weightBytes(),
        first.activationBytes());
  }

  /** Combines the results of different kernel sets. */
  static SweepResult ofSets(List<SweepResult> results) {
    SweepResult first = results.get(0);
    return new SweepResult(
        first.java(),
        first.codes(),
        first.forks(),
        first.rounds(),
        results.stream().flatMap(result -> result.limits().stream()).toList(),
        results.stream().flatMap(result -> result.rows().stream()).toList());
  }
}
