package org.ptilmpq.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The results of a sweep.
 *
 * @param java virtual machine and version
 * @param codes how weights were spread
 * @param forks virtual machines for each kernel set
 * @param rounds of each fork, over which medians are taken
 * @param limits one for each kernel set and product of it
 * @param rows one for each kernel set, layer, width of weights and product
 */
record SweepResult(String java, String codes, int forks, int rounds, List<ProductLimit> limits, List<SweepRow> rows) {

  SweepResult {
    limits = List.copyOf(limits);
    rows = List.copyOf(rows);
  }

  /** The kernel sets, in the order of their rows. */
  List<String> kernelSets() {
    return rows.stream().map(SweepRow::kernels).distinct().toList();
  }

  /** The results of one kernel set. */
  SweepResult of(String kernels) {
    return new SweepResult(
        java,
        codes,
        forks,
        rounds,
        limits.stream().filter(limit -> limit.kernels().equals(kernels)).toList(),
        rows.stream().filter(row -> row.kernels().equals(kernels)).toList());
  }

  /** GMAC/s that a row can't exceed; empty for a product whose limit isn't known. */
  OptionalDouble limit(SweepRow row) {
    return limits.stream()
        .filter(each -> each.kernels().equals(row.kernels()) && each.method().equals(row.method()))
        .mapToDouble(each -> each.of(row.bits()))
        .findAny();
  }

  /** How much of its limit a row reaches, 0…1. */
  OptionalDouble share(SweepRow row) {
    OptionalDouble limit = limit(row);
    return limit.isPresent() ? OptionalDouble.of(row.gmacPerSecond() / limit.getAsDouble()) : limit;
  }
}
