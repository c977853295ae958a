package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryFileTest {

  private static final Duration OLD = Duration.ofDays(2);

  @TempDir Path folder;

  @Test
  void onlyWhatKilledRunsLeftOfThisTargetIsDeleted() throws IOException {
    Path target = folder.resolve("model.pq");
    Path abandoned = file(AtomicFile.TemporaryFile.beside(target), OLD);
    String uuid = abandoned.getFileName().toString().substring(".model.pq".length());
    List<Path> kept =
        List.of(
            file(target, OLD),
            file(AtomicFile.TemporaryFile.beside(target), Duration.ofMinutes(1)),
            file(AtomicFile.TemporaryFile.beside(folder.resolve("other.pq")), OLD),
            file(folder.resolve(".model.pq.tmp"), OLD),
            file(folder.resolve(".model.pq.notes" + uuid), OLD),
            file(folder.resolve("model.pq" + uuid), OLD),
            Files.createDirectory(AtomicFile.TemporaryFile.beside(target)));
    AtomicFile.TemporaryFile.deleteAbandoned(target);
    assertThat(abandoned).doesNotExist();
    assertThat(kept).allSatisfy(path -> assertThat(path).exists());
  }

  @Test
  void aWrittenFileStandsAloneInItsFolder() throws IOException {
    Path target = folder.resolve("model.pq");
    file(AtomicFile.TemporaryFile.beside(target), OLD);
    PqWriter.write(GoldenModel.model(), target);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }

  @Test
  void aFolderThatIsNotThereIsNoError() {
    AtomicFile.TemporaryFile.deleteAbandoned(folder.resolve("missing/model.pq"));
  }

  private static Path file(Path path, Duration age) throws IOException {
    Files.writeString(path, "x");
    return Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
  }
}
