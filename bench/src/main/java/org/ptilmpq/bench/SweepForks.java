package org.ptilmpq.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Puts together what the virtual machines of a sweep measured. */
final class SweepForks {

  private SweepForks() {}

  /**
   * Forks of one width: of each time the median, and how far apart they are; of each limit the highest.
   *
   * @param forks at least one, with the same rows in the same order and the same number of rounds
   */
  static SweepResult ofOneWidth(List<SweepResult> forks) {
    SweepResult first = forks.get(0);
    List<SweepRow> rows = new ArrayList<>();
    for (int r = 0; r < first.rows().size(); r++) {
      int at = r;
      rows.add(row(forks.stream().map(fork -> fork.rows().get(at)).toList()));
    }
    MachineLimits limits =
        new MachineLimits(
            first.limits().get(0).vectorBits(),
            limit(forks, MachineLimits::fp32),
            limit(forks, MachineLimits::lookUpAt1Bit));
    return new SweepResult(first.java(), first.codes(), forks.size(), first.rounds(), List.of(limits), rows);
  }

  private static double limit(List<SweepResult> forks, ToDoubleFunction<MachineLimits> figure) {
    return forks.stream().mapToDouble(fork -> figure.applyAsDouble(fork.limits().get(0))).max().orElseThrow();
  }

  private static SweepRow row(List<SweepRow> forks) {
    SweepRow first = forks.get(0);
    double[] milliseconds = forks.stream().mapToDouble(SweepRow::milliseconds).sorted().toArray();
    double median = Latency.median(milliseconds);
    return new SweepRow(
        first.vectorBits(),
        first.layer(),
        first.bits(),
        first.products(),
        first.method(),
        median,
        (milliseconds[milliseconds.length - 1] - milliseconds[0]) / median,
        first.macs(),
        first.weightBytes(),
        first.activationBytes());
  }

  /** Results of different widths as one. */
  static SweepResult ofWidths(List<SweepResult> results) {
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
