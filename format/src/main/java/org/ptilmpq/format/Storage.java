package org.ptilmpq.format;

/** The form in which a file holds its weights. Both hold the same model, and one becomes the other without loss. */
public enum Storage {
  /** Codes in bit planes, used straight from the mapped file: the fastest start, and pages that processes share. */
  PACKED,
  /** Codes entropy-coded, decoded into the packed form when the file is opened: the smallest file. */
  COMPRESSED
}
