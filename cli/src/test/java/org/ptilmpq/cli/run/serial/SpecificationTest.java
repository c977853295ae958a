package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.serial.Answers.ErrorCode;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;

/** docs/serial.md says what the program does: its examples are decoded and encoded, its tables compared. */
class SpecificationTest {

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

  private final String text;

  SpecificationTest() throws IOException {
    text = Files.readString(Path.of("../docs/serial.md"));
  }

  @Test
  void checksumIsTheDocumentsOne() {
    String wanted = match("CRC-32C\\(\"(\\d+)\"\\) = ([0-9A-F]{8})").getFirst().group(2);
    CRC32C checksum = new CRC32C();
    checksum.update("123456789".getBytes(StandardCharsets.US_ASCII));
    assertThat("%08X".formatted(checksum.getValue())).isEqualTo(wanted);
  }

  @Test
  void examplesAreFrames() {
    List<MatchResult> examples = match("body   ([0-9A-F ]+)\ncrc    ([0-9A-F ]+)\nframe  ([0-9A-F ]+)\n");
    assertThat(examples).hasSize(3);
    for (MatchResult example : examples) {
      byte[] body = HEX.parseHex(example.group(1));
      FrameEncoder encoder = new FrameEncoder(100);
      int bytes =
          encoder.begin(body[0] & 0xFF, (body[1] & 0xFF) | body[2] << 8).put(body, 3, body.length - 3).end();
      assertThat(HEX.formatHex(Arrays.copyOf(encoder.bytes(), bytes))).isEqualTo(example.group(3));
      FrameDecoder decoder = new FrameDecoder(100);
      FrameDecoder.Event last = FrameDecoder.Event.NONE;
      for (byte b : HEX.parseHex(example.group(3))) {
        last = decoder.accept(b);
      }
      assertThat(last).isEqualTo(FrameDecoder.Event.FRAME);
      assertThat(HEX.formatHex(Arrays.copyOf(decoder.buffer(), body.length + 4)))
          .isEqualTo(example.group(1) + " " + example.group(2));
    }
  }

  @Test
  void messageTypesHaveTheirNumbers() {
    Map<String, Integer> types =
        match("\\| `([0-9A-F]{2})` \\| `([A-Z_]+)` \\|").stream()
            .collect(Collectors.toMap(row -> row.group(2), row -> Integer.parseInt(row.group(1), 16)));
    assertThat(types)
        .containsOnly(
            Map.entry("HELLO", MessageType.HELLO),
            Map.entry("PICTURE", MessageType.PICTURE),
            Map.entry("PART", MessageType.PART),
            Map.entry("STATISTICS", MessageType.STATISTICS),
            Map.entry("HELLO_ANSWER", MessageType.HELLO_ANSWER),
            Map.entry("RESULT", MessageType.RESULT),
            Map.entry("ACKNOWLEDGEMENT", MessageType.ACKNOWLEDGEMENT),
            Map.entry("STATISTICS_ANSWER", MessageType.STATISTICS_ANSWER),
            Map.entry("ERROR", MessageType.ERROR));
  }

  @Test
  void errorCodesHaveTheirNumbers() {
    List<String> codes =
        Arrays.stream(ErrorCode.values())
            .map(code -> code.number() + " " + code.name().toLowerCase(Locale.ROOT).replace('_', ' '))
            .toList();
    assertThat(match("\\n\\| (\\d) \\| ([a-z ]+) \\|").stream().map(row -> row.group(1) + " " + row.group(2)).toList())
        .isEqualTo(codes);
  }

  @Test
  void statisticsAreInTheirOrder() {
    List<String> rows =
        match("\\| (\\d+) \\| `([a-z]+)` \\|").stream().map(row -> row.group(1) + " " + row.group(2)).toList();
    assertThat(rows)
        .isEqualTo(
            IntStream.range(0, Statistic.count()).mapToObj(i -> (i + 1) + " " + Statistic.at(i).label()).toList());
  }

  /** Ten bits per byte; a picture's frame and a result of 25 bytes. */
  @Test
  void ratesCarryWhatTheTableSays() {
    List<MatchResult> rows =
        match("\\| ([0-9,]+) \\| ([0-9,]+) \\| ([0-9.]+) (m?s) \\| ([0-9.]+) \\| ([0-9.]+) (m?s) \\| ([0-9.]+) \\|");
    assertThat(rows).hasSize(11);
    for (MatchResult row : rows) {
      double bytesPerSecond = number(row.group(1)) / 10;
      assertThat(number(row.group(2))).isEqualTo(bytesPerSecond);
      checkRow(row, 3, (FrameEncoder.encodedBytes(5_000 + 7) + 25) / bytesPerSecond);
      checkRow(row, 6, (FrameEncoder.encodedBytes(20_000 + 7) + 25) / bytesPerSecond);
    }
  }

  private static void checkRow(MatchResult row, int group, double seconds) {
    double told = number(row.group(group)) / (row.group(group + 1).equals("ms") ? 1000 : 1);
    assertThat(told).as(row.group()).isBetween(0.96 * seconds, 1.05 * seconds);
    assertThat(number(row.group(group + 2))).as(row.group()).isBetween(0.94 / seconds, 1.06 / seconds);
  }

  private static double number(String digits) {
    return Double.parseDouble(digits.replace(",", ""));
  }

  private List<MatchResult> match(String pattern) {
    List<MatchResult> found = Pattern.compile(pattern).matcher(text).results().toList();
    assertThat(found).as(pattern).isNotEmpty();
    return found;
  }
}
