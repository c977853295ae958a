package org.ptilmpq.quantizer.prepare;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ptilmpq.quantizer.options.QuantizationException;

/** Class names in index order, one per line. */
final class LabelFile {

  /** More than the names of any network's classes take. */
  private static final long MAX_BYTES = 16_000_000;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private LabelFile() {}

  /**
   * Reads the names; empty lines at the end don't count.
   *
   * @param classes how many there must be
   * @throws QuantizationException when there are more or fewer, one is empty, or the file isn't text
   */
  static List<String> read(Path file, int classes) throws IOException, QuantizationException {
    if (!Files.isRegularFile(file)) {
      throw new QuantizationException("no file of labels at " + file);
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new QuantizationException(file + " is too long for a file of labels: " + Files.size(file) + " bytes");
    }
    List<String> names = lines(file).stream().map(String::strip).toList();
    while (!names.isEmpty() && names.getLast().isEmpty()) {
      names = names.subList(0, names.size() - 1);
    }
    if (names.size() != classes) {
      throw new QuantizationException(file + " has " + names.size() + " labels, the model has " + classes + " classes");
    }
    int empty = names.indexOf("");
    if (empty >= 0) {
      throw new QuantizationException(file + ", line " + (empty + 1) + ": no label");
    }
    return names;
  }

  private static List<String> lines(Path file) throws IOException, QuantizationException {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      // Editors on Windows put the mark before the text; it is not part of the first name.
      text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
      if (text.indexOf('\0') >= 0) {
        throw new QuantizationException(file + " is not text in UTF-8: its zero bytes look like UTF-16");
      }
      return text.lines().toList();
    } catch (CharacterCodingException e) {
      throw new QuantizationException(file + " is not text in UTF-8", e);
    }
  }
}
