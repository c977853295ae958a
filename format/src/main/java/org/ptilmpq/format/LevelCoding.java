package org.ptilmpq.format;

/** How the levels of a layer are coded; the file stores the ordinal. */
enum LevelCoding {
  /** Not at all: all channels have width 0. */
  NONE,
  /** In the stream of the channels' parameters, by probabilities that adapt: small layers. */
  ADAPTIVE,
  /** In a stream of the layer's own with fixed tables: large layers, which have to be decoded fast. */
  TABLES
}
