package org.ptilmpq.quantizer.report;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * The file that was written, to the byte.
 *
 * @param name the file's name
 * @param storage its form, "packed" or "compressed"
 * @param bytes its size
 * @param parts what the bytes are, in the order they should be shown
 * @param otherStorage the form it doesn't have
 * @param otherBytes its size in that form, where it is known
 * @param codesAlone bytes of the weights' codes with nothing beside them, Σ over the channels of weights · width ÷ 8:
 *     how the paper counts (arXiv 2404.02947)
 */
public record FileFacts(
    String name,
    String storage,
    long bytes,
    List<Part> parts,
    String otherStorage,
    OptionalLong otherBytes,
    double codesAlone) {

  public FileFacts {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(otherStorage, "otherStorage");
    Objects.requireNonNull(otherBytes, "otherBytes");
    parts = List.copyOf(parts);
  }

  /** Some bytes of a file: "code streams", "scales", "graph", "labels", "alignment" … */
  public record Part(String name, long bytes) {
    public Part {
      Objects.requireNonNull(name, "name");
    }
  }

  /** Bytes that no part claims. */
  public long unaccounted() {
    return bytes - parts.stream().mapToLong(Part::bytes).sum();
  }
}
