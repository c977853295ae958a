package org.ptilmpq.quantizer.matching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.calibration.ActivationGrid;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.ChannelGains;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.reference.RandomNetwork;
import org.ptilmpq.testkit.Seeds;

/** Pictures that join a {@link QuantizedPrefix} when some of its nodes are taken, in networks of every kind of node. */
class JoiningPicturesTest {

  private static final int NETWORKS = 60;
  private static final int PICTURES = 9;

  private final RandomGenerator random = Seeds.example(41);
  private final OrderedWork work = new OrderedWork(2);

  @AfterEach
  void close() {
    work.close();
  }

  @Test
  void haveTheBytesTheyWouldHaveHadFromTheStart() {
    int late = 0;
    int afterResiduals = 0;
    int forgotten = 0;
    for (int drawn = 0; drawn < NETWORKS; drawn++) {
      Network network = new Network();
      QuantizedPrefix all = network.prefix(PICTURES);
      QuantizedPrefix some = network.prefix(random.nextInt(1, 4));
      boolean residual = false;
      for (int index = 0; index < network.nodes(); index++) {
        if (random.nextInt(4) == 0 && some.pictures() < PICTURES) {
          some.join(some.pictures() + random.nextInt(1, 4));
          late += index > 1 ? 1 : 0;
          afterResiduals += residual ? 1 : 0;
        }
        network.assertSame(index, some, all);
        forgotten += network.assertForgotten(index, some);
        network.assertSameMoments(network.take(index, some), network.take(index, all), some.pictures());
        residual |= network.graph.nodes().get(index) instanceof Node.Convolution conv && conv.residual().isPresent();
      }
    }
    assertThat(late).isGreaterThan(NETWORKS);
    assertThat(afterResiduals).isGreaterThan(NETWORKS / 4);
    assertThat(forgotten).isGreaterThan(NETWORKS);
  }

  @Test
  void areAllThereAreAtMost() {
    Network network = new Network();
    QuantizedPrefix all = network.prefix(PICTURES);
    QuantizedPrefix some = network.prefix(2);
    network.take(0, some);
    network.take(0, all);
    some.join(1);
    assertThat(some.pictures()).as("none leave").isEqualTo(2);
    some.join(3);
    assertThat(some.pictures()).isEqualTo(3);
    some.join(Integer.MAX_VALUE);
    assertThat(some.pictures()).isEqualTo(PICTURES);
    some.join(PICTURES + 1);
    assertThat(some.pictures()).isEqualTo(PICTURES);
    for (int index = 1; index < network.nodes(); index++) {
      network.assertSame(index, some, all);
      network.take(index, some);
      network.take(index, all);
    }
  }

  @Test
  void joinNoCopy() {
    Network network = new Network();
    QuantizedPrefix all = network.prefix(PICTURES);
    QuantizedPrefix some = network.prefix(2);
    network.take(0, all);
    network.take(0, some);
    some.join(4);
    QuantizedPrefix allCopied = all.copy();
    QuantizedPrefix copy = some.copy();
    copy.join(5);
    allCopied.join(PICTURES + 5);
    for (int index = 1; index < network.nodes(); index++) {
      some.join(4 + index);
      network.assertSame(index, some, all);
      network.take(index, some);
      network.take(index, all);
    }
    assertThat(some.pictures()).isEqualTo(PICTURES);
    for (int index = 1; index < network.nodes(); index++) {
      copy.join(PICTURES);
      assertThat(copy.pictures()).isEqualTo(4);
      assertThat(allCopied.pictures()).isEqualTo(PICTURES);
      network.assertSame(index, copy, allCopied);
      network.take(index, copy);
      network.take(index, allCopied);
    }
  }

  @Test
  void takeTheMemoryOfWhatIsAliveFromThenOn() {
    int decreasing = 0;
    for (int drawn = 0; drawn < NETWORKS; drawn++) {
      FloatGraph graph = RandomNetwork.draw(random);
      long before = QuantizedPrefix.bytesPerPicture(graph, 0);
      for (int taken = 0; taken < graph.nodes().size(); taken++) {
        long bytes = QuantizedPrefix.bytesPerPicture(graph, taken);
        assertThat(bytes).as("network %d, %d nodes taken", drawn, taken).isEqualTo(mostAlive(graph, taken));
        decreasing += bytes < before ? 1 : 0;
        before = bytes;
      }
    }
    assertThat(decreasing).isGreaterThan(NETWORKS / 2);
  }

  /** The most that is alive when this many nodes or more have been taken; what nothing reads stays to the end. */
  private static long mostAlive(FloatGraph graph, int from) {
    Map<Value, Integer> lastReaders = graph.lastReaders();
    long most = 0;
    for (int taken = from; taken <= graph.nodes().size(); taken++) {
      long alive = 0;
      for (Value value : graph.values().subList(0, taken + 1)) {
        alive += lastReaders.getOrDefault(value, Integer.MAX_VALUE) >= taken ? value.shape().elements() : 0;
      }
      most = Math.max(most, alive);
    }
    return most;
  }

  /** A random network, with the quantized form of its convolutions. */
  private final class Network {

    final FloatGraph graph = RandomNetwork.draw(random);
    private final Map<Value, ActivationGrid> grids = new HashMap<>();
    private final Map<Node, Kernel> kernels = new HashMap<>();
    private final Map<Node, ChannelGains> corrections = new HashMap<>();
    private final Calibration calibration;

    Network() {
      List<byte[]> pixels = new ArrayList<>();
      for (int picture = 0; picture < PICTURES; picture++) {
        pixels.add(new byte[graph.input().shape().elements()]);
        random.nextBytes(pixels.getLast());
      }
      calibration = new Calibration(Map.of(), Map.of(), Map.of(), pixels, 0, PICTURES, List.of());
      graph.values().forEach(value -> grids.put(value, ActivationGrid.covering(-3, 3)));
      for (Node.Convolution conv : graph.convolutions()) {
        Kernel kernel = conv.kernel();
        float[] values = kernel.values().clone();
        for (int i = 0; i < values.length; i++) {
          values[i] = 0.1f * Math.round(values[i] / 0.1f);
        }
        kernels.put(conv, new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), values));
        ChannelGains correction = ChannelGains.none(kernel.outputs());
        for (int c = 0; c < kernel.outputs(); c++) {
          correction.gains()[c] = random.nextFloat(0.8f, 1.25f);
          correction.shifts()[c] = (float) random.nextGaussian(0, 0.3);
        }
        corrections.put(conv, correction);
      }
    }

    int nodes() {
      return graph.nodes().size();
    }

    QuantizedPrefix prefix(int pictures) {
      return new QuantizedPrefix(graph, grids, calibration, pictures, work);
    }

    /** Takes a node, and returns the moments that a convolution's results had. */
    ChannelMoments take(int index, QuantizedPrefix prefix) {
      ChannelMoments[] moments = {new ChannelMoments(0)};
      Node node = graph.nodes().get(index);
      if (node instanceof Node.Convolution) {
        prefix.take(
            index,
            kernels.get(node),
            (found, unseen) -> {
              moments[0] = found;
              return corrections.get(node);
            });
      } else {
        prefix.take(index);
      }
      return moments[0];
    }

    /** Compares every value that is there before a node is taken. */
    void assertSame(int taken, QuantizedPrefix some, QuantizedPrefix all) {
      for (Value value : graph.values().subList(0, taken + 1)) {
        for (int picture = 0; isToBeRead(value, taken) && picture < some.pictures(); picture++) {
          assertThat(some.real(value, picture))
              .as("%s of picture %d", value, picture)
              .isEqualTo(all.real(value, picture));
        }
      }
    }

    /**
     * Checks that pictures that join keep nothing that they don't need, or few could begin. Nothing of the network's
     * input is kept at any time.
     */
    int assertForgotten(int taken, QuantizedPrefix prefix) {
      int forgotten = 0;
      for (Value value : graph.values().subList(1, taken + 1)) {
        boolean finished = graph.lastReaders().containsKey(value) && !isToBeRead(value, taken);
        for (int picture = 0; finished && picture < prefix.pictures(); picture++) {
          int one = picture;
          assertThatNullPointerException().isThrownBy(() -> prefix.real(value, one));
          forgotten++;
        }
      }
      return forgotten;
    }

    private boolean isToBeRead(Value value, int taken) {
      return graph.lastReaders().getOrDefault(value, -1) >= taken;
    }

    void assertSameMoments(ChannelMoments some, ChannelMoments all, int pictures) {
      for (int c = 0; c < some.channels() && pictures == PICTURES; c++) {
        assertThat(some.mean(c)).isEqualTo(all.mean(c));
        assertThat(some.variance(c)).isEqualTo(all.variance(c));
      }
    }
  }
}
