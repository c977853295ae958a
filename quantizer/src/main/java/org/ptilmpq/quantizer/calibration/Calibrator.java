package org.ptilmpq.quantizer.calibration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.runtime.image.PictureException;

/**
 * Runs the float network over calibration pictures, one at a time per thread, and counts what it computes. Only the
 * bytes of a picture's input stay in memory.
 */
public final class Calibrator {

  private final OrderedWork work;
  private final TakenApart parts;
  private final FloatExecutor executor;
  private final Map<Value, int[]> costs = new HashMap<>();
  private final Set<Value> read;
  private final Set<Value> ofLayers = new HashSet<>();

  /** The counts of one picture, or of many. */
  private record Counts(
      Map<Value, ValueHistogram> histograms, Map<Value, ChannelMoments> inputs, Map<Value, ChannelMoments> layers) {

    Counts() {
      this(new HashMap<>(), new HashMap<>(), new HashMap<>());
    }

    void add(Counts other) {
      other.histograms.forEach(
          (value, found) -> histograms.computeIfAbsent(value, v -> new ValueHistogram()).add(found));
      other.inputs.forEach((value, found) -> inputs.computeIfAbsent(value, Counts::moments).add(found));
      other.layers.forEach((value, found) -> layers.computeIfAbsent(value, Counts::moments).add(found));
    }

    private static ChannelMoments moments(Value value) {
      return new ChannelMoments(value.shape().channels());
    }
  }

  /** One picture: counts and input, or why it can't be read. */
  private record Sample(Optional<Counts> counts, byte[] input, PictureException failure) {}

  /** Leaves {@link OrderedWork}, where no checked exception can pass. */
  private static final class TooManyUnreadable extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * @param weighed whether ranges weigh a channel's values by what errors in it cost its readers
   */
  public Calibrator(FloatGraph graph, boolean weighed, OrderedWork work) {
    this.work = work;
    this.parts = TakenApart.of(graph);
    this.executor = new FloatExecutor(parts.graph());
    if (weighed) {
      ReadCosts readCosts = new ReadCosts(graph);
      graph.values().forEach(value -> costs.put(value, readCosts.of(value)));
    } else {
      int[] alike = {1};
      graph.values().forEach(value -> costs.put(value, alike));
    }
    this.read = graph.convolutions().stream().map(Node.Convolution::input).collect(Collectors.toSet());
    for (TakenApart.Convolution part : parts.convolutions()) {
      ofLayers.add(part.output());
      ofLayers.add(part.sum());
    }
  }

  /**
   * Counts what the network computes on pictures.
   *
   * @param pictures to read; parts of them say nothing new about ranges and are left for later
   * @param counted how many of them to count at most, the first ones
   * @throws QuantizationException when more than 5 % of the pictures can't be read, or the network computes something
   *     that isn't a finite number
   */
  public Calibration run(InputSource pictures, int counted, Progress progress) throws QuantizationException {
    progress.stage("calibrating", pictures.files());
    Counts total = new Counts();
    List<byte[]> inputs = new ArrayList<>();
    Map<String, PictureException> failures = new LinkedHashMap<>();
    int[] validation = new int[1];
    try {
      work.run(
          pictures.files(),
          index -> sample(pictures, index, index < counted),
          (index, sample) -> {
            if (sample.failure != null) {
              failures.putIfAbsent(pictures.name(index), sample.failure);
              checkReadable(failures.size(), pictures.files());
            } else {
              sample.counts.ifPresent(total::add);
              inputs.add(sample.input);
              validation[0] += index < pictures.validation() ? 1 : 0;
            }
            progress.step();
          });
    } catch (TooManyUnreadable e) {
      throw new QuantizationException(unreadable(failures, pictures.files()) + ", more than 5 %", first(failures));
    } catch (ArithmeticException e) {
      throw new QuantizationException("calibration failed: " + e.getMessage(), e);
    }
    if (!failures.isEmpty()) {
      progress.note(unreadable(failures, pictures.files()));
    }
    int[] parts =
        IntStream.range(pictures.files(), pictures.count())
            .filter(index -> !failures.containsKey(pictures.name(index)))
            .toArray();
    List<byte[]> pixels = new Calibration.InputBytes(inputs, pictures, parts);
    return calibration(total, pixels, validation[0], inputs.size(), failures.values());
  }

  private static void checkReadable(int failures, int pictures) {
    if (failures * 20L > pictures) {
      throw new TooManyUnreadable();
    }
  }

  private static PictureException first(Map<String, PictureException> failures) {
    return failures.values().iterator().next();
  }

  private static String unreadable(Map<String, PictureException> failures, int pictures) {
    return failures.size() + " of " + pictures + " calibration pictures can't be read (the first: "
        + first(failures).getMessage() + ")";
  }

  private Calibration calibration(
      Counts total,
      List<byte[]> inputs,
      int validation,
      int pictures,
      Collection<PictureException> failures) {
    Map<Node.Convolution, Calibration.Layer> layers = new HashMap<>();
    for (TakenApart.Convolution part : parts.convolutions()) {
      layers.put(
          part.original(), new Calibration.Layer(total.layers.get(part.output()), total.layers.get(part.sum())));
    }
    List<String> unreadable = failures.stream().map(PictureException::getMessage).toList();
    return new Calibration(total.histograms, total.inputs, layers, inputs, validation, pictures, unreadable);
  }

  private Sample sample(InputSource pictures, int index, boolean counted) {
    InputReader.Input input;
    try {
      input = pictures.read(index);
    } catch (PictureException e) {
      return new Sample(Optional.empty(), null, e);
    }
    if (!counted) {
      return new Sample(Optional.empty(), input.bytes(), null);
    }
    Counts counts = new Counts();
    executor.run(input.real(), (value, elements) -> count(value, elements, counts, pictures.name(index)));
    return new Sample(Optional.of(counts), input.bytes(), null);
  }

  private void count(Value value, float[] elements, Counts counts, String picture) {
    if (costs.containsKey(value)) {
      ValueHistogram histogram = new ValueHistogram();
      try {
        histogram.add(elements, costs.get(value));
      } catch (ArithmeticException e) {
        throw new ArithmeticException(e.getMessage() + " in " + value + " on " + picture);
      }
      counts.histograms.put(value, histogram);
    }
    boolean input = read.contains(value);
    boolean layer = ofLayers.contains(value);
    if (input || layer) {
      ChannelMoments moments = new ChannelMoments(value.shape().channels());
      moments.add(elements);
      if (input) {
        counts.inputs.put(value, moments);
      }
      if (layer) {
        counts.layers.put(value, moments);
      }
    }
  }

  /**
   * A network with each convolution split into up to three nodes, so that an observer sees its own result, the sum with
   * the residual, and what the clamp leaves of it.
   *
   * @param graph computes all values of the original graph, and those of its convolutions
   * @param convolutions in execution order
   */
  private record TakenApart(FloatGraph graph, List<Convolution> convolutions) {

    /**
     * The values of one convolution to observe.
     *
     * @param output its own result
     * @param sum the result with the residual, before the clamp
     */
    record Convolution(Node.Convolution original, Value output, Value sum) {}

    static TakenApart of(FloatGraph original) {
      List<Node> nodes = new ArrayList<>();
      List<Convolution> convolutions = new ArrayList<>();
      for (Node node : original.nodes()) {
        if (node instanceof Node.Convolution conv) {
          boolean clamped = !conv.clamp().isNone();
          Value sum = clamped ? renamed(conv.output(), "sum") : conv.output();
          Value output = conv.residual().isPresent() ? renamed(conv.output(), "own") : sum;
          nodes.add(conv.bare(output, conv.kernel()));
          conv.residual().ifPresent(r -> nodes.add(new Node.Addition(conv.name(), output, r, sum, Clamp.NONE)));
          if (clamped) {
            nodes.add(new Node.Activation(conv.name(), sum, conv.output(), conv.clamp()));
          }
          convolutions.add(new Convolution(conv, output, sum));
        } else {
          nodes.add(node);
        }
      }
      return new TakenApart(
          new FloatGraph(original.name(), original.input(), original.output(), nodes), convolutions);
    }

    /** Makes a new name: none in a model has a line break. */
    private static Value renamed(Value value, String what) {
      return new Value(value.name() + "\n" + what, value.shape());
    }
  }
}
