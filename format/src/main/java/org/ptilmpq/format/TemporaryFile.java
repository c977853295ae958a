package org.ptilmpq.format;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/** The hidden file beside a target that is filled before it takes the target's name: {@code .TARGET.UUID.tmp}. */
final class TemporaryFile {

  private static final Pattern UUID_AND_ENDING =
      Pattern.compile("\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");

  /** Nobody pauses that long while writing: a file untouched for this time belongs to a process that was killed. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  private TemporaryFile() {}

  /** A name that no other file has. */
  static Path beside(Path target) {
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  /** Deletes what killed processes left of this target; what can't be deleted stays, it does no harm. */
  static void deleteAbandoned(Path target) {
    String beginning = "." + target.getFileName();
    Instant oldest = Instant.now().minus(ABANDONED);
    DirectoryStream.Filter<Path> isAbandoned =
        file -> {
          String name = file.getFileName().toString();
          return name.startsWith(beginning)
              && UUID_AND_ENDING.matcher(name.substring(beginning.length())).matches()
              && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
              && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(oldest);
        };
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target.getParent(), isAbandoned)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      // A folder that can't be listed keeps its leftovers; whether it can be written to shows next.
    }
  }
}
