package org.ptilmpq.cli.run.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WatchedFolderTest {

  private static final int OLD_FILES = 4000;

  /** Enough for the methods of one picture, but not for calls nested once per file. */
  private static final long STACK_BYTES = 256 * 1024;

  @TempDir Path folder;

  /** Each file is an event, or all together are one that says that there were too many. */
  @Test
  void manyFilesThatAreNotNewArePassedOver() throws Exception {
    List<Path> old = new ArrayList<>();
    for (int i = 0; i < OLD_FILES; i++) {
      old.add(Files.createFile(folder.resolve("old" + i + ".jpg")));
    }
    try (WatchedFolder watched = new WatchedFolder(folder)) {
      for (Path file : old) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
      Path added = Files.writeString(folder.resolve("new.jpg"), "x");
      assertThat(next(watched)).isEqualTo(added);
    }
  }

  private static Path next(WatchedFolder watched) throws Exception {
    FutureTask<Path> task = new FutureTask<>(watched::next);
    Thread thread = new Thread(null, task, "watching", STACK_BYTES);
    thread.start();
    try {
      return task.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      thread.interrupt();
    }
  }
}
