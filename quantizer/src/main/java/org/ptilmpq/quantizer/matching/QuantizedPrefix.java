package org.ptilmpq.quantizer.matching;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.ChannelGains;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.reference.FloatExecutor;

/**
 * The quantized network as far as it is decided, on calibration pictures: what a layer will read is known before it is
 * rounded, with the errors of the layers before it.
 *
 * <p>The forward pass is the runtime's in floats: dequantized weights, and every stored activation rounded to its 8-bit
 * grid. Nodes are taken one after the other, in the graph's order.
 *
 * <p>The first layers have the largest activations and the fewest weights. So few pictures may begin, and others
 * {@link #join} when a picture takes less memory: they run through what is decided by then.
 */
public final class QuantizedPrefix {

  /** Results of a layer are kept between its two passes while they take no more memory than this; else made again. */
  private static final long KEPT_BYTES = 1L << 29;

  private final FloatGraph graph;
  private final Map<Value, Integer> lastReaders;
  private final OrderedWork work;
  private final Activations activations;

  /** What was done for each picture at each node so far; kept as long as pictures may join. */
  private final List<IntConsumer> done = new ArrayList<>();

  private final int validation;

  /** Whether no pictures can join, as what was done is no longer known. */
  private final boolean closed;
  private int joined;

  /**
   * @param graph one whose output a convolution writes
   * @param grids of every value but the output
   * @param pictures how many of the calibration's pictures begin; at least one that is learned from
   */
  public QuantizedPrefix(
      FloatGraph graph, Map<Value, ActivationGrid> grids, Calibration calibration, int pictures, OrderedWork work) {
    this(
        graph,
        work,
        new Activations(grids, graph.input(), calibration.pixels()),
        calibration.validation(),
        Math.max(pictures, calibration.validation() + 1),
        false);
  }

  private QuantizedPrefix(
      FloatGraph graph, OrderedWork work, Activations activations, int validation, int joined, boolean closed) {
    this.graph = graph;
    this.lastReaders = graph.lastReaders();
    this.work = work;
    this.activations = activations;
    this.validation = validation;
    this.joined = joined;
    this.closed = closed;
  }

  /** Returns a copy of this state with the pictures that have joined, to go on from again; no others can join it. */
  public QuantizedPrefix copy() {
    return new QuantizedPrefix(graph, work, activations.copy(), validation, joined, true);
  }

  /**
   * Lets pictures join, in the calibration's order, until there are this many; all of them at most, and none in a copy.
   */
  public void join(int pictures) {
    int before = joined;
    int more = Math.min(pictures, activations.pictures()) - before;
    if (closed || more <= 0) {
      return;
    }
    work.run(
        more,
        index -> {
          done.forEach(node -> node.accept(before + index));
          return index;
        },
        (index, last) -> {});
    joined += more;
    if (joined == activations.pictures()) {
      done.clear();
    }
  }

  /**
   * Returns how many bytes one picture takes at most when a node is taken and after: all values that are alive at a
   * time, one byte per element.
   *
   * @param from index of the node
   */
  public static long bytesPerPicture(FloatGraph graph, int from) {
    long live = graph.input().shape().elements();
    long mostLive = from == 0 ? live : 0;
    Map<Value, Integer> lastReaders = graph.lastReaders();
    for (int i = 0; i < graph.nodes().size(); i++) {
      Node node = graph.nodes().get(i);
      for (Value value : new HashSet<>(node.inputs())) {
        if (lastReaders.get(value) == i) {
          live -= value.shape().elements();
        }
      }
      live += node.output().shape().elements();
      if (i >= from - 1) {
        mostLive = Math.max(mostLive, live);
      }
    }
    return mostLive;
  }

  /** Number of pictures that have joined. */
  public int pictures() {
    return joined;
  }

  /** Number of the first pictures, which are not learned from. */
  public int validation() {
    return validation;
  }

  /** Returns a value's real numbers in a picture: height × width × channels. The value must have a reader to come. */
  public float[] real(Value value, int picture) {
    return activations.real(value, picture);
  }

  /** Takes a node that has no weights. */
  public void take(int index) {
    Node node = graph.nodes().get(index);
    store(index, computation(node));
  }

  /**
   * Takes a convolution with its quantized weights.
   *
   * @param kernel the real values of the weights
   * @param correction decides on a correction by the mean and variance of the channels' results
   * @return the correction
   */
  public ChannelGains take(int index, Kernel kernel, IntoCorrection correction) {
    Node.Convolution conv = (Node.Convolution) graph.nodes().get(index);
    IntFunction<float[]> computation = computation(conv.bare(conv.output(), kernel));
    int channels = conv.kernel().outputs();
    boolean kept = (long) Float.BYTES * conv.output().shape().elements() * pictures() <= KEPT_BYTES;
    float[][] outputs = new float[pictures()][];
    ChannelMoments learned = new ChannelMoments(channels);
    List<ChannelMoments> unseen = new ArrayList<>();
    work.run(
        outputs.length,
        picture -> {
          float[] output = computation.apply(picture);
          if (kept) {
            outputs[picture] = output;
          }
          ChannelMoments found = new ChannelMoments(channels);
          found.add(output);
          return found;
        },
        (picture, found) -> {
          if (picture >= validation) {
            learned.add(found);
          } else {
            unseen.add(found);
          }
        });
    ChannelGains corrected = correction.of(learned, unseen);
    if (!conv.output().equals(graph.output())) {
      store(
          index,
          picture -> {
            boolean known = picture < outputs.length && outputs[picture] != null;
            float[] output = known ? outputs[picture] : computation.apply(picture);
            if (known) {
              outputs[picture] = null;
            }
            return corrected.finish(conv, output, residual(conv, picture));
          });
    }
    return corrected;
  }

  /** Decides on a correction. */
  @FunctionalInterface
  public interface IntoCorrection {
    /**
     * @param learned the results on all pictures that are learned from
     * @param unseen the results on each validation picture
     */
    ChannelGains of(ChannelMoments learned, List<ChannelMoments> unseen);
  }

  private IntFunction<float[]> computation(Node node) {
    if (node instanceof Node.Addition add) {
      return picture -> sum(add, activations.real(add.left(), picture), activations.real(add.right(), picture));
    }
    Value input = node.inputs().getFirst();
    FloatExecutor executor = FloatExecutor.of(node);
    return picture -> executor.run(activations.real(input, picture));
  }

  private static float[] sum(Node.Addition add, float[] left, float[] right) {
    float[] sum = new float[left.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = add.clamp().apply(left[i] + right[i]);
    }
    return sum;
  }

  /** Stores a node's result picture by picture, and drops at once what nothing reads any more. */
  private void store(int index, IntFunction<float[]> computation) {
    Node node = graph.nodes().get(index);
    List<Value> finished = new ArrayList<>();
    for (Value value : new HashSet<>(node.inputs())) {
      if (lastReaders.get(value) == index) {
        finished.add(value);
      }
    }
    activations.open(node.output());
    IntConsumer step =
        picture -> {
          activations.store(node.output(), picture, computation.apply(picture));
          finished.forEach(value -> activations.close(value, picture));
        };
    work.run(
        joined,
        picture -> {
          step.accept(picture);
          return picture;
        },
        (picture, stored) -> {});
    if (!closed && joined < activations.pictures()) {
      done.add(step);
    }
  }

  private float[] residual(Node.Convolution conv, int picture) {
    return conv.residual().map(value -> activations.real(value, picture)).orElse(null);
  }
}
