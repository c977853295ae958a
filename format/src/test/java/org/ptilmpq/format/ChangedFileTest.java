package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An open file notices when its bytes are changed, and only then. */
class ChangedFileTest {

  @TempDir Path folder;

  private Path path;

  @BeforeEach
  void writeModel() throws IOException {
    path = folder.resolve("model.pq");
    PqWriter.write(GoldenModel.model(), path);
    // Longer ago than a tick of the file system's clock, within which a change would have the same time.
    Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
  }

  @Test
  void aByteWrittenInPlaceIsTold() throws IOException {
    try (PqFile file = PqFile.open(path)) {
      file.requireUnchanged();
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(new byte[1]), Files.size(path) - 1);
      }
      assertChanged(file);
    }
  }

  @Test
  void aShortenedFileIsTold() throws IOException {
    try (PqFile file = PqFile.open(path)) {
      shorten();
      assertChanged(file);
    }
  }

  /** The state that {@code cp -p} leaves. */
  @Test
  void aLengthBeneathTheOldTimeIsTold() throws IOException {
    FileTime time = Files.getLastModifiedTime(path);
    try (PqFile file = PqFile.open(path)) {
      Files.write(path, new byte[1], StandardOpenOption.APPEND);
      Files.setLastModifiedTime(path, time);
      assertChanged(file);
    }
  }

  @Test
  void whatHappensToTheNameDoesNoHarm() throws IOException {
    try (PqFile file = PqFile.open(path)) {
      Files.createLink(folder.resolve("link.pq"), path);
      assertThat(path.toFile().setExecutable(true)).isTrue();
      file.requireUnchanged();
      PqWriter.write(With.with(GoldenModel.model(), "name", "other"), path);
      file.requireUnchanged();
      Files.writeString(path, "the other one may be written to");
      file.requireUnchanged();
      Files.delete(path);
      file.requireUnchanged();
      RoundTripTest.assertSame(file.model(), GoldenModel.model());
    }
  }

  @Test
  void aCompressedFileMattersUntilItIsDecoded() throws IOException {
    Path compressed = folder.resolve("compressed.pq");
    PqWriter.write(GoldenModel.model(), compressed, Storage.COMPRESSED);
    Files.setLastModifiedTime(compressed, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    try (PqFile decoded = PqFile.open(compressed);
        PqFile late = PqFile.open(compressed)) {
      decoded.model();
      Files.setLastModifiedTime(compressed, FileTime.from(Instant.now()));
      decoded.requireUnchanged();
      RoundTripTest.assertSame(decoded.model(), GoldenModel.model());
      for (int time = 0; time < 2; time++) {
        assertThatThrownBy(late::model)
            .isInstanceOf(PqFormatException.class)
            .hasMessageStartingWith(compressed + " was changed in place");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Storage.class)
  void aChangedFileIsNotWrittenToAnother(Storage storage) throws IOException {
    Path other = folder.resolve("other.pq");
    try (PqFile file = PqFile.open(path)) {
      PqWriter.write(file, other, storage);
      RoundTripTest.assertSame(PqFile.of(Files.readAllBytes(other)).model(), GoldenModel.model());
      Files.delete(other);
      shorten();
      assertThatThrownBy(() -> PqWriter.write(file, other, storage))
          .isInstanceOf(PqFormatException.class)
          .hasMessageStartingWith(path + " was changed in place");
      assertThat(other).doesNotExist();
    }
  }

  @Test
  void aFileMayBeWrittenOverItself() throws IOException {
    byte[] packed = Files.readAllBytes(path);
    for (Storage storage : new Storage[] {Storage.COMPRESSED, Storage.PACKED}) {
      try (PqFile file = PqFile.open(path)) {
        PqWriter.write(file, path, storage);
      }
    }
    assertThat(path).hasBinaryContent(packed);
  }

  @Test
  void aFaultOfMemoryAccessIsTheFilesWhereItWasChanged() throws IOException {
    InternalError fault = new InternalError("a fault occurred in an unsafe memory access operation");
    try (PqFile file = PqFile.open(path);
        PqFile bytes = PqFile.of(Files.readAllBytes(path))) {
      assertThatThrownBy(() -> file.lost(fault)).isSameAs(fault);
      assertThatThrownBy(() -> bytes.lost(fault)).isSameAs(fault);
      shorten();
      assertThat(file.lost(fault)).hasMessageStartingWith(path + " was changed in place").hasCause(fault);
      assertThatThrownBy(() -> bytes.lost(fault)).isSameAs(fault);
      assertThatCode(bytes::requireUnchanged).doesNotThrowAnyException();
    }
  }

  @Test
  void aMovedFileIsStillTheOldOne() throws IOException {
    try (PqFile file = PqFile.open(path)) {
      Files.move(path, folder.resolve("moved.pq"), StandardCopyOption.ATOMIC_MOVE);
      file.requireUnchanged();
    }
  }

  private void shorten() throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  private void assertChanged(PqFile file) {
    assertThatThrownBy(file::requireUnchanged)
        .isInstanceOf(PqFormatException.class)
        .hasMessageStartingWith(path + " was changed in place while it was used")
        .hasMessageContaining("rename it over the old one");
  }
}
