package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.serial.Answers.Host;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.Seeds;

/** The raw link: JPEG after JPEG in, lines out. */
class JpegReceiverTest {

  private static final int MAX_PICTURE = 32 * 1024;
  private static final int BATCH = 20;

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final SerialStatistics statistics = new SerialStatistics();
  private final Session session = SmallPictures.session();
  private final SmallPictures pictures = SmallPictures.large(session);
  private final JpegReceiver receiver;

  JpegReceiverTest() throws IOException {
    LineAnswers answers = new LineAnswers((bytes, count) -> sent.write(bytes, 0, count));
    Host host = Host.of(session.model(), MAX_PICTURE, 1);
    Service service = new Service(session::rank, host, answers, statistics);
    receiver = new JpegReceiver(MAX_PICTURE, service, statistics);
  }

  @AfterEach
  void close() {
    session.close();
  }

  private void accept(byte[] bytes) throws IOException {
    receiver.accept(bytes, bytes.length);
  }

  private void accept(String text) throws IOException {
    accept(text.getBytes(StandardCharsets.US_ASCII));
  }

  private List<String> lines() {
    List<String> lines = sent.toString(StandardCharsets.US_ASCII).lines().toList();
    sent.reset();
    return lines;
  }

  @Test
  void picturesAreFoundBetweenOtherThings() throws IOException {
    RandomGenerator random = Seeds.random("JpegReceiverTest", 7);
    for (int number = 1; number <= 10; number++) {
      accept("\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n");
      byte[] picture = pictures.encoded(number);
      for (int from = 0; from < picture.length; ) {
        int to = Math.min(picture.length, from + 1 + random.nextInt(700));
        accept(Arrays.copyOfRange(picture, from, to));
        from = to;
      }
      int index = pictures.classOf(number);
      String label = session.model().labels().get(index);
      assertThat(lines()).singleElement().asString().matches("#%d %d \\d+ %s".formatted(number, index, label));
    }
    assertThat(statistics.value(Statistic.RESULTS)).isEqualTo(10);
    assertThat(statistics.value(Statistic.DISCARDED_BYTES)).isGreaterThan(300);
  }

  @Test
  void whatBreaksOffIsAnswered() throws IOException {
    byte[] picture = pictures.encoded(1);
    accept(Arrays.copyOf(picture, picture.length / 2));
    accept(picture);
    assertThat(lines()).hasSize(2).first().asString().startsWith("!1 2 damaged JPEG: premature end of data segment");
    accept(Arrays.copyOf(picture, picture.length / 2));
    assertThat(receiver.isInside()).isTrue();
    receiver.abandon();
    assertThat(receiver.isInside()).isFalse();
    accept(picture);
    assertThat(lines()).singleElement().asString().startsWith("#3 " + pictures.classOf(1) + " ");
    assertThat(statistics.value(Statistic.DAMAGED)).isEqualTo(1);
    assertThat(statistics.value(Statistic.ERRORS)).isEqualTo(1);
  }

  @Test
  void statisticsAreToldBetweenPictures() throws IOException {
    accept("?\n");
    assertThat(lines()).singleElement().asString().startsWith("%0 up ").contains(" pictures 0 results 0 ");
    accept(pictures.encoded(1));
    accept("?");
    accept("\n");
    assertThat(lines()).hasSize(2).last().asString().startsWith("%1 up ").contains(" pictures 1 results 1 ");
    accept(Arrays.copyOf(pictures.encoded(1), 300));
    accept("?\n");
    assertThat(lines()).isEmpty();
  }

  /** Without the decoder, which allocates. */
  @Test
  void nothingIsAllocated() {
    byte[] picture = pictures.encoded(1);
    Host host = Host.of(session.model(), MAX_PICTURE, 1);
    Service service =
        new Service((buffer, offset, length, ranking) -> {}, host, new LineAnswers((bytes, count) -> {}), statistics);
    JpegReceiver undecoded = new JpegReceiver(MAX_PICTURE, service, statistics);
    long bytes = AllocationGate.settledBytes(() -> receive(undecoded, picture), List.of(Thread.currentThread()));
    assertThat(bytes).as("bytes in %d pictures", BATCH).isZero();
    assertThat(statistics.value(Statistic.RESULTS)).isPositive();
  }

  private static void receive(JpegReceiver receiver, byte[] picture) {
    try {
      for (int i = 0; i < BATCH; i++) {
        receiver.accept(picture, picture.length);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
