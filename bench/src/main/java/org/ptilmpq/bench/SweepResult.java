package org.ptilmpq.bench;

import java.util.List;

/**
 * What a sweep measured.
 *
 * @param java virtual machine and version
 * @param codes how weights were spread
 * @param forks virtual machines for each width of vectors
 * @param rounds of each fork, that medians are of
 * @param limits one for each width of vectors
 * @param rows one for each width of vectors, layer, width of weights and choice of kernels
 */
record SweepResult(String java, String codes, int forks, int rounds, List<MachineLimits> limits, List<SweepRow> rows) {

  SweepResult {
    limits = List.copyOf(limits);
    rows = List.copyOf(rows);
  }

  /**
   * The limits that hold for a row.
   *
   * @throws IllegalArgumentException when those of its width aren't there
   */
  MachineLimits limits(int vectorBits) {
    return limits.stream()
        .filter(each -> each.vectorBits() == vectorBits)
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("no limits of vectors of " + vectorBits + " bits"));
  }
}
