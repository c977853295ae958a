package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AtomicFileTest {

  private static final byte[] NEW = "new".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  @Test
  void aFileIsMadeAndReplaced() throws IOException {
    Path file = folder.resolve("file");
    AtomicFile.write(file, "old".getBytes(StandardCharsets.US_ASCII));
    assertThat(file).hasContent("old");
    AtomicFile.write(file, NEW);
    assertThat(file).hasContent("new");
    assertOnly(file);
  }

  @Test
  void aLinkIsFollowedToItsEnd() throws IOException {
    Path below = Files.createDirectory(folder.resolve("below"));
    Path file = Files.writeString(below.resolve("file"), "old");
    Path near = Files.createSymbolicLink(below.resolve("near"), Path.of("file"));
    Path far = Files.createSymbolicLink(folder.resolve("far"), Path.of("below/near"));
    AtomicFile.write(far, NEW);
    assertThat(file).hasContent("new").isRegularFile();
    assertThat(Files.isSymbolicLink(far)).isTrue();
    assertThat(Files.isSymbolicLink(near)).isTrue();
  }

  @Test
  void aLinkToNothingYetGetsItsFile() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    AtomicFile.write(link, NEW);
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.isRegularFile(folder.resolve("file"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void linksInARingAreRefused() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("one"), Path.of("other"));
    Files.createSymbolicLink(folder.resolve("other"), Path.of("one"));
    assertThatThrownBy(() -> AtomicFile.write(link, NEW)).isInstanceOf(IOException.class).hasMessageContaining("links");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/full", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/self/exe"})
  void devicesAndOpenFilesAreRefused(String node) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of(node));
    assertThatThrownBy(() -> AtomicFile.write(link, NEW))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(link + " is ")
        .hasMessageContaining("no file that can be replaced");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertOnly(link);
  }

  @Test
  void aNamedPipeIsRefusedAndStays() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor()).isZero();
    assertThatThrownBy(() -> AtomicFile.write(pipe, NEW)).hasMessageStartingWith(pipe + " is a device or pipe");
    assertThat(Files.readAttributes(pipe, "isOther")).containsEntry("isOther", true);
    assertOnly(pipe);
  }

  @Test
  void aFolderIsRefused() {
    assertThatThrownBy(() -> AtomicFile.target(folder)).hasMessageStartingWith(folder + " is a folder");
    Path missing = folder.resolve("missing/file");
    assertThatThrownBy(() -> AtomicFile.target(missing)).hasMessageContaining(missing + ": there is no folder ");
  }

  @Test
  void aFailureNamesTheFileAndLeavesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");
    for (IOException failure :
        List.of(
            new IOException("No space left on device"),
            new FileSystemException("hidden.tmp", null, "No space left on device"))) {
      assertThatThrownBy(
              () ->
                  AtomicFile.write(
                      file,
                      channel -> {
                        AtomicFile.writeAll(ByteBuffer.wrap(NEW), channel);
                        throw failure;
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage(file + " can't be written: No space left on device");
      assertThat(file).hasContent("old");
      assertOnly(file);
    }
  }

  @Test
  void anInterruptLeavesNothing() throws IOException {
    Path file = folder.resolve("file");
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(() -> AtomicFile.write(file, NEW)).isInstanceOf(ClosedByInterruptException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  /** A process is asked to end while it writes: the writing thread isn't informed. */
  @Test
  void theEndOfTheProcessLeavesNothing() throws Exception {
    Path file = folder.resolve("file");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                place(AtomicFile.class) + File.pathSeparator + place(EndlessWriter.class),
                EndlessWriter.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.getInputStream().read()).isEqualTo('w');
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).hasSize(1);
      }
      process.destroy();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).isEmpty();
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /** Says when it has begun to write, and never ends. */
  static final class EndlessWriter {

    private EndlessWriter() {}

    public static void main(String[] arguments) throws IOException {
      AtomicFile.write(
          Path.of(arguments[0]),
          channel -> {
            AtomicFile.writeAll(ByteBuffer.wrap(NEW), channel);
            System.out.write('w');
            System.out.flush();
            while (true) {
              LockSupport.park();
            }
          });
    }
  }

  private static Path place(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private void assertOnly(Path file) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
