package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.testkit.Seeds;

/**
 * A model that was damaged, or made to do harm, and whose checksums are right, is refused by name or runs: whatever the
 * verifier lets through, the planner and the kernels can take. The number of models is set with {@code
 * -Dptilmpq.fuzz.models=20000}.
 */
class DamagedModelTest {

  private static final int MODELS = Integer.getInteger("ptilmpq.fuzz.models", 1_000);
  private static final int BASES = 8;
  private static final int[] EXTREMES = {
    0, 1, 2, 3, 7, 8, 127, 128, 255, 256, 0x7FFF, 0xFFFF, 1 << 20, -1, -2, 0x3F80_0000
  };

  @ParameterizedTest
  @EnumSource(Storage.class)
  void aDamagedModelIsRefusedOrRuns(Storage storage) throws Exception {
    RandomGenerator random = Seeds.random("DamagedModelTest " + storage, 11);
    byte[][] bases = new byte[BASES][];
    for (int i = 0; i < BASES; i++) {
      // Levels of large and of small models are coded differently.
      bases[i] = PqWriter.toBytes(RandomNetwork.of(random, i % 2 == 0 ? 8 : 30), storage);
    }
    int opened = 0;
    int ran = 0;
    for (int i = 0; i < MODELS; i++) {
      byte[] bytes = bases[random.nextInt(BASES)].clone();
      ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int metadataEnd = Integer.BYTES + file.getInt(0);
      switch (storage) {
        case PACKED -> mutate(file, 12, metadataEnd, 0, random);
        case COMPRESSED -> {
          int body = metadataEnd + Integer.BYTES;
          // Half of them at the beginning, where graph and channels are.
          int end = bytes.length - Integer.BYTES;
          mutate(file, body, random.nextBoolean() ? end : body + (end - body) / 8, body, random);
        }
      }
      try (PqFile verified = PqFile.of(bytes)) {
        opened++;
        ran += runs(verified, i) ? 1 : 0;
      } catch (PqFormatException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      } catch (RuntimeException | Error e) {
        throw new AssertionError("model " + i + " of this seed", e);
      }
    }
    System.out.printf(
        "DamagedModelTest: %d models, %s, %d get as far as a session, %d run%n", MODELS, storage, opened, ran);
    // Else nothing got past the verifier, and the session was never tried.
    assertThat(opened).isBetween(MODELS / 100, MODELS - 1);
  }

  /**
   * Changes bytes of the metadata, which says all shapes, or of a compressed body, and puts the checksum right.
   *
   * @param covered where the bytes begin that the checksum after them covers
   */
  private static void mutate(ByteBuffer file, int from, int to, int covered, RandomGenerator random) {
    int end = covered == 0 ? to : file.capacity() - Integer.BYTES;
    for (int mutations = random.nextInt(1, 4); mutations > 0; mutations--) {
      int at = random.nextInt(from, to - Integer.BYTES);
      switch (random.nextInt(3)) {
        case 0 -> file.put(at, (byte) (file.get(at) ^ 1 << random.nextInt(8)));
        case 1 -> file.put(at, (byte) EXTREMES[random.nextInt(EXTREMES.length)]);
        default -> file.putInt(at / 4 * 4, EXTREMES[random.nextInt(EXTREMES.length)]);
      }
    }
    CRC32C checksum = new CRC32C();
    checksum.update(file.slice(covered, end - covered));
    file.putInt(end, (int) checksum.getValue());
  }

  private static boolean runs(PqFile file, int index) {
    SessionOptions options = SessionOptions.defaults().withThreads(2).withMemoryCap(400_000_000);
    try (Session session = Session.open(file, options)) {
      session.run();
      assertThat(session.logits()).hasSize(file.outline().outputTensor().channels());
      return true;
    } catch (PqFormatException | MemoryCapException e) {
      return false;
    } catch (Exception | Error e) {
      throw new AssertionError("model " + index + " of this seed", e);
    }
  }
}
