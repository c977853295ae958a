package org.ptilmpq.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.ptilmpq.bench.InterleavedRounds.Latency;

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
record SweepResult(String java, String codes, int forks, int rounds, List<Limit> limits, List<Row> rows) {

  SweepResult {
    limits = List.copyOf(limits);
    rows = List.copyOf(rows);
  }

  /** The kernel sets, in the order of their rows. */
  List<String> kernelSets() {
    return rows.stream().map(Row::kernels).distinct().toList();
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
  OptionalDouble limit(Row row) {
    return limits.stream()
        .filter(each -> each.kernels().equals(row.kernels()) && each.method().equals(row.method()))
        .mapToDouble(each -> each.of(row.bits()))
        .findAny();
  }

  /** How much of its limit a row reaches, 0…1. */
  OptionalDouble share(Row row) {
    OptionalDouble limit = limit(row);
    return limit.isPresent() ? OptionalDouble.of(row.gmacPerSecond() / limit.getAsDouble()) : limit;
  }

  /**
   * Combines the forks of one kernel set: the median of each time and limit, and how far apart the times are.
   *
   * @param forks at least one, with the same limits and rows in the same order and the same number of rounds
   */
  static SweepResult ofForks(List<SweepResult> forks) {
    SweepResult first = forks.get(0);
    List<Limit> limits = new ArrayList<>();
    for (int l = 0; l < first.limits().size(); l++) {
      int at = l;
      Limit limit = first.limits().get(l);
      double[] rates = forks.stream().mapToDouble(fork -> fork.limits().get(at).gmacPerSecond()).toArray();
      limits.add(new Limit(limit.kernels(), limit.method(), Latency.median(rates)));
    }
    List<Row> rows = new ArrayList<>();
    for (int r = 0; r < first.rows().size(); r++) {
      int at = r;
      rows.add(row(forks.stream().map(fork -> fork.rows().get(at)).toList()));
    }
    return new SweepResult(first.java(), first.codes(), forks.size(), first.rounds(), limits, rows);
  }

  private static Row row(List<Row> forks) {
    Row first = forks.get(0);
    double[] milliseconds = forks.stream().mapToDouble(Row::milliseconds).sorted().toArray();
    double median = Latency.median(milliseconds);
    return new Row(
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

  /**
   * The speed of a kernel set's product on this machine, on one thread, if everything stays in registers.
   *
   * @param kernels the set, as {@code KernelSet.name()} calls it
   * @param method the product, as {@code Kernel.method()} calls it
   * @param gmacPerSecond 10⁹ multiply-accumulates per second; of look-ups those that they replace with weights of 1 bit
   */
  record Limit(String kernels, String method, double gmacPerSecond) {

    /** Methods of the Vector API's products. */
    static final String FP32_LANES = "fp32 lanes";
    static final String LOOK_UP = "look-up";

    /** Whether it depends on the width of weights: a look-up takes each bit by itself. */
    boolean isByBits() {
      return method.equals(LOOK_UP);
    }

    /** GMAC/s that no layer with weights of a width can exceed. */
    double of(int bits) {
      return isByBits() ? gmacPerSecond / bits : gmacPerSecond;
    }
  }

  /**
   * One layer as one product computes it.
   *
   * @param kernels the kernel set, as {@code KernelSet.name()} calls it
   * @param layer a {@link ResNet50Layer}
   * @param bits of the weights
   * @param method the product that computes it
   * @param milliseconds median of one run; for several forks, the median of theirs
   * @param spread the slowest fork's time less the fastest one's, divided by the median: what may be luck with a
   *     start; 0 for one fork
   * @param macs multiply-accumulates of one run
   * @param weightBytes packed weights
   * @param activationBytes input and output
   */
  record Row(
      String kernels,
      String layer,
      int bits,
      String method,
      double milliseconds,
      double spread,
      long macs,
      long weightBytes,
      long activationBytes) {

    /** 10⁹ multiply-accumulates per second. */
    double gmacPerSecond() {
      return macs / milliseconds * 1e-6;
    }

    /** Multiply-accumulates per byte of weights and activations, if each is moved once. */
    double macsPerByte() {
      return (double) macs / (weightBytes + activationBytes);
    }

    /** Whether it is one of the layers that most of a network's time goes to, and that have to reach the bar. */
    boolean isLarge() {
      return macs >= ResNet50Layer.LARGE_MACS;
    }
  }
}
