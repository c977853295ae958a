package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

/**
 * Damaged and hostile compressed files give {@link PqFormatException} and nothing else, when opened or when decoded.
 * Parts are changed before deflation and checksums, so that what decodes them meets everything. As in
 * {@link MutationFuzzTest}.
 */
class CompressedFuzzTest {

  private static final int FILES = Integer.getInteger("ptilmpq.fuzz.files", 2_000);
  private static final int BASES = 24;

  @Test
  void mutatedFilesAreRefusedOrSafe() throws Exception {
    RandomGenerator random = Seeds.random("CompressedFuzzTest", 21);
    List<byte[]> bases = new ArrayList<>();
    for (int i = 0; i < BASES; i++) {
      PqModel model = i == 0 ? GoldenModel11.model() : RandomModels.model(random, i % 8);
      bases.add(i % 3 == 0 ? PqWriter.toBytes(model, Storage.COMPRESSED) : CompressedEncoder.encode(model, 0, i * 20));
    }
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < FILES; i++) {
      byte[] base = bases.get(random.nextInt(BASES));
      outcomes.merge(outcome(mutated(base, random), i), 1, Integer::sum);
      byte[] raw = base.clone();
      raw[random.nextInt(raw.length)] ^= (byte) (1 << random.nextInt(8));
      assertThat(outcome(raw, i)).as("a bit that no checksum saw").isNotEqualTo("accepted");
    }
    System.out.printf(
        "CompressedFuzzTest: %d files, %d of them accepted; refused in %d different ways%n",
        FILES, outcomes.getOrDefault("accepted", 0), outcomes.size() - 1);
    assertThat(outcomes).containsKey("accepted").hasSizeGreaterThan(15);
  }

  private static byte[] mutated(byte[] base, RandomGenerator random) throws PqFormatException {
    CompressedBytes file = new CompressedBytes(base);
    switch (random.nextInt(8)) {
      case 0, 1 -> file.graph = mutatedBytes(file.graph, random);
      case 2, 3, 4 -> file.head = mutatedBytes(file.head, random);
      case 5 -> file.streams = mutatedBytes(file.streams, random);
      case 6 -> {
        byte[] deflated = mutatedBytes(MetadataDeflater.deflate(file.graph), random);
        return file.file(deflated);
      }
      default -> {
        file.graphLength = random.nextInt(3) == 0 ? random.nextInt(1 << 25) : file.graph.length + random.nextInt(-9, 9);
      }
    }
    return file.file();
  }

  private static byte[] mutatedBytes(byte[] part, RandomGenerator random) {
    byte[] bytes = part.clone();
    for (int mutations = random.nextInt(1, 4); mutations > 0 && bytes.length > 0; mutations--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at] = (byte) random.nextInt();
        case 3 -> {
          int end = Math.min(bytes.length, at + random.nextInt(1, 40));
          Arrays.fill(bytes, at, end, (byte) random.nextInt(-1, 1));
        }
        default ->
            bytes = Arrays.copyOf(bytes, random.nextBoolean() ? at : bytes.length + random.nextInt(1, 40));
      }
    }
    return bytes;
  }

  @Test
  void everyTruncationIsRefused() throws Exception {
    byte[] file = PqWriter.toBytes(GoldenModel11.model(), Storage.COMPRESSED);
    CompressedBytes parts = new CompressedBytes(file);
    byte[] body = Arrays.copyOfRange(file, parts.frame.length + 4, file.length - 4);
    for (int length = 0; length < file.length; length++) {
      assertThat(outcome(Arrays.copyOf(file, length), length)).isNotEqualTo("accepted");
      if (length < body.length) {
        byte[] shorter = CompressedBytes.file(parts.frame, Arrays.copyOf(body, length));
        assertThat(outcome(shorter, length)).as("with checksums that fit").isNotEqualTo("accepted");
      }
    }
  }

  /** The outcome of a file: "accepted", or the fault without its numbers. */
  private static String outcome(byte[] bytes, int index) {
    try (PqFile file = PqFile.of(bytes)) {
      PqModel model = file.model();
      // An accepted file is a model like any other.
      PqFile.of(PqWriter.toBytes(model));
      return "accepted";
    } catch (PqFormatException e) {
      return e.getMessage().replaceAll("'[^']*'", "").replaceAll("-?\\d[\\d.Ee-]*", "#").replaceAll("at byte.*", "");
    } catch (Throwable e) {
      throw new AssertionError("file " + index + " of this seed: " + bytes.length + " bytes", e);
    }
  }
}
