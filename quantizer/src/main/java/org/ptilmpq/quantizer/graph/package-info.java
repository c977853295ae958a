/**
 * The float network between import and quantization: {@link org.ptilmpq.quantizer.graph.FloatGraph}, whose nodes are
 * the operations of the {@code .pq} file with real weights. Graphs are immutable; a pass makes a new one.
 */
package org.ptilmpq.quantizer.graph;
