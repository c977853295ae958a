package org.ptilmpq.quantizer.prepare;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.InputReader;
import org.ptilmpq.quantizer.calibration.InputSource;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.reference.FloatExecutor;
import org.ptilmpq.runtime.image.PictureException;

/** The magnitudes of what convolutions read, channel by channel, on some pictures. */
public final class InputMagnitudes {

  private InputMagnitudes() {}

  /**
   * Runs the float network over the first pictures of a source. Those that can't be read are left out: calibration,
   * which reads them all, reports them.
   *
   * @param most pictures at most
   * @return moments of every value that a convolution reads
   * @throws java.util.concurrent.CancellationException when the calling thread is interrupted
   */
  public static Map<Value, ChannelMoments> measure(
      FloatGraph graph, InputSource source, int most, OrderedWork work, Progress progress) {
    int pictures = Math.min(most, source.count());
    progress.stage("measuring channels", pictures);
    FloatExecutor executor = new FloatExecutor(graph);
    Set<Value> read = graph.convolutions().stream().map(Node.Convolution::input).collect(Collectors.toSet());
    Map<Value, ChannelMoments> moments = new HashMap<>();
    work.run(
        pictures,
        index -> ofPicture(source, index, executor, read),
        (index, found) -> {
          found.forEach(
              (value, ofValue) ->
                  moments.computeIfAbsent(value, v -> new ChannelMoments(v.shape().channels())).add(ofValue));
          progress.step();
        });
    return moments;
  }

  private static Map<Value, ChannelMoments> ofPicture(
      InputSource source, int index, FloatExecutor executor, Set<Value> read) {
    Map<Value, ChannelMoments> found = new HashMap<>();
    InputReader.Input input;
    try {
      input = source.read(index);
    } catch (PictureException e) {
      return found; // Calibration counts and reports pictures like this one.
    }
    executor.run(
        input.real(),
        (value, elements) -> {
          if (read.contains(value)) {
            ChannelMoments moments = new ChannelMoments(value.shape().channels());
            moments.add(elements);
            found.put(value, moments);
          }
        });
    return found;
  }
}
