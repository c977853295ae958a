package org.ptilmpq.quantizer.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.InputSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.quantizer.reference.RandomNetwork;
import org.ptilmpq.runtime.image.PictureException;
import org.ptilmpq.testkit.Seeds;

class InputMagnitudesTest {

  private static final int PICTURES = 11;

  private final RandomGenerator random = Seeds.example(43);
  private final FloatGraph graph = RandomNetwork.draw(random);
  private final Recorder recorder = new Recorder();

  @Test
  void areThoseOfEveryValueThatAConvolutionReads() {
    for (int drawn = 0; drawn < 20; drawn++) {
      FloatGraph other = RandomNetwork.draw(random);
      Pictures pictures = new Pictures(other, Set.of());
      assertMoments(measure(other, pictures, PICTURES, 2), other, pictures.first(PICTURES));
    }
  }

  @Test
  void leaveOutPicturesThatCannotBeRead() {
    Pictures pictures = new Pictures(graph, Set.of(0, 4, 5, PICTURES - 1));
    Map<Value, ChannelMoments> found = measure(graph, pictures, PICTURES, 2);
    assertMoments(found, graph, List.of(1, 2, 3, 6, 7, 8, 9).stream().map(pictures.pictures::get).toList());
    assertThat(recorder.steps).as("steps, unreadable pictures too").isEqualTo(PICTURES);
  }

  @Test
  void areNoneWhenNoPictureCanBeRead() {
    Set<Integer> every = IntStream.range(0, PICTURES).boxed().collect(Collectors.toSet());
    assertThat(measure(graph, new Pictures(graph, every), PICTURES, 2)).isEmpty();
  }

  @Test
  void takeNoMorePicturesThanAskedForAndThere() {
    Pictures pictures = new Pictures(graph, Set.of(1));
    Map<Value, ChannelMoments> found = measure(graph, pictures, 4, 2);
    assertMoments(found, graph, List.of(0, 2, 3).stream().map(pictures.pictures::get).toList());
    assertThat(pictures.read).containsExactlyInAnyOrder(0, 1, 2, 3);
    assertThat(recorder.announced).containsExactly(4);
    assertThat(recorder.steps).isEqualTo(4);
    measure(graph, pictures, PICTURES + 90, 2);
    assertThat(recorder.announced).containsExactly(4, PICTURES);
  }

  @Test
  void areTheSameForAnyNumberOfThreads() {
    Pictures pictures = new Pictures(graph, Set.of(2));
    Map<Value, ChannelMoments> one = measure(graph, pictures, PICTURES, 1);
    Map<Value, ChannelMoments> two = measure(graph, pictures, PICTURES, 2);
    assertThat(two.keySet()).isNotEmpty().isEqualTo(one.keySet());
    one.forEach((value, moments) -> {
      for (int c = 0; c < moments.channels(); c++) {
        assertThat(two.get(value).mean(c)).isEqualTo(moments.mean(c));
        assertThat(two.get(value).variance(c)).isEqualTo(moments.variance(c));
      }
    });
  }

  private Map<Value, ChannelMoments> measure(FloatGraph graph, InputSource source, int most, int threads) {
    try (OrderedWork work = new OrderedWork(threads)) {
      return InputMagnitudes.measure(graph, source, most, work, recorder);
    }
  }

  /** Compares with sums over all elements of all pictures. */
  private static void assertMoments(Map<Value, ChannelMoments> found, FloatGraph graph, List<float[]> pictures) {
    Map<Value, double[]> sums = new HashMap<>();
    Map<Value, double[]> squares = new HashMap<>();
    for (float[] picture : pictures) {
      new FloatExecutor(graph).run(
          picture,
          (value, elements) -> {
            int channels = value.shape().channels();
            for (int i = 0; i < elements.length; i++) {
              double share = (double) elements[i] * channels / elements.length / pictures.size();
              sums.computeIfAbsent(value, v -> new double[channels])[i % channels] += share;
              squares.computeIfAbsent(value, v -> new double[channels])[i % channels] += share * elements[i];
            }
          });
    }
    assertThat(found.keySet())
        .isEqualTo(graph.convolutions().stream().map(Node.Convolution::input).collect(Collectors.toSet()));
    found.forEach((value, moments) -> {
      assertThat(moments.channels()).isEqualTo(value.shape().channels());
      for (int c = 0; c < moments.channels(); c++) {
        double mean = sums.get(value)[c];
        double square = squares.get(value)[c];
        assertThat(moments.mean(c)).as("mean of %s", value).isCloseTo(mean, within(1e-12 * Math.sqrt(square)));
        assertThat(moments.variance(c))
            .as("variance of %s", value)
            .isCloseTo(square - mean * mean, within(1e-12 * square));
      }
    });
  }

  /** Random pictures some of which can't be read. */
  private final class Pictures implements InputSource {

    final List<float[]> pictures = new ArrayList<>();
    final Queue<Integer> read = new ConcurrentLinkedQueue<>();
    private final Set<Integer> unreadable;

    Pictures(FloatGraph graph, Set<Integer> unreadable) {
      this.unreadable = unreadable;
      for (int i = 0; i < PICTURES; i++) {
        pictures.add(RandomNetwork.picture(graph, random));
      }
    }

    List<float[]> first(int count) {
      return pictures.subList(0, count);
    }

    @Override
    public int count() {
      return PICTURES;
    }

    @Override
    public InputReader.Input read(int index) throws PictureException {
      read.add(index);
      if (unreadable.contains(index)) {
        throw new PictureException("picture " + index + " is damaged");
      }
      return new InputReader.Input(pictures.get(index), new byte[0]);
    }

    @Override
    public String name(int index) {
      return "picture " + index;
    }
  }

  /** Counts steps. */
  private static final class Recorder implements Progress {

    final List<Integer> announced = new ArrayList<>();
    int steps;

    @Override
    public void stage(String name, int count) {
      announced.add(count);
    }

    @Override
    public void step() {
      steps++;
    }

    @Override
    public void note(String message) {
      throw new AssertionError("calibration reports unreadable pictures, not this: " + message);
    }
  }
}
