package org.ptilmpq.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

/** Changed profile files are valid profiles or a {@link DeviceProfileException}, and nothing else. */
class ProfileFuzzTest {

  private static final int MUTATIONS = 30_000;

  private static final String[] VALUES = {
    "", "-1", "0", "1", "7", "NaN", "Infinity", "1e9", "0x10", "99999999999999999999", "9223372036854775807", "512KiB",
    "1GiB", "999999999999999GiB", "yes", "no", "|", "a | b", "\\u00e9", "\\", "\u0000", "\ud83d\ude00", "\uFEFF", "= =",
    "x".repeat(200)
  };

  private static final Path FILE = Path.of("mutated.properties");

  @Test
  void mutationsAreProfilesOrErrors() throws IOException {
    RandomGenerator random = Seeds.random("mutationsAreProfilesOrErrors", 141);
    List<byte[]> originals = new ArrayList<>();
    for (DeviceProfile profile : DeviceProfiles.builtIn()) {
      originals.add(DeviceProfiles.class.getResourceAsStream(profile.name() + ".properties").readAllBytes());
    }
    int valid = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutate(originals.get(random.nextInt(originals.size())), random);
      try {
        assertSound(DeviceProfiles.fromBytes(FILE, bytes));
        valid++;
      } catch (DeviceProfileException e) {
        assertThat(e.getMessage()).startsWith(FILE + ": ").hasSizeLessThan(500);
        assertThat(e.getMessage().codePoints()).noneMatch(Character::isISOControl);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("mutation " + i + ": " + new String(bytes, StandardCharsets.UTF_8), e);
      }
    }
    assertThat(valid).as("mutations that are still profiles").isBetween(MUTATIONS / 100, MUTATIONS * 9 / 10);
  }

  private static byte[] mutate(byte[] original, RandomGenerator random) {
    byte[] bytes = original.clone();
    for (int n = random.nextInt(1, 4); n > 0; n--) {
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> flipped(bytes, random);
            case 1 -> Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            default -> lineChanged(bytes, random);
          };
    }
    return bytes;
  }

  private static byte[] flipped(byte[] bytes, RandomGenerator random) {
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  /** One line removed, repeated, or with another value. */
  private static byte[] lineChanged(byte[] bytes, RandomGenerator random) {
    List<String> lines = new ArrayList<>(new String(bytes, StandardCharsets.UTF_8).lines().toList());
    if (lines.isEmpty()) {
      return bytes;
    }
    int at = random.nextInt(lines.size());
    switch (random.nextInt(5)) {
      case 0 -> lines.remove(at);
      case 1 -> lines.add(lines.get(at));
      default -> lines.set(at, lines.get(at).replaceFirst("=.*", "= ") + VALUES[random.nextInt(VALUES.length)]);
    }
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  private static void assertSound(DeviceProfile profile) {
    assertThat(profile.cores()).isBetween(1, 1024);
    assertThat(profile.threads()).isBetween(0, 256);
    assertThat(profile.memoryBytes()).isBetween(0L, 1L << 50);
    assertThat(profile.memoryCapBytes()).isBetween(0L, 1L << 50);
    assertThat(profile.l1DataBytes()).isBetween(0L, 1L << 30);
    assertThat(profile.l2BytesOfACore()).isBetween(0L, 1L << 30);
    profile.tiles().pixels().ifPresent(pixels -> assertThat(pixels % 7).isZero());
  }
}
