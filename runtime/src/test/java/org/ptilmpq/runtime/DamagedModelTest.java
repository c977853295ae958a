package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.testkit.Seeds;

/**
 * A model that was damaged, or made to do harm, and whose checksums are right, is refused by name or runs: whatever the
 * verifier lets through, the planner and the kernels can take. How many is set with
 * {@code -Dptilmpq.fuzz.models=20000}.
 */
class DamagedModelTest {

  private static final int MODELS = Integer.getInteger("ptilmpq.fuzz.models", 1_000);
  private static final int BASES = 8;
  private static final int[] EXTREMES = {0, 1, 2, 3, 7, 8, 127, 128, 255, 256, 0x7FFF, 0xFFFF, 1 << 20, -1, -2, 0x3F80_0000};

  @Test
  void aDamagedModelIsRefusedOrRuns() throws Exception {
    RandomGenerator random = Seeds.random("DamagedModelTest", 11);
    byte[][] bases = new byte[BASES][];
    for (int i = 0; i < BASES; i++) {
      bases[i] = PqWriter.toBytes(RandomNetwork.of(random, 8));
    }
    int ran = 0;
    for (int i = 0; i < MODELS; i++) {
      byte[] bytes = bases[random.nextInt(BASES)].clone();
      mutate(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), random);
      ran += runs(bytes, i) ? 1 : 0;
    }
    System.out.printf("DamagedModelTest: %d models, %d of them run%n", MODELS, ran);
    // Else nothing got past the verifier, and the session was never tried.
    assertThat(ran).isBetween(MODELS / 100, MODELS - 1);
  }

  /** Changes the metadata, which says all shapes, and puts its checksum right. */
  private static void mutate(ByteBuffer file, RandomGenerator random) {
    int end = Integer.BYTES + file.getInt(0);
    for (int mutations = random.nextInt(1, 4); mutations > 0; mutations--) {
      int at = random.nextInt(12, end - Integer.BYTES);
      switch (random.nextInt(3)) {
        case 0 -> file.put(at, (byte) (file.get(at) ^ 1 << random.nextInt(8)));
        case 1 -> file.put(at, (byte) EXTREMES[random.nextInt(EXTREMES.length)]);
        default -> file.putInt(at / 4 * 4, EXTREMES[random.nextInt(EXTREMES.length)]);
      }
    }
    CRC32C checksum = new CRC32C();
    checksum.update(file.slice(0, end));
    file.putInt(end, (int) checksum.getValue());
  }

  private static boolean runs(byte[] bytes, int index) {
    try (PqFile file = PqFile.of(bytes);
        Session session = Session.open(file, SessionOptions.defaults().withThreads(2).withMemoryCap(400_000_000))) {
      session.run();
      assertThat(session.logits()).hasSize(file.model().outputTensor().channels());
      return true;
    } catch (PqFormatException | MemoryCapException e) {
      return false;
    } catch (Exception | Error e) {
      throw new AssertionError("model " + index + " of this seed", e);
    }
  }
}
