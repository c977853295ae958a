package org.ptilmpq.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ptilmpq.format.PqFormatException;

/** The example of docs/embedding.md: it runs, and it is what stands there. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClassifyOnThreadsTest {

  private static final Path MODEL = Path.of("resnet20-cifar10.pq");

  @Test
  void everyPictureIsAnsweredInItsPlace() throws Exception {
    List<Path> pictures = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pictures.addAll(List.of(Path.of("cat.png"), Path.of("none.png"), Path.of("rocket.jpg")));
      expected.addAll(List.of("cat.png: cat, 0.9881", "none.png: no such file", "rocket.jpg: ship, "));
    }
    for (int threads : new int[] {1, 2, 4}) {
      List<String> answers = ClassifyOnThreads.classify(MODEL, pictures, threads);
      assertThat(answers).hasSameSizeAs(pictures);
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i)).startsWith(expected.get(i));
      }
    }
  }

  @Test
  void aModelThatCantBeOpenedEndsTheProgram() {
    List<Path> pictures = List.of(Path.of("cat.png"));
    assertThatThrownBy(() -> ClassifyOnThreads.classify(Path.of("cat.png"), pictures, 2))
        .isInstanceOf(PqFormatException.class);
    assertThatThrownBy(() -> ClassifyOnThreads.classify(Path.of("none.pq"), pictures, 2))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void theDocumentHasTheProgramAsItIs() throws Exception {
    String document = Files.readString(Path.of("../docs/embedding.md"));
    String source = Files.readString(Path.of("src/main/java/org/ptilmpq/examples/ClassifyOnThreads.java"));
    Matcher program =
        Pattern.compile("```java\n(public final class ClassifyOnThreads.*?)```", Pattern.DOTALL).matcher(document);
    assertThat(program.find()).isTrue();
    assertThat(source).endsWith(program.group(1));
  }
}
