package org.ptilmpq.quantizer.passes;

import org.ptilmpq.quantizer.graph.FloatGraph;

/** A rewrite of the graph that computes the same, up to rounding. */
interface Pass {
  FloatGraph apply(FloatGraph graph);
}
