package org.ptilmpq.bench;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ptilmpq.bench.InterleavedRounds.Latency;
import org.ptilmpq.kernels.KernelProvider;

/**
 * One network in this project's runtime, ONNX Runtime and TensorFlow Lite: latencies side by side, and how alike the
 * scores are.
 */
final class PeerComparison {

  private static final long SEED = 1;
  private static final InterleavedRounds PACE = new InterleavedRounds(2_000_000_000, 60, 50_000_000);

  private PeerComparison() {}

  /**
   * One engine at one number of threads.
   *
   * @param ratio median over the rounds of this engine's time by that of ONNX Runtime fp32 in the same round
   * @param correlation of its scores with those of ONNX Runtime fp32 on the same input (Pearson's)
   */
  record Row(int threads, String engine, Latency latency, double ratio, double correlation) {}

  /**
   * All rows, and what this machine runs the kernels on.
   *
   * @param kernels the kernel set, and why it was chosen
   */
  record Result(String kernels, List<Row> rows) {

    /** A human-readable table. */
    String table() {
      StringBuilder out = new StringBuilder();
      out.append("kernels: ").append(kernels).append('\n');
      out.append("threads  engine               median ms    p90 ms    min ms   × fp32   correlation\n");
      for (Row row : rows) {
        Latency latency = row.latency();
        out.append(
            String.format(
                Locale.ROOT,
                "%7d  %-18s %11.3f %9.3f %9.3f %8.3f %13.4f%n",
                row.threads(),
                row.engine(),
                latency.median(),
                latency.p90(),
                latency.min(),
                row.ratio(),
                row.correlation()));
      }
      return out.toString();
    }

    /**
     * One JSON object per line. Fields are as in {@code benchmark --json} of the command line, and what the comparison
     * adds. Kernels are PTILMPQ's.
     */
    String json(int rounds) {
      return rows.stream()
          .map(
              row ->
                  String.format(
                      Locale.ROOT,
                      "{\"engine\":\"%s\",\"kernels\":%s,\"threads\":%d,\"rounds\":%d,"
                          + "\"latency_ms\":{\"median\":%.4f,\"p90\":%.4f,\"min\":%.4f},"
                          + "\"ratio_to_fp32\":%.4f,\"correlation_with_fp32\":%s}",
                      row.engine(),
                      JsonObject.quoted(kernels),
                      row.threads(),
                      rounds,
                      row.latency().median(),
                      row.latency().p90(),
                      row.latency().min(),
                      row.ratio(),
                      Double.isFinite(row.correlation())
                          ? String.format(Locale.ROOT, "%.6f", row.correlation())
                          : "null"))
          .collect(Collectors.joining("\n", "", "\n"));
    }
  }

  /** An engine with a network opened in it, to be timed beside others. */
  interface Peer extends AutoCloseable {

    /** Human-readable: "PTILMPQ", "ONNX Runtime fp32". */
    String name();

    /** One inference, from an input in the Java heap to scores in the Java heap. */
    float[] run();

    @Override
    void close();
  }

  /**
   * @throws IOException when the .pq or .tflite file can't be read; {@link org.ptilmpq.format.PqFormatException} for
   *     a broken one
   * @throws OrtException when ONNX Runtime can't open a model
   * @throws IllegalArgumentException when the models aren't of one network, or this machine hasn't the kernels
   */
  static Result run(ComparisonOptions options) throws IOException, OrtException {
    options.kernels().ifPresent(kind -> System.setProperty(KernelProvider.KERNELS_PROPERTY, kind));
    List<Row> rows = new ArrayList<>();
    String kernels = "";
    for (int threads : options.threads()) {
      RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(SEED);
      try (SessionPeer own = SessionPeer.open(options.pq(), threads, random);
          Peer fp32 = onnxRuntime("ONNX Runtime fp32", Optional.of(options.onnx()), threads, own);
          Peer int8 = onnxRuntime("ONNX Runtime int8", options.int8(), threads, own);
          Peer lite = tensorFlowLite(options.tflite(), threads, own)) {
        kernels = own.kernels();
        requireKernels(kernels);
        List<Peer> peers = Stream.of(fp32, int8, lite, own).filter(Objects::nonNull).toList();
        rows.addAll(compare(peers, threads, options.rounds()));
      }
    }
    return new Result(kernels, List.copyOf(rows));
  }

  /** Figures under a wrong name are worse than none, and nobody means the scalar ones without saying so. */
  private static void requireKernels(String kernels) {
    String asked = System.getProperty(KernelProvider.KERNELS_PROPERTY);
    if (asked == null ? kernels.startsWith("scalar") : !kernels.startsWith(asked)) {
      throw new IllegalArgumentException("the kernels would be " + kernels);
    }
  }

  /** Returns null without a model, which try-with-resources ignores. */
  private static Peer onnxRuntime(String name, Optional<Path> model, int threads, SessionPeer own)
      throws OrtException {
    return model.isEmpty()
        ? null
        : OnnxRuntimePeer.open(name, model.get(), threads, own.inputTensor(), own.realInput());
  }

  /** Returns null without a model. */
  private static Peer tensorFlowLite(Optional<Path> model, int threads, SessionPeer own) throws IOException {
    return model.isEmpty() ? null : TensorFlowLitePeer.open(model.get(), threads, own.realInput());
  }

  /** The first engine is the one that the others are compared with. */
  static List<Row> compare(List<? extends Peer> peers, int threads, int rounds) {
    float[] scores = peers.get(0).run();
    double[] correlations = peers.stream().mapToDouble(peer -> correlation(scores, peer)).toArray();
    List<Runnable> inferences = peers.stream().<Runnable>map(peer -> peer::run).toList();
    double[][] milliseconds = PACE.run(inferences, rounds, step -> {});
    List<Row> rows = new ArrayList<>();
    for (int p = 0; p < peers.size(); p++) {
      double[] ratios = new double[rounds];
      for (int round = 0; round < rounds; round++) {
        ratios[round] = milliseconds[p][round] / milliseconds[0][round];
      }
      rows.add(
          new Row(
              threads,
              peers.get(p).name(),
              Latency.of(milliseconds[p]),
              Latency.median(ratios),
              correlations[p]));
    }
    return rows;
  }

  private static double correlation(float[] scores, Peer peer) {
    float[] others = peer.run();
    if (others.length != scores.length) {
      throw new IllegalArgumentException(
          "%s has %d scores instead of %d: not the same network".formatted(peer.name(), others.length, scores.length));
    }
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < scores.length; i++) {
      meanX += scores[i] / (double) scores.length;
      meanY += others[i] / (double) scores.length;
    }
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < scores.length; i++) {
      xy += (scores[i] - meanX) * (others[i] - meanY);
      xx += (scores[i] - meanX) * (scores[i] - meanX);
      yy += (others[i] - meanY) * (others[i] - meanY);
    }
    return xy / Math.sqrt(xx * yy);
  }
}
