package org.ptilmpq.quantizer.faithful;

import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * How much each output channel of a layer matters: the second half of PTILMPQ's Phase 1. The abstract
 * (arXiv 2404.02947) says that important channels get the higher width; it doesn't say how they are judged, and the
 * full text was not available. Each implementation names the source of what stands in.
 */
@FunctionalInterface
public interface ChannelImportance {

  /**
   * Judges a layer.
   *
   * @return one number per output channel, finite and not negative; the larger the more important. Numbers of different
   *     layers can be compared only where an implementation says so
   */
  double[] of(Convolution layer);
}
