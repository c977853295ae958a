package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds what CONTRIBUTING says of source files, over all modules: the width of lines and the size of files. */
class SourceStyleTest {

  private static final int MAX_COLUMNS = 120;
  private static final int MAX_LINES = 500;
  private static final int MIN_MEAN_LINES = 110;
  private static final int MAX_MEAN_LINES = 200;

  /** A file of fewer lines is a crumb, which belongs to a neighbour, unless one would look for it by its name. */
  private static final int SMALL_LINES = 40;

  /** The crumbs that there are, packages' and modules' descriptions not counted: may get fewer, never more. */
  private static final int MAX_SMALL_FILES = 35;

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static List<Path> sources(String kind) throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.map(each -> each.resolve("src").resolve(kind)).filter(Files::isDirectory).toList()) {
        try (Stream<Path> files = Files.walk(module)) {
          // What FlatBuffers generates is as it comes.
          files.filter(file -> file.toString().endsWith(".java") && !file.toString().contains("/format/gen/"))
              .forEach(sources::add);
        }
      }
    }
    return sources;
  }

  @Test
  void noLineIsTooWide() throws IOException {
    List<String> wide = new ArrayList<>();
    for (String kind : List.of("main", "test")) {
      for (Path file : sources(kind)) {
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
          if (lines.get(i).codePointCount(0, lines.get(i).length()) > MAX_COLUMNS) {
            wide.add(ROOT.relativize(file) + ":" + (i + 1));
          }
        }
      }
    }
    assertThat(wide).as("lines of more than %d columns", MAX_COLUMNS).isEmpty();
  }

  @Test
  void filesAreThingsToLookForNeitherCrumbsNorHeaps() throws IOException {
    List<Path> sources = sources("main");
    assertThat(sources).hasSizeGreaterThan(300);
    List<String> small = new ArrayList<>();
    long lines = 0;
    for (Path file : sources) {
      int length = Files.readAllLines(file).size();
      assertThat(length).as(file.toString()).isLessThanOrEqualTo(MAX_LINES);
      if (length < SMALL_LINES && !file.endsWith("package-info.java") && !file.endsWith("module-info.java")) {
        small.add(ROOT.relativize(file).toString());
      }
      lines += length;
    }
    int mean = (int) (lines / sources.size());
    assertThat(mean).as("mean lines of a file").isBetween(MIN_MEAN_LINES, MAX_MEAN_LINES);
    assertThat(small).as("files of fewer than %d lines", SMALL_LINES).hasSizeLessThanOrEqualTo(MAX_SMALL_FILES);
  }
}
