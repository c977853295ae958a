package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledPicturesTest {

  @TempDir Path folder;

  @Test
  void readsNamesWithCommasAndLooseSpacing() throws IOException {
    Path table = write("file,class\r\na.png, 3\r\n\r\nb, or c.jpg,0\r\n");
    assertThat(LabelledPictures.read(table, Path.of("pictures"), 10))
        .containsExactly(
            new LabelledPictures.Entry(Path.of("pictures/a.png"), 3),
            new LabelledPictures.Entry(Path.of("pictures/b, or c.jpg"), 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a.png,3|b.png,4; line 1: must be the header",
        "nonsense|b.png,4; line 1: must be the header",
        "file,class|a.png,cat; line 2: not \"file,class\"",
        "file,class|a.png,1|,2; line 3: not \"file,class\"",
        "file,class|a.png; line 2: not \"file,class\"",
        "file,class|a.png,10; line 2: class 10 of a model with classes 0 to 9",
        "file,class|a.png,-1; line 2: not \"file,class\"",
        "file,class|a.png,99999999999; line 2: not \"file,class\"",
        "file,class|; no line names a picture",
      })
  void namesTheLineThatIsWrong(String lines, String message) throws IOException {
    Path table = write(lines.replace('|', '\n'));
    assertThatThrownBy(() -> LabelledPictures.read(table, folder, 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(table.toString())
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatIsNoText() throws IOException {
    Path table = Files.write(folder.resolve("table.csv"), new byte[] {'f', ',', 'c', '\n', (byte) 0xff, (byte) 0xd8});
    assertThatThrownBy(() -> LabelledPictures.read(table, folder, 10)).hasMessageContaining("not text in UTF-8");
    assertThatThrownBy(() -> LabelledPictures.read(write(""), folder, 10)).hasMessageContaining("no line names");
  }

  /** With one score, class 0 would be right whatever the picture is. */
  @Test
  void aNetworkWithOneClassHasNoTable() throws IOException {
    Path table = write("file,class\na.png,0\n");
    assertThatThrownBy(() -> LabelledPictures.read(table, folder, 1))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(table + ": the network has a single output");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheHeader() throws IOException {
    assertThat(LabelledPictures.read(write("\uFEFFfile,class\na.png,1\n"), folder, 2))
        .containsExactly(new LabelledPictures.Entry(folder.resolve("a.png"), 1));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("table.csv"), text, StandardCharsets.UTF_8);
  }
}
