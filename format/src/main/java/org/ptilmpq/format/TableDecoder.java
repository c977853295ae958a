package org.ptilmpq.format;

/** Decodes layers that are coded with tables, on any thread, faster than this module's own decoder. */
public interface TableDecoder {

  /** No decoder: the module's own decodes all layers. */
  TableDecoder NONE = layer -> false;

  /**
   * Decodes a layer into its codes and tails.
   *
   * @return false where the layer is damaged, or left to this module's own decoder, which says what is wrong with it;
   *     codes and tails may hold anything then
   */
  boolean decode(CodedLayer layer);
}
