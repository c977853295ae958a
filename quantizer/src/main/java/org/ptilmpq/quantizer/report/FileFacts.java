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
 * @param parts what the bytes are, in the order to be shown
 * @param otherStorage the other form
 * @param otherBytes its size in that form, where it is known
 * @param codesAlone bytes of the weights' codes and nothing else, Σ over the channels of weights · width ÷ 8: how the
 *     paper counts (arXiv 2404.02947)
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
