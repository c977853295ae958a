package org.ptilmpq.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of pictures and their classes, to measure accuracy with: a header, then {@code file,class} per line, the
 * class as its index from 0. The text before the last comma of a line is the file's name, relative to the folder of
 * pictures.
 */
public final class LabelledPictures {

  /** More lines than any validation set has: a file with more is not such a table. */
  private static final int MAX_LINES = 10_000_000;

  private LabelledPictures() {}

  /**
   * A picture of known class.
   *
   * @param file the picture
   * @param classIndex from 0
   */
  public record Entry(Path file, int classIndex) {}

  /**
   * Reads a table.
   *
   * @param table the file, in UTF-8
   * @param pictures folder that the names are relative to
   * @param classes how many classes the network tells apart
   * @throws IOException when the table can't be read, has no line, or one that isn't {@code file,class}: the message
   *     names the line; and when there is only one class
   */
  public static List<Entry> read(Path table, Path pictures, int classes) throws IOException {
    if (classes < 2) {
      throw new IOException(
          table + ": the network has a single output, the score of one class: there is no likeliest class to compare"
              + " with a table's");
    }
    List<Entry> entries = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(table, StandardCharsets.UTF_8)) {
      String line = reader.readLine();
      for (int number = 1; line != null; number++, line = reader.readLine()) {
        if (number > MAX_LINES) {
          throw new IOException(table + ": more than " + MAX_LINES + " lines");
        }
        if (number > 1 && !line.isBlank()) {
          entries.add(entry(table + ", line " + number, line, pictures, classes));
        } else if (number == 1 && !isHeader(line)) {
          throw new IOException(table + ", line 1: must be the header \"file,class\", not \"" + line + "\"");
        }
      }
    } catch (CharacterCodingException e) {
      throw new IOException(table + ": not text in UTF-8", e);
    }
    if (entries.isEmpty()) {
      throw new IOException(table + ": no line names a picture");
    }
    return entries;
  }

  /** The two columns may have any names, as long as the second is no number: then the header is missing. */
  private static boolean isHeader(String line) {
    int comma = line.lastIndexOf(',');
    return comma > 0 && !line.substring(comma + 1).strip().matches("-?\\d+");
  }

  private static Entry entry(String where, String line, Path pictures, int classes) throws IOException {
    int comma = line.lastIndexOf(',');
    String name = comma < 0 ? "" : line.substring(0, comma).strip();
    String index = line.substring(comma + 1).strip();
    if (name.isEmpty() || !index.matches("\\d{1,9}")) {
      throw new IOException(where + ": not \"file,class\" with the class as a number: \"" + line + "\"");
    }
    if (Integer.parseInt(index) >= classes) {
      throw new IOException(where + ": class " + index + " of a model with classes 0 to " + (classes - 1));
    }
    try {
      return new Entry(pictures.resolve(name), Integer.parseInt(index));
    } catch (InvalidPathException e) {
      throw new IOException(
          where + ": \"" + name + "\" is not a path in the locale's encoding, "
              + System.getProperty("sun.jnu.encoding") + ": " + e.getReason()
              + (name.indexOf('\0') < 0 ? "; LC_ALL=C.UTF-8 has all letters" : ""),
          e);
    }
  }
}
