package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

/**
 * Damaged and hostile files give {@link PqFormatException} and nothing else. Each is tried as it is and with its
 * checksums corrected. Seeded; the number of files is set with
 * {@code mvn -pl format -am test -Dptilmpq.fuzz.files=20000}. The test JVM has a small heap, so that an allocation by
 * an unchecked number shows.
 */
class MutationFuzzTest {

  private static final int FILES = Integer.getInteger("ptilmpq.fuzz.files", 2_000);
  private static final int BASES = 24;
  private static final int[] EXTREMES = {
    0, 1, 2, 3, 4, 7, 8, 63, 64, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF, 0x1_0000, 1 << 20, 1 << 28, 1 << 30,
    Integer.MAX_VALUE, Integer.MIN_VALUE, -1, -2, -4, -64, 0x7F80_0000, 0x7FC0_0000, 0x3F80_0000
  };

  @Test
  void mutatedFilesAreRefusedOrSafe() throws Exception {
    RandomGenerator random = Seeds.random("MutationFuzzTest", 7);
    List<byte[]> bases = new ArrayList<>();
    for (int i = 0; i < BASES; i++) {
      bases.add(PqWriter.toBytes(i == 0 ? GoldenModel.model() : RandomModels.model(random, i % 8)));
    }
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < FILES; i++) {
      byte[] base = bases.get(random.nextInt(BASES));
      FileBytes file = new FileBytes(base);
      for (int mutations = random.nextInt(1, 4); mutations > 0; mutations--) {
        mutate(file, bases, random);
      }
      outcomes.merge(outcome(file.bytes().clone(), i), 1, Integer::sum);
      outcomes.merge(outcome(file.repair().bytes(), i), 1, Integer::sum);
    }
    System.out.printf(
        "MutationFuzzTest: %d files, %d of them accepted; refused in %d different ways%n",
        2 * FILES, outcomes.get("accepted"), outcomes.size() - 1);
    // Otherwise no mutation got past the checksums, or none hit a number that may have any value.
    assertThat(outcomes).containsKey("accepted").hasSizeGreaterThan(20);
  }

  private static void mutate(FileBytes file, List<byte[]> bases, RandomGenerator random) {
    byte[] bytes = file.bytes();
    if (bytes.length < 8) {
      return;
    }
    int at = position(bytes, random);
    switch (random.nextInt(8)) {
      case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[at] = (byte) random.nextInt();
      case 3, 4 -> {
        int word = Math.min(at, bytes.length - 4) / 4 * 4;
        file.putInt(word, EXTREMES[random.nextInt(EXTREMES.length)]);
      }
      case 5 -> {
        int half = Math.min(at, bytes.length - 2) / 2 * 2;
        file.putShort(half, EXTREMES[random.nextInt(EXTREMES.length)]);
      }
      case 6 -> {
        byte[] other = random.nextBoolean() ? bytes : bases.get(random.nextInt(BASES));
        int length = random.nextInt(1, Math.min(200, Math.min(other.length, bytes.length - at) + 1));
        int from = random.nextInt(other.length - length + 1) / 4 * 4;
        System.arraycopy(other, from, bytes, at, length);
      }
      default -> resize(file, random);
    }
  }

  /** Mostly in the metadata, where all structure is. */
  private static int position(byte[] bytes, RandomGenerator random) {
    int end = random.nextInt(4) == 0 ? bytes.length : Math.min(bytes.length, 3000);
    return random.nextInt(end);
  }

  private static void resize(FileBytes file, RandomGenerator random) {
    byte[] bytes = file.bytes();
    int length = random.nextInt(3) == 0 ? bytes.length + random.nextInt(1, 100) : random.nextInt(bytes.length);
    file.set(Arrays.copyOf(bytes, length));
  }

  /** The outcome of a file: "accepted", or the field and fault without their numbers. */
  private static String outcome(byte[] bytes, int index) {
    try (PqFile file = PqFile.of(bytes)) {
      walk(file.model());
      return "accepted";
    } catch (PqFormatException e) {
      return e.getMessage().replaceAll("'[^']*'", "").replaceAll("-?\\d[\\d.Ee-]*", "#").replaceAll("at byte.*", "");
    } catch (Throwable e) {
      throw new AssertionError("file " + index + " of this seed: " + describe(bytes), e);
    }
  }

  private static String describe(byte[] bytes) {
    return bytes.length + " bytes, CRC32C %08x".formatted(FileLayout.crc32c(MemorySegment.ofArray(bytes)));
  }

  /** Does with an accepted model what a program does, and more. */
  private static void walk(PqModel model) throws PqFormatException {
    for (Tensor tensor : model.tensors()) {
      assertThat(tensor.elements()).isBetween(1, ModelLimits.MAX_ELEMENTS);
    }
    for (Operation operation : model.operations()) {
      if (operation instanceof Operation.Convolution convolution) {
        walk(convolution.weights());
      }
    }
    assertThat(String.join("", model.labels()).getBytes(StandardCharsets.UTF_8)).doesNotContain((byte) 0);
    PqFile.of(PqWriter.toBytes(model));
  }

  private static void walk(Weights weights) {
    if (weights.groups().stream().allMatch(group -> group.width() == 0)) {
      // No code says how many inputs there are, so that there may be very many.
      return;
    }
    short[][] codes = weights.unpackedCodes();
    int position = 0;
    for (ChannelGroup group : weights.groups()) {
      for (int j = 0; j < group.channels(); j++, position++) {
        long sum = 0;
        for (short code : codes[position]) {
          sum += group.width() == 0 ? 0 : Math.abs(group.grid().level(code));
        }
        assertThat(sum * 128).isLessThanOrEqualTo(Integer.MAX_VALUE);
        assertThat(weights.outputChannel(position)).isBetween(0, weights.channels() - 1);
      }
    }
    assertThat(position).isEqualTo(weights.channels());
  }
}
