package org.ptilmpq.quantizer.report;

import java.util.OptionalDouble;

/**
 * The distance of a layer's output from the float network's with all layers quantized: squared error over the output's
 * variance. Where the second figure is much larger than the first, the layer, or those before it, learned something
 * from their pictures that doesn't hold for others.
 *
 * @param seen on pictures that the quantization learned from
 * @param unseen on pictures that it didn't use
 */
public record OutputErrors(OptionalDouble seen, OptionalDouble unseen) {

  /** Nothing is known. */
  public static final OutputErrors NONE = new OutputErrors(OptionalDouble.empty(), OptionalDouble.empty());
}
