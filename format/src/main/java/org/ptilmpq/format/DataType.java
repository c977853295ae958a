package org.ptilmpq.format;

/** How one element of a tensor is stored. */
public enum DataType {
  /** A signed byte q that represents scale · (q − zeroPoint). */
  INT8,
  /** A 32-bit float, for the scores at the network's end. */
  FLOAT32
}
