package org.ptilmpq.cli.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.quantize.ConsoleProgress.ProgressText;

class ConsoleProgressTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now;

  @Test
  void linesInAFileComeRarelyAndSayTheTimeLeft() {
    try (ConsoleProgress progress = new ConsoleProgress(err, false, () -> now)) {
      progress.stage("calibrating", 4);
      for (int i = 0; i < 4; i++) {
        now += Duration.ofSeconds(1).toNanos();
        progress.step();
      }
      progress.stage("rounding", 10);
      for (int i = 0; i < 10; i++) {
        now += Duration.ofSeconds(20).toNanos();
        progress.step();
      }
      progress.note("a note");
    }
    assertThat(text().lines()).containsExactly(
        "calibrating (4 steps)",
        "rounding (10 steps)",
        "rounding  20 %  2 min 40 s left",
        "rounding  40 %  2 min 0 s left",
        "rounding  60 %  1 min 20 s left",
        "rounding  80 %  40 s left",
        "a note");
  }

  @Test
  void aWatchedStageIsABar() {
    try (ConsoleProgress progress = new ConsoleProgress(err, true, () -> now)) {
      progress.stage("rounding", 2);
      progress.step();
      progress.note("a note");
      progress.step();
    }
    assertThat(text()).contains("rounding [").contains("100 %").contains("a note");
  }

  @Test
  void barsShowWhatIsDoneAndWhatIsLeft() {
    Duration minute = Duration.ofMinutes(1);
    assertThat(ProgressText.line("rounding", 0, 8, Duration.ZERO, 80)).isEqualTo(
        "rounding [------------------------]   0 %");
    assertThat(ProgressText.line("rounding", 2, 8, minute, 80)).isEqualTo(
        "rounding [######------------------]  25 %  3 min 0 s left");
    assertThat(ProgressText.line("rounding", 8, 8, minute, 80)).isEqualTo(
        "rounding [########################] 100 %");
    assertThat(ProgressText.line("rounding", 2, 8, minute, 40)).isEqualTo("rounding  25 %  3 min 0 s left");
    assertThat(ProgressText.line("rounding", 2, 8, minute, 11)).isEqualTo("rounding  2");
    assertThat(ProgressText.line("rounding", 2, 8, minute, -3)).isEmpty();
  }

  @Test
  void countsThatMakeNoSenseDrawNothingWrong() {
    assertThat(ProgressText.line("s", 5, 0, Duration.ofHours(1), 80)).isEqualTo("s [" + "-".repeat(24) + "] ");
    assertThat(ProgressText.line("s", 9, 8, Duration.ofHours(1), 80)).endsWith("] 100 %");
    assertThat(ProgressText.line("s", -1, 8, Duration.ofHours(1), 80)).endsWith("]   0 %");
    assertThat(ProgressText.line("s", 1, Long.MAX_VALUE, Duration.ofHours(1), 80)).contains("left");
  }

  @Test
  void timesAreInTwoUnits() {
    assertThat(ProgressText.time(Duration.ofMillis(59_999))).isEqualTo("59 s");
    assertThat(ProgressText.time(Duration.ofSeconds(60))).isEqualTo("1 min 0 s");
    assertThat(ProgressText.time(Duration.ofSeconds(3599))).isEqualTo("59 min 59 s");
    assertThat(ProgressText.time(Duration.ofMinutes(125))).isEqualTo("2 h 5 min");
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
