package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.serial.Answers.Host;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.image.PictureException;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/**
 * 200,000 mutated inputs to the decoders of stuffing, frames and parts. Most mutations end at the checksum, so half of
 * them are made before it is added. Nothing escapes, nothing grows, and a good frame after each is answered.
 */
class FrameReceiverFuzzTest {

  private static final int INPUTS = 200_000;
  private static final int MAX_PICTURE = 600;
  private static final int PING = 0xABCD;
  private static final PictureException REFUSAL = new PictureException("odd");

  private final RandomGenerator random = Seeds.random("FrameReceiverFuzzTest", 5);
  private final FrameEncoder encoder = new FrameEncoder(4 * MAX_PICTURE);
  private final FrameDecoder answer = new FrameDecoder(1024);
  private final SerialStatistics statistics = new SerialStatistics();
  private final Host host = new Host(32, 32, 10, MAX_PICTURE, 1, "fuzzed");
  private final FrameReceiver receiver =
      new FrameReceiver(
          MAX_PICTURE,
          new Service(FrameReceiverFuzzTest::rank, host, new FrameAnswers(this::answered), statistics),
          statistics);
  private final byte[] input = new byte[16 * MAX_PICTURE];
  private int length;
  private int pings;

  /** Gives every picture the same ranking, and reads all of its bytes. */
  private static void rank(byte[] buffer, int offset, int length, Ranking ranking)
      throws PictureException {
    assertThat(length).isBetween(0, MAX_PICTURE);
    int sum = 0;
    for (int i = offset; i < offset + length; i++) {
      sum += buffer[i];
    }
    if (sum % 2 != 0) {
      throw REFUSAL;
    }
  }

  private void answered(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      FrameDecoder.Event event = answer.accept(bytes[i]);
      assertThat(event == FrameDecoder.Event.NONE || event == FrameDecoder.Event.FRAME).as("sound answers").isTrue();
      if (event == FrameDecoder.Event.FRAME && answer.sequence() == PING) {
        pings += answer.type() == MessageType.STATISTICS_ANSWER ? 1 : 0;
      }
    }
  }

  @Test
  void nothingEscapesAndGoodFramesGetThrough() throws Exception {
    for (int i = 0; i < INPUTS; i++) {
      mutatedInput();
      feed(input, length);
      pings = 0;
      ping();
      assertThat(pings).as("answers to the good frame behind input %d", i).isEqualTo(1);
    }
    System.out.println("FrameReceiverFuzzTest: " + statistics);
    // The mutations reach every path: sound frames of all kinds, and damage.
    for (Statistic statistic :
        List.of(Statistic.RESULTS, Statistic.ERRORS, Statistic.REPEATED, Statistic.DAMAGED)) {
      assertThat(statistics.value(statistic)).as(statistic.label()).isGreaterThan(INPUTS / 1000);
    }
  }

  @Test
  void nothingIsAllocated() throws Exception {
    List<byte[]> inputs = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      mutatedInput();
      inputs.add(Arrays.copyOf(input, length));
    }
    SilentReceiver silent = new SilentReceiver();
    long bytes = AllocationGate.settledBytes(() -> silent.feed(inputs), List.of(Thread.currentThread()));
    assertThat(bytes).as("bytes allocated for %d inputs", inputs.size()).isZero();
  }

  /** A receiver of frames without assertions, which allocate. */
  private static final class SilentReceiver {
    private final SerialStatistics statistics = new SerialStatistics();
    private final Host host = new Host(32, 32, 10, MAX_PICTURE, 1, "fuzzed");
    private final Service service =
        new Service((buffer, offset, length, ranking) -> {}, host, new FrameAnswers((bytes, count) -> {}), statistics);
    private final FrameReceiver receiver = new FrameReceiver(MAX_PICTURE, service, statistics);

    void feed(List<byte[]> inputs) {
      try {
        for (int i = 0; i < inputs.size(); i++) {
          receiver.accept(inputs.get(i), inputs.get(i).length);
        }
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private void feed(byte[] bytes, int count) throws Exception {
    if (random.nextInt(100) == 0) {
      receiver.abandon();
    }
    receiver.accept(bytes, count);
  }

  private void ping() throws Exception {
    receiver.accept(encoder.bytes(), encoder.begin(MessageType.STATISTICS, PING).end());
  }

  /** Makes one to four frames, well-formed or not, then changed byte by byte or not. */
  private void mutatedInput() {
    length = 0;
    for (int frames = 1 + random.nextInt(4); frames > 0; frames--) {
      append(frame());
    }
    if (random.nextBoolean()) {
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        change();
      }
    }
    if (random.nextInt(8) == 0) {
      length = random.nextInt(length + 1);
    }
  }

  private void append(int bytes) {
    int repeats = random.nextInt(5) == 0 ? 2 : 1;
    for (int i = 0; i < repeats; i++) {
      System.arraycopy(encoder.bytes(), 0, input, length, bytes);
      length += bytes;
    }
  }

  /** Makes a frame with a correct checksum: any type, parts that fit or don't, payloads that are too long. */
  private int frame() {
    int sequence = random.nextInt(3);
    int picture = MAX_PICTURE * (1 + random.nextInt(3)) / 2;
    return switch (random.nextInt(7)) {
      case 0 -> encoder.begin(MessageType.HELLO, sequence).put8(random.nextInt(256)).end();
      case 1 -> filled(encoder.begin(MessageType.PICTURE, sequence), random.nextInt(picture)).end();
      case 2 -> filled(encoder.begin(random.nextInt(256), sequence), random.nextInt(64)).end();
      case 3 -> encoder.begin(MessageType.PART, sequence).put32(random.nextInt()).put32(random.nextInt()).end();
      default -> {
        int total = 100;
        int offset = 50 * random.nextInt(3);
        encoder.begin(MessageType.PART, sequence).put32(total).put32(offset);
        yield filled(encoder, random.nextInt(10) == 0 ? random.nextInt(120) : 50).end();
      }
    };
  }

  private FrameEncoder filled(FrameEncoder frame, int bytes) {
    int fill = random.nextInt(4);
    for (int i = 0; i < bytes; i++) {
      frame.put8(fill == 0 ? random.nextInt(256) : fill);
    }
    return frame;
  }

  private void change() {
    int at = random.nextInt(Math.max(1, length));
    switch (random.nextInt(4)) {
      case 0 -> input[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> input[at] = (byte) random.nextInt(256);
      case 2 -> {
        int cut = Math.min(random.nextInt(20), length - at);
        System.arraycopy(input, at + cut, input, at, length - at - cut);
        length -= cut;
      }
      default -> {
        int more = Math.min(random.nextInt(20), input.length - length);
        System.arraycopy(input, at, input, at + more, length - at);
        length += more;
      }
    }
  }
}
