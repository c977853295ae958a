package org.ptilmpq.quantizer.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.quantizer.options.QuantizationException;

class LabelFileTest {

  private static final String MARK = "\uFEFF";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {"cat\ndog\n", "cat\r\ndog", " cat \n\tdog\n\n \n", MARK + "cat\ndog\n", MARK + "cat\r\ndog\r\n"})
  void namesAreReadWithoutWhatEditorsPutAroundThem(String text) throws Exception {
    assertThat(LabelFile.read(write(text, StandardCharsets.UTF_8), 2)).containsExactly("cat", "dog");
  }

  /** A word joiner of the same code may be part of a name: it is a mark only before the whole text. */
  @Test
  void onlyTheFirstCharacterIsAMark() throws Exception {
    assertThat(LabelFile.read(write(MARK + MARK + "a\n" + MARK + "b\n", StandardCharsets.UTF_8), 2))
        .containsExactly(MARK + "a", MARK + "b");
  }

  @ParameterizedTest
  @CsvSource({"UTF-16, cat", "UTF-16LE, cat", "UTF-16BE, cat", "UTF-32BE, cat", "UTF-16LE, Käse", "ISO-8859-1, Käse"})
  void otherEncodingsAreRefused(String encoding, String name) throws IOException {
    Path file = write(name + "\ndog\n", Charset.forName(encoding));
    assertThatThrownBy(() -> LabelFile.read(file, 2))
        .isInstanceOf(QuantizationException.class)
        .hasMessageStartingWith(file + " is not text in UTF-8");
  }

  private Path write(String text, Charset charset) throws IOException {
    return Files.writeString(folder.resolve("labels.txt"), text, charset);
  }
}
