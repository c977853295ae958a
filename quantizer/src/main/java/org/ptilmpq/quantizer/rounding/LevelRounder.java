package org.ptilmpq.quantizer.rounding;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.rounding.QuantizedLayer.ChannelCode;
import org.ptilmpq.quantizer.secondorder.InverseFactor;
import org.ptilmpq.quantizer.secondorder.LevelRule;
import org.ptilmpq.quantizer.secondorder.QuadraticError;
import org.ptilmpq.quantizer.secondorder.SecondOrderRounding;

/** Rounds the weights of a layer to integer codes, by what is known of its inputs. */
public final class LevelRounder {

  private final float[] weights;
  private final int inputs;
  private final float[] scales;
  private final List<LevelRange> ranges;
  private final short[][] levels;

  private LevelRounder(Node.Convolution conv, float[] targets, Goal goal) {
    weights = targets;
    inputs = conv.kernel().weightsPerOutput();
    int channels = goal.scales().length;
    ranges =
        goal.codes()
            .map(codes -> codes.stream().map(LevelRange::of).toList())
            .orElseGet(() -> IntStream.range(0, channels).mapToObj(c -> LevelRange.unclipped()).toList());
    levels = new short[channels][inputs];
    scales = new float[channels];
    for (int c = 0; c < channels; c++) {
      scales[c] = fitting(goal.scales()[c], c);
    }
  }

  /**
   * The goal that a layer's weights are to be rounded to.
   *
   * @param scales real value of one level, for each output channel; 0 for a channel that gets no codes
   * @param codes the width and grid of each channel where they are given; empty where levels may have any size and the
   *     widths follow from them
   */
  public record Goal(float[] scales, Optional<List<ChannelCode>> codes) {

    /** Returns a goal of levels of any size. */
    public static Goal unclipped(float[] scales) {
      return new Goal(scales, Optional.empty());
    }

    /** Returns a goal of codes of given widths. */
    public static Goal of(List<ChannelCode> codes, float[] scales) {
      return new Goal(scales, Optional.of(codes));
    }
  }

  /** Squared errors of outputs: all, without constant ones, and those of nearest levels without constant ones. */
  private record Errors(double all, double varying, double nearest) {

    Errors plus(Errors other) {
      return new Errors(all + other.all, varying + other.varying, nearest + other.nearest);
    }
  }

  /**
   * Returns the layer rounded, with the biases of the float one. Where only the variances of the inputs are known, its
   * error leaves out what is constant.
   *
   * @param targets the weights to come close to, in the order of
   *     {@link org.ptilmpq.quantizer.graph.Kernel#channelsLast}
   * @param variance of the outputs, all channels together
   */
  public static QuantizedLayer round(
      Node.Convolution conv,
      float[] targets,
      Goal goal,
      LayerMoments moments,
      double variance,
      OrderedWork work) {
    LevelRounder rounder = new LevelRounder(conv, targets, goal);
    int perGroup = rounder.scales.length / moments.groups();
    Errors errors = new Errors(0, 0, 0);
    for (int group = 0; group < moments.groups(); group++) {
      int from = group * perGroup;
      errors =
          errors.plus(
              moments.isFull()
                  ? rounder.roundTogether(from, from + perGroup, moments.second(group), work)
                  : rounder.roundNearest(from, from + perGroup, moments.variances(group)));
    }
    List<ChannelCode> codes =
        goal.codes().orElseGet(() -> DenseWidths.choose(rounder.levels, conv.outputParts()));
    return new QuantizedLayer(
        codes,
        rounder.coded(codes),
        rounder.scales,
        conv.bias(),
        variance > 0 ? errors.all / variance : 0,
        errors.nearest > 0 ? errors.varying / errors.nearest : 1);
  }

  /**
   * Returns a scale at which the largest weight of an unclipped channel has a level; 1 for a channel that gets no
   * codes, or is zero.
   */
  private float fitting(float scale, int channel) {
    float largest = 0;
    for (int k = channel * inputs; k < (channel + 1) * inputs; k++) {
      largest = Math.max(largest, Math.abs(weights[k]));
    }
    if (!(scale > 0) || largest == 0) {
      return 1;
    }
    return ranges.get(channel).isUnclipped() ? Math.max(scale, largest / ranges.get(channel).greatest()) : scale;
  }

  private Errors roundNearest(int from, int to, float[] variances) {
    double error = 0;
    for (int c = from; c < to; c++) {
      for (int k = 0; k < inputs; k++) {
        float weight = weights[c * inputs + k];
        levels[c][k] = (short) ranges.get(c).nearest(weight / scales[c]);
        double d = weight - (double) scales[c] * levels[c][k];
        error += variances[k] * d * d;
      }
    }
    return new Errors(error, error, error);
  }

  /**
   * Rounds so that the error of the layer's outputs is small: later weights make up for earlier ones, and each channel
   * gets the scale that suits its levels best.
   */
  private Errors roundTogether(int from, int to, LayerMoments.Second second, OrderedWork work) {
    float[] group = Arrays.copyOfRange(weights, from * inputs, to * inputs);
    float[] steps = Arrays.copyOfRange(scales, from, to);
    LevelRule rule = LevelRange.rule(ranges.subList(from, to));
    double nearest = nearestError(from, to, second);
    InverseFactor factor = second.factor();
    QuadraticError error = new QuadraticError(second.matrix(), inputs, factor.ridge());
    short[] found = SecondOrderRounding.round(group, steps, factor, rule, work);
    steps = error.refit(group, steps, found, work);
    for (int c = from; c < to; c++) {
      scales[c] = steps[c - from];
      System.arraycopy(found, (c - from) * inputs, levels[c], 0, inputs);
    }
    double all = Arrays.stream(new QuadraticError(second.matrix(), inputs, 0).of(group, steps, found, work)).sum();
    return new Errors(all, Math.max(0, all - constantError(from, to, second)), nearest);
  }

  /** Returns the variance of the outputs' errors with nearest levels, if the errors of weights were uncorrelated. */
  private double nearestError(int from, int to, LayerMoments.Second second) {
    double error = 0;
    for (int k = 0; k < inputs; k++) {
      double squares = 0;
      for (int c = from; c < to; c++) {
        float weight = weights[c * inputs + k];
        double d = weight - (double) scales[c] * ranges.get(c).nearest(weight / scales[c]);
        squares += d * d;
      }
      error += squares * second.variance(k);
    }
    return error;
  }

  /** Returns the squares of the outputs' mean errors, the part that matching means takes away. */
  private double constantError(int from, int to, LayerMoments.Second second) {
    double error = 0;
    for (int c = from; c < to; c++) {
      double mean = 0;
      for (int k = 0; k < inputs; k++) {
        mean += (weights[c * inputs + k] - (double) scales[c] * levels[c][k]) * second.moments().mean()[k];
      }
      error += mean * mean;
    }
    return error;
  }

  private short[][] coded(List<ChannelCode> codes) {
    short[][] coded = new short[levels.length][inputs];
    for (int c = 0; c < levels.length; c++) {
      for (int k = 0; k < inputs; k++) {
        coded[c][k] = LevelRange.code(levels[c][k], codes.get(c));
      }
    }
    return coded;
  }
}
