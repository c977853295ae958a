package org.ptilmpq.quantizer.matching;

import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.reference.FloatExecutor;

/**
 * How far the weights of a layer should go from the float ones, W, to those that make up for the drift of its inputs on
 * the pictures that were learned from, W'. On validation pictures, which weren't, the drift of the inputs from x to x̂
 * takes a = W·x − W·x̂ from the outputs, and going all the way would give b = W'·x̂ − W·x̂ back. The share s with the
 * least squares of a − s·b is <b>s = Σab / Σb²</b>, held within 0…1; means are left out, since matching sets them
 * right.
 */
public final class DriftShare {

  private final Node.Convolution conv;
  private final OrderedWork work;
  private final double[] drifts;
  private final double[] amends;
  private double products;
  private double squares;
  private long positions;

  private DriftShare(Node.Convolution conv, OrderedWork work) {
    this.conv = conv;
    this.work = work;
    drifts = new double[conv.kernel().outputs()];
    amends = new double[drifts.length];
  }

  /**
   * Returns the share.
   *
   * @param all weights that make up for all of the drift, in the order of {@link Kernel#channelsLast}
   * @param quantized what the layer reads
   * @param exact what the float network's layer reads
   * @return 0 where there are no validation pictures
   */
  public static double of(
      Node.Convolution conv, float[] all, QuantizedPrefix quantized, QuantizedPrefix exact, OrderedWork work) {
    DriftShare share = new DriftShare(conv, work);
    share.measure(all, quantized, exact);
    return share.share();
  }

  /** Outputs of a picture: what drift takes of them, and what the other weights give back. */
  private record Changes(float[] drift, float[] amends) {}

  private void measure(float[] all, QuantizedPrefix quantized, QuantizedPrefix exact) {
    Kernel kernel = conv.kernel();
    Kernel amended = Kernel.ofChannelsLast(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), all);
    FloatExecutor before = FloatExecutor.of(conv.bare(conv.output(), kernel));
    FloatExecutor after = FloatExecutor.of(conv.bare(conv.output(), amended));
    work.run(
        quantized.validation(),
        picture -> {
          float[] drifted = quantized.real(conv.input(), picture);
          float[] base = before.run(drifted);
          return new Changes(
              difference(before.run(exact.real(conv.input(), picture)), base), difference(after.run(drifted), base));
        },
        (picture, changes) -> add(changes));
  }

  private static float[] difference(float[] left, float[] right) {
    float[] difference = new float[left.length];
    for (int i = 0; i < difference.length; i++) {
      difference[i] = left[i] - right[i];
    }
    return difference;
  }

  private void add(Changes changes) {
    for (int at = 0; at < changes.drift.length; at += drifts.length) {
      for (int c = 0; c < drifts.length; c++) {
        double drift = changes.drift[at + c];
        double amend = changes.amends[at + c];
        drifts[c] += drift;
        amends[c] += amend;
        products += drift * amend;
        squares += amend * amend;
      }
      positions++;
    }
  }

  private double share() {
    double common = products;
    double own = squares;
    for (int c = 0; c < drifts.length && positions > 0; c++) {
      common -= drifts[c] * amends[c] / positions;
      own -= amends[c] * amends[c] / positions;
    }
    return common > 0 && own > 0 ? Math.min(1, common / own) : 0;
  }
}
