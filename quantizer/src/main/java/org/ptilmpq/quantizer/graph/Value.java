package org.ptilmpq.quantizer.graph;

/**
 * An activation: the graph's input or what one node computes. Its elements are in the order height × width × channels,
 * with channels adjacent.
 *
 * @param name unique in its graph; the name the model gave it
 * @param shape for one picture
 */
public record Value(String name, Shape shape) {

  @Override
  public String toString() {
    return "'" + name + "' (" + shape + ")";
  }
}
