package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.testkit.PtyPair;
import org.ptilmpq.testkit.Seeds;

/**
 * 10,000 pictures in frames over a pty pair, 1 % of the bytes changed, dropped or inserted in either direction: no
 * wrong result is accepted, every undamaged frame is answered, memory stays flat.
 */
class NoisyLineTest {

  private static final int PICTURES = 10_000;
  private static final int WARM_UP = 2_000;
  private static final double DAMAGED_BYTES = 0.01;

  /** Far less than the smallest object per picture between the measurements would take. */
  private static final long HEAP_TOLERANCE = 8 * (PICTURES - WARM_UP);

  private static final int QUIET_MILLIS = 2000;

  private final BitSet undamaged = new BitSet(PICTURES);
  private final BitSet answered = new BitSet(PICTURES);

  @Test
  void noWrongResultAndAnAnswerToEveryUndamagedFrame() throws Exception {
    try (Session session = SmallPictures.session();
        PtyPair line = new PtyPair()) {
      SmallPictures pictures = SmallPictures.plain(session);
      assertThat(pictures.differentAnswers()).as("answers that can be told apart").isGreaterThan(40);
      FrameEncoder encoder = new FrameEncoder(ServerThread.MAX_PICTURE);
      Way there = new Way(Seeds.random("NoisyLineTest, there", 8));
      Answers back = new Answers(pictures, Seeds.random("NoisyLineTest, back", 9));
      try (ServerThread server = new ServerThread(line.device(), session)) {
        long heap = 0;
        for (int number = 0; number < PICTURES; number++) {
          byte[] picture = pictures.encoded(number);
          int bytes = encoder.begin(MessageType.PICTURE, number).put(picture, 0, picture.length).end();
          undamaged.set(number, there.send(line, encoder.bytes(), bytes));
          back.take(line, 0);
          if (number == WARM_UP) {
            heap = retainedHeap();
          }
        }
        while (back.take(line, QUIET_MILLIS)) {}
        assertThat(retainedHeap() - heap).as("growth of the heap in bytes").isLessThan(HEAP_TOLERANCE);
        assertThat(server.statistics().value(Statistic.RESULTS)).isEqualTo(answered.cardinality());
        assertThat(server.statistics().value(Statistic.ERRORS)).isZero();
      }
      System.out.println(
          undamaged.cardinality() + " of " + PICTURES + " frames came through, "
              + back.accepted + " of their answers too");
      BitSet unanswered = (BitSet) undamaged.clone();
      unanswered.andNot(answered);
      assertThat(unanswered.stream()).as("undamaged frames without an answer").isEmpty();
      // Some damage is harmless: an extra zero, or a missing one where another is beside it.
      assertThat(answered.cardinality() - undamaged.cardinality()).isLessThan(PICTURES / 100);
      assertThat(undamaged.cardinality()).isBetween(PICTURES / 10, PICTURES / 2);
      assertThat(back.accepted).isGreaterThan(undamaged.cardinality() / 2).isLessThan(undamaged.cardinality());
    }
  }

  /** The way from the device to the host. */
  private static final class Way {
    private final Noise noise;
    private final byte[] damaged = new byte[2 * 1024];
    private int length;

    Way(RandomGenerator random) {
      noise = new Noise(random, DAMAGED_BYTES, 1);
    }

    /** Returns whether the frame was left as it was; another byte before its first zero is no part of it. */
    boolean send(PtyPair line, byte[] frame, int bytes) throws IOException {
      length = 0;
      boolean whole = true;
      for (int i = 0; i < bytes; i++) {
        boolean touched = noise.pass(frame[i], value -> damaged[length++] = value);
        whole &= !touched || i == 0 && noise.insertedBefore();
      }
      line.write(damaged, 0, length);
      return whole;
    }
  }

  /** The host's answers, as sent and as they arrive. */
  private final class Answers {
    private final SmallPictures pictures;
    private final Noise noise;
    private final FrameDecoder sent = new FrameDecoder(1024);
    private final FrameDecoder arriving = new FrameDecoder(1024);
    private final byte[] chunk = new byte[4096];
    private boolean whole;
    private boolean arrived;
    private int accepted;

    Answers(SmallPictures pictures, RandomGenerator random) {
      this.pictures = pictures;
      this.noise = new Noise(random, DAMAGED_BYTES, 1);
    }

    boolean take(PtyPair line, int millis) throws IOException {
      int count = line.read(chunk, millis);
      for (int i = 0; i < count; i++) {
        take(chunk[i]);
      }
      return count > 0;
    }

    private void take(byte value) {
      boolean first = !sent.isInside() && value == 0;
      arrived = false;
      boolean touched = noise.pass(value, this::arrive);
      whole = first ? !touched || noise.insertedBefore() : whole && !touched;
      FrameDecoder.Event event = sent.accept(value);
      assertThat(event).isIn(FrameDecoder.Event.NONE, FrameDecoder.Event.FRAME);
      if (event == FrameDecoder.Event.FRAME) {
        check(sent);
        answered.set(sent.sequence());
        assertThat(arrived || !whole).as("an undamaged answer is accepted").isTrue();
      }
    }

    private void arrive(byte value) {
      if (arriving.accept(value) == FrameDecoder.Event.FRAME) {
        check(arriving);
        accepted++;
        arrived = true;
      }
    }

    private void check(FrameDecoder answer) {
      assertThat(answer.type()).isEqualTo(MessageType.RESULT);
      int number = answer.sequence();
      byte[] bytes = answer.buffer();
      assertThat(bytes[3]).as("classes in the result").isEqualTo((byte) 1);
      assertThat(answer.unsigned32(1)).as("class of picture %d", number).isEqualTo(pictures.classOf(number));
      assertThat((bytes[8] & 0xFF) | (bytes[9] & 0xFF) << 8)
          .as("probability of picture %d", number)
          .isEqualTo(pictures.probabilityOf(number));
    }
  }

  private static long retainedHeap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
