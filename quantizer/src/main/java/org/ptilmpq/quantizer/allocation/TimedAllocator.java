package org.ptilmpq.quantizer.allocation;

import java.util.List;
import java.util.function.DoublePredicate;
import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;

/**
 * Shares bits and time out among all layers: with a price λ of a bit and μ of a nanosecond each layer takes the steps of
 * least {@code loss + λ · bits + μ · time}, which is least loss for the bits and the time that all of them then take
 * (Everett, "Generalized Lagrange multiplier method", 1963). A weight that is used at 3,136 pixels pays for its time 64
 * times what one pays that is used at 49.
 */
public final class TimedAllocator {

  private static final int BISECTIONS = 40;
  private static final double LOG_RANGE = 300;

  /** Where time alone counts, steps are no finer than those of a network of so many bits a weight. */
  private static final double MOST_BITS = 8;

  private final List<CostTable> tables;
  private final double leastBitPrice;

  /** A price of a bit and one of a nanosecond. */
  private record Prices(double bit, double nanosecond) {}

  public TimedAllocator(List<Demand> demands) {
    tables = demands.stream().map(CostTable::new).toList();
    double weights = demands.stream().mapToDouble(demand -> (double) demand.weights() * demand.deviations().length).sum();
    leastBitPrice = new StepAllocator(demands).price(MOST_BITS * weights);
  }

  /**
   * The price of bits that gives a layer's steps, {@link Demand#step}, where it and all that come after it are to take no
   * more than this together. If nothing is as fast, the fastest steps.
   *
   * @param layer the first one that isn't done
   * @param bits infinite where they don't matter: then none are spent that gain next to nothing
   * @param nanoseconds of these layers
   */
  public double price(int layer, double bits, double nanoseconds) {
    List<CostTable> left = tables.subList(layer, tables.size());
    Prices prices = prices(left, bits, 0);
    if (nanoseconds(left, prices) > nanoseconds) {
      double ofTime = least(middle -> nanoseconds(left, prices(left, bits, middle)) <= nanoseconds);
      prices = prices(left, bits, ofTime);
    }
    CostTable first = left.getFirst();
    return first.price(first.best(prices.bit, prices.nanosecond));
  }

  /** What all layers take with the steps that are fastest. */
  public double leastNanoseconds() {
    return tables.stream().mapToDouble(CostTable::leastNanoseconds).sum();
  }

  /** The least price of a bit that keeps to the bits, at a price of time. */
  private Prices prices(List<CostTable> left, double bits, double ofTime) {
    if (bits(left, new Prices(leastBitPrice, ofTime)) <= bits) {
      return new Prices(leastBitPrice, ofTime);
    }
    return new Prices(least(middle -> bits(left, new Prices(middle, ofTime)) <= bits), ofTime);
  }

  /** The least price that is high enough; the highest where none is. */
  private static double least(DoublePredicate enough) {
    double low = -LOG_RANGE;
    double high = LOG_RANGE;
    for (int i = 0; i < BISECTIONS; i++) {
      double middle = (low + high) / 2;
      if (enough.test(Math.exp(middle))) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return Math.exp(high);
  }

  private static double bits(List<CostTable> left, Prices prices) {
    return left.stream().mapToDouble(table -> table.bits(table.best(prices.bit, prices.nanosecond))).sum();
  }

  private static double nanoseconds(List<CostTable> left, Prices prices) {
    return left.stream().mapToDouble(table -> table.nanoseconds(table.best(prices.bit, prices.nanosecond))).sum();
  }
}
