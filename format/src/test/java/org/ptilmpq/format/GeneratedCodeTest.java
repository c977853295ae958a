package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The schema, the code generated from it, and {@link PqSchema} agree. Where the unpacked flatc can't run (it is for
 * Linux on x86-64), give another of the same version: {@code -Dflatc=/usr/bin/flatc}.
 */
class GeneratedCodeTest {

  private static final Path SCHEMA = Path.of("src/main/flatbuffers/pq.fbs");
  private static final Path GENERATED = Path.of("src/main/java/org/ptilmpq/format/gen");

  @TempDir Path folder;

  @Test
  void committedCodeIsWhatTheSchemaCompilesTo() throws Exception {
    String flatc = System.getProperty("flatc", "target/flatc/bin/flatc");
    Path log = folder.resolve("flatc.log");
    Process process =
        new ProcessBuilder(flatc, "--java", "-o", folder.toString(), SCHEMA.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
    assertThat(sources(GENERATED)).isEqualTo(sources(folder.resolve("org/ptilmpq/format/gen")));
  }

  private static Map<String, String> sources(Path folder) throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        sources.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return sources;
  }

  @Test
  void verifierKnowsEveryFieldOfTheSchemaInItsSlot() throws IOException {
    String schema = Files.readString(SCHEMA).replaceAll("//[^\n]*", "");
    Map<String, List<String>> declared = new TreeMap<>();
    Matcher tables = Pattern.compile("table (\\w+) \\{([^}]*)}").matcher(schema);
    while (tables.find()) {
      List<String> fields = new ArrayList<>();
      Matcher field = Pattern.compile("(\\w+)\\s*:\\s*([^;]*);").matcher(tables.group(2));
      while (field.find()) {
        String type = field.group(2).replaceFirst("=.*", "").strip();
        fields.add(field.group(1) + " " + type.replaceFirst("\\s*\\(required\\)", "!"));
      }
      declared.put(tables.group(1), fields);
    }
    Map<String, List<String>> known = new TreeMap<>();
    describe(PqSchema.MODEL, known);
    // The schema requires what both forms of a file have, the verifier of a packed file more.
    assertThat(plain(known)).isEqualTo(plain(declared));
    declared.forEach(
        (table, fields) -> {
          List<String> required = fields.stream().filter(field -> field.endsWith("!")).toList();
          assertThat(known.get(table)).containsAll(required);
        });
  }

  private static Map<String, List<String>> plain(Map<String, List<String>> tables) {
    Map<String, List<String>> plain = new TreeMap<>();
    tables.forEach((table, fields) -> plain.put(table, fields.stream().map(f -> f.replace("!", "")).toList()));
    return plain;
  }

  /** The fields of a shape and those below it, in the words of the schema. */
  private static void describe(PqSchema.TableShape shape, Map<String, List<String>> known) {
    List<String> fields = new ArrayList<>();
    known.put(shape.name(), fields);
    for (PqSchema.Field field : shape.fields()) {
      fields.add(
          field.name()
              + " "
              + switch (field) {
                case PqSchema.Scalar scalar -> scalar.type();
                case PqSchema.Struct struct -> struct.type() + "!";
                case PqSchema.Text text -> "string" + required(text.required());
                case PqSchema.Vector vector -> "[" + vector.type() + "]" + required(vector.required());
                case PqSchema.TableVector vector -> {
                  describe(vector.shape(), known);
                  yield "[" + vector.shape().name() + "]!";
                }
                case PqSchema.SubTable sub -> {
                  describe(sub.shape(), known);
                  yield sub.shape().name() + required(sub.required());
                }
                case PqSchema.Union union -> {
                  union.shapes().forEach(below -> describe(below, known));
                  yield union.type() + "!";
                }
              });
    }
  }

  private static String required(boolean required) {
    return required ? "!" : "";
  }
}
