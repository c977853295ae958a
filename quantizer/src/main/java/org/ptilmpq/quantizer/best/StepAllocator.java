package org.ptilmpq.quantizer.best;

import java.util.List;

/**
 * Shares bits out among all channels of all layers: each gets the step at which a bit more would gain the same
 * everywhere. With {@code Σ importance · σ² · error(step/σ)} as the loss and {@code Σ n · bits(step/σ)} as the budget
 * the best steps minimise {@code importance · σ² · error + λ · n · bits} channel by channel (reverse water-filling;
 * Cover and Thomas, Elements of Information Theory, section 10.3), for one λ that meets the budget.
 */
final class StepAllocator {

  private static final int BISECTIONS = 60;

  private final List<Demand> demands;

  /**
   * The demand of one layer.
   *
   * @param curve of its weights
   * @param weights of one channel
   * @param deviations of each channel's weights
   * @param importance of each channel: what a squared error of 1 in every weight costs the network
   * @param rate bits that are really taken over those of the curve
   */
  record Demand(RateCurve curve, int weights, double[] deviations, double[] importance, double rate) {

    /**
     * Returns the demand of the same layer after a trial.
     *
     * @param gain its error over the one that the importance was measured with
     * @param trialRate its bits over those that were expected of it
     */
    Demand tried(double gain, double trialRate) {
      double[] tried = new double[importance.length];
      for (int c = 0; c < tried.length; c++) {
        tried[c] = importance[c] * gain;
      }
      return new Demand(curve, weights, deviations, tried, rate * trialRate);
    }

    /** Returns the channel's step at a price of bits, in the unit of its weights; 0 for a channel without weights. */
    double step(int channel, double price) {
      double deviation = deviations[channel];
      return deviation * ratio(channel, price);
    }

    /** Returns the channel's step in standard deviations. */
    private double ratio(int channel, double price) {
      double deviation = deviations[channel];
      double t = importance[channel] * deviation * deviation / (price * weights);
      return curve.step(Math.max(t, Double.MIN_NORMAL));
    }

    /** Returns the bits of all the layer's weights at a price. */
    double bits(double price) {
      double sum = 0;
      for (int c = 0; c < deviations.length; c++) {
        if (deviations[c] > 0) {
          sum += weights * curve.bits(ratio(c, price));
        }
      }
      return rate * sum;
    }
  }

  StepAllocator(List<Demand> demands) {
    this.demands = List.copyOf(demands);
  }

  /** Returns the price of a bit at which all layers together take this many bits. */
  double price(double bits) {
    double low = -300;
    double high = 300;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (bits(Math.exp(middle)) > bits) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(high);
  }

  /** Returns the bits of all layers at a price. */
  double bits(double price) {
    return demands.stream().mapToDouble(demand -> demand.bits(price)).sum();
  }
}
