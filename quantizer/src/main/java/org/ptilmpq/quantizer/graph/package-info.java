/**
 * The float network between import and quantization: {@link org.ptilmpq.quantizer.graph.FloatGraph}, whose nodes are
 * the operations of the {@code .pq} file with real weights. Graphs are immutable; {@link
 * org.ptilmpq.quantizer.graph.Passes} make new ones that compute the same with fewer nodes.
 */
package org.ptilmpq.quantizer.graph;
