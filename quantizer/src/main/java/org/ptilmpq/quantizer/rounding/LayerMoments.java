package org.ptilmpq.quantizer.rounding;

import org.ptilmpq.quantizer.calibration.ChannelMoments;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.secondorder.InverseFactor;
import org.ptilmpq.quantizer.secondorder.SecondMoments;

/**
 * What rounding a layer needs to know of its inputs: how they vary together. About their means, since a constant error of
 * an output is taken up by its bias.
 */
public final class LayerMoments {

  /** Share of the mean variance that is added to each input's: directions hardly seen must not be trusted. */
  private static final double DAMPING = 0.01;

  private final float[][] covariances;
  private final InverseFactor[] factors;
  private final float[][] variances;
  private final int inputs;

  private LayerMoments(float[][] covariances, InverseFactor[] factors, float[][] variances) {
    this.covariances = covariances;
    this.factors = factors;
    this.variances = variances;
    this.inputs = variances[0].length;
  }
}
