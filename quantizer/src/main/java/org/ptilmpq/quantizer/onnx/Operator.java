package org.ptilmpq.quantizer.onnx;

import java.io.IOException;
import org.ptilmpq.quantizer.options.OnnxException;

/** Imports one kind of ONNX node into the graph. */
interface Operator {

  /**
   * Adds what the node computes to the graph, if it computes anything that the graph doesn't have yet.
   *
   * @return what the node's first output is
   * @throws OnnxException for inputs and attributes that aren't supported
   * @throws IllegalArgumentException where shapes don't fit; the reader names the node
   */
  Imported read(OnnxNode node, GraphBuilder graph) throws IOException;
}
