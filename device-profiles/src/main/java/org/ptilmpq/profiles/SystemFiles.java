package org.ptilmpq.profiles;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads what the kernel shows below {@code /proc} and {@code /sys}. What isn't there, can't be read or isn't of the
 * expected form is empty: what a machine shows is advice, and never a reason to fail.
 *
 * @param root of the file system, another folder in tests
 */
record SystemFiles(Path root) {

  private static final System.Logger LOG = System.getLogger(SystemFiles.class.getName());

  /** A larger file isn't what we look for; a machine of 256 processors has 400 KB of /proc/cpuinfo. */
  private static final int LARGEST_FILE = 1024 * 1024;

  /** Entries of a folder that are read: more than any machine has processors. */
  private static final int MAX_ENTRIES = 4096;

  /** Text from outside may go to a terminal: no more of it than this. */
  private static final int MAX_LINE = 120;

  /** The file's text, at most its first MiB. */
  String text(String below) {
    Path file = root.resolve(below);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return "";
    }
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LARGEST_FILE), StandardCharsets.UTF_8);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "can''t read {0}: {1}", file, e);
      return "";
    }
  }

  /** The number in a file that holds one whole number, not negative. */
  OptionalLong number(String below) {
    String text = text(below).strip();
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  /** The entries of a folder that have this form ("thermal_zone*"), as paths below the root; 2 comes before 10. */
  List<String> entries(String below, String glob) {
    List<String> found = new ArrayList<>();
    Path folder = root.resolve(below);
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, glob)) {
      for (Path entry : entries) {
        if (found.size() == MAX_ENTRIES) {
          break;
        }
        found.add(below + "/" + entry.getFileName());
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.log(System.Logger.Level.DEBUG, "can''t list {0}: {1}", folder, e);
    }
    found.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
    return found;
  }

  /** Returns the text without what can't be seen, as one line, cut where it is longer than a name can be. */
  static String printable(String text) {
    String head = text.length() > 2 * MAX_LINE ? text.substring(0, 2 * MAX_LINE) : text;
    String visible = head.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Co}\\p{Cs}\\x{FFFD}\\p{Zl}\\p{Zp}]+", " ").strip();
    return visible.length() > MAX_LINE ? visible.substring(0, MAX_LINE) + "…" : visible;
  }
}
