package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.serial.Answers.ErrorCode;
import org.ptilmpq.cli.run.serial.Answers.Host;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.Session;

/** Compares answers in both forms, field by field. */
class AnswersTest {

  private static final Host HOST = new Host(224, 224, 1000, 262_144, 5, "résnet\n50");

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final LineAnswers lines = new LineAnswers((bytes, count) -> sent.write(bytes, 0, count));
  private final FrameAnswers frames = new FrameAnswers((bytes, count) -> sent.write(bytes, 0, count));

  @Test
  void resultsAreLinesOfNumbers() throws IOException {
    try (Session session = SmallPictures.session()) {
      SmallPictures pictures = SmallPictures.plain(session);
      Ranking ranking = rank(session, pictures.encoded(0), 2);
      lines.result(17, ranking);
      assertThat(line())
          .isEqualTo(
              "#17 %d %d %s|%d %d %s\n"
                  .formatted(
                      ranking.index(0), Math.round(100 * ranking.probability(0)), ranking.label(0),
                      ranking.index(1), Math.round(100 * ranking.probability(1)), ranking.label(1)));
      lines.repeat();
      assertThat(line()).startsWith("#17 ");
    }
  }

  @Test
  void resultFramesHaveTheirFields() throws IOException {
    try (Session session = SmallPictures.session()) {
      SmallPictures pictures = SmallPictures.plain(session);
      Ranking ranking = rank(session, pictures.encoded(0), 3);
      frames.result(65_535, ranking);
      FrameDecoder frame = frame();
      assertThat(frame.type()).isEqualTo(MessageType.RESULT);
      assertThat(frame.sequence()).isEqualTo(65_535);
      assertThat(frame.buffer()[3]).isEqualTo((byte) 3);
      int at = 1;
      for (int rank = 0; rank < 3; rank++) {
        assertThat(frame.unsigned32(at)).isEqualTo(ranking.index(rank));
        assertThat(frame.unsigned32(at + 3) >> 8 & 0xFFFF).isEqualTo(Math.round(ranking.probability(rank) * 65_535));
        int length = frame.buffer()[3 + at + 6];
        assertThat(new String(frame.buffer(), 3 + at + 7, length, StandardCharsets.US_ASCII))
            .isEqualTo(ranking.label(rank));
        at += 7 + length;
      }
      assertThat(frame.payloadLength()).isEqualTo(at);
    }
  }

  @Test
  void textsAreCutAndAsciiAlone() throws IOException {
    String text = "ä × 3\r\n" + "x".repeat(1000);
    lines.error(65_535, ErrorCode.UNREADABLE_PICTURE, text);
    assertThat(line()).isEqualTo("!65535 2 ? ? 3??" + "x".repeat(73) + "\n");
    frames.error(9, ErrorCode.TOO_LONG, text);
    FrameDecoder frame = frame();
    assertThat(frame.buffer()[3]).isEqualTo((byte) 1);
    assertThat(frame.buffer()[4]).isEqualTo((byte) 80);
    assertThat(frame.payloadLength()).isEqualTo(82);
  }

  @Test
  void theHostDescribesItself() throws IOException {
    lines.hello(3, HOST);
    assertThat(line()).isEqualTo("*3 1 224 224 1000 262144 5 r?snet?50\n");
    frames.hello(3, HOST);
    FrameDecoder frame = frame();
    assertThat(frame.type()).isEqualTo(MessageType.HELLO_ANSWER);
    assertThat(frame.buffer()[3]).isEqualTo((byte) Host.PROTOCOL_VERSION);
    assertThat(frame.unsigned32(1)).isEqualTo(224 | 224 << 16);
    assertThat(frame.unsigned32(5)).isEqualTo(1000);
    assertThat(frame.unsigned32(9)).isEqualTo(262_144);
    assertThat(new String(frame.buffer(), 3 + 13, 11, StandardCharsets.US_ASCII)).isEqualTo("\5\u0009r?snet?50");
  }

  @Test
  void statisticsWrapAndFit() throws IOException {
    SerialStatistics statistics = new SerialStatistics();
    for (int i = 1; i < Statistic.count(); i++) {
      statistics.add(Statistic.at(i), (1L << 32) - i);
    }
    lines.statistics(1, statistics);
    assertThat(line())
        .startsWith("%1 up ")
        .contains(" pictures 4294967295 results 4294967294 ")
        .hasSizeLessThanOrEqualTo(320);
    frames.statistics(1, statistics);
    FrameDecoder frame = frame();
    assertThat(frame.payloadLength()).isEqualTo(4 * Statistic.count());
    assertThat(frame.unsigned32(4)).isEqualTo(4_294_967_295L);
    statistics.add(Statistic.PICTURES, 3);
    lines.statistics(1, statistics);
    assertThat(line()).contains(" pictures 2 ");
  }

  @Test
  void acknowledgementsSayWhatIsWanted() throws IOException {
    lines.acknowledge(17, 400);
    assertThat(line()).isEqualTo("+17 400\n");
    frames.acknowledge(17, 400);
    assertThat(frame().unsigned32(0)).isEqualTo(400);
  }

  private static Ranking rank(Session session, byte[] picture, int top) throws IOException {
    Ranking ranking = new Ranking(top);
    session.rank(picture, 0, picture.length, ranking);
    return ranking;
  }

  private String line() {
    String line = sent.toString(StandardCharsets.US_ASCII);
    sent.reset();
    return line;
  }

  private FrameDecoder frame() {
    FrameDecoder decoder = new FrameDecoder(1024);
    FrameDecoder.Event last = FrameDecoder.Event.NONE;
    for (byte b : sent.toByteArray()) {
      last = decoder.accept(b);
    }
    sent.reset();
    assertThat(last).isEqualTo(FrameDecoder.Event.FRAME);
    return decoder;
  }
}
