package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files of released versions stay readable. {@code golden-1.0.pq} was written once by {@link GoldenModel#main}, the
 * files of 1.1 by {@link GoldenModel11#main}; they must not be written again: if this fails, the reader or the writer
 * has changed, not the file.
 */
class GoldenFileTest {

  private static final int DICTIONARY_BYTES = 10108;
  private static final int DICTIONARY_CRC32C = 0x46DE81CF;
  private static final Path FOLDER = Path.of("src/test/resources");

  @Test
  void goldenFileOfTheFirstVersionHoldsWhatItsRecipeSays() throws Exception {
    try (PqFile file = PqFile.open(FOLDER.resolve("golden-1.0.pq"))) {
      RoundTripTest.assertSame(file.model(), GoldenModel.model());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"golden-1.1.pq", "golden-1.1-compressed.pq", "golden-1.1-tables.pq"})
  void goldenFilesHoldWhatTheirRecipeSays(String name) throws Exception {
    try (PqFile file = PqFile.open(FOLDER.resolve(name))) {
      assertThat(file.storage()).isEqualTo(name.equals("golden-1.1.pq") ? Storage.PACKED : Storage.COMPRESSED);
      RoundTripTest.assertSame(file.model(), GoldenModel11.model());
    }
  }

  @Test
  void writerGivesTheGoldenBytes() throws Exception {
    PqModel model = GoldenModel11.model();
    assertThat(PqWriter.toBytes(model)).isEqualTo(Files.readAllBytes(FOLDER.resolve("golden-1.1.pq")));
  }

  /** Everything but the graph is bit-exact; the graph's bytes are those of the DEFLATE encoder at hand. */
  @Test
  void compressingWriterGivesTheGoldenBytes() throws Exception {
    PqModel model = GoldenModel11.model();
    assertSameParts(PqWriter.toBytes(model, Storage.COMPRESSED), "golden-1.1-compressed.pq");
    assertSameParts(CompressedEncoder.encode(model, 0, 0), "golden-1.1-tables.pq");
  }

  private static void assertSameParts(byte[] written, String name) throws Exception {
    CompressedBytes ours = new CompressedBytes(written);
    CompressedBytes golden = new CompressedBytes(Files.readAllBytes(FOLDER.resolve(name)));
    assertThat(ours.graph).isEqualTo(golden.graph);
    assertThat(ours.head).isEqualTo(golden.head);
    assertThat(ours.streams).isEqualTo(golden.streams);
  }

  /** Changing it makes all compressed files unreadable. */
  @Test
  void dictionaryIsTheOneThatFilesWereWrittenWith() {
    byte[] dictionary = MetadataDeflater.dictionary();
    assertThat(dictionary).hasSize(DICTIONARY_BYTES);
    assertThat(FileLayout.crc32c(MemorySegment.ofArray(dictionary))).isEqualTo(DICTIONARY_CRC32C);
  }
}
