package org.ptilmpq.cli.run.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.ptilmpq.cli.run.stream.LatestFrame.Frame;
import org.ptilmpq.cli.run.stream.StreamOptions.Every;
import picocli.CommandLine.TypeConversionException;

@Timeout(60)
class LatestFrameTest {

  private final LatestFrame latest = new LatestFrame();

  @Test
  void theNewestFrameIsTakenAndOlderOnesAreCounted() throws Exception {
    for (int i = 1; i <= 5; i++) {
      latest.offer(picture(i), 1, 3, i);
    }
    Frame first = latest.take();
    assertThat(first.number()).isEqualTo(5);
    assertThat(first.dropped()).isEqualTo(4);
    assertThat(Arrays.copyOf(first.bytes(), first.length())).containsExactly(5, 6, 7);
    latest.offer(picture(6), 1, 3, 6);
    assertThat(first.bytes()[0]).as("a taken frame holds while the next one arrives").isEqualTo((byte) 5);
    assertThat(latest.take().dropped()).isZero();
    assertThat(latest.dropped()).isEqualTo(4);
    latest.end(null);
    assertThat(latest.take()).isNull();
  }

  @Test
  void inTurnNoneIsDropped() throws Exception {
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int i = 1; i <= 1000; i++) {
                      latest.offerInTurn(picture(i), 1, 3, i);
                    }
                    latest.end(null);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    List<Long> numbers = new ArrayList<>();
    for (Frame frame = latest.take(); frame != null; frame = latest.take()) {
      numbers.add(frame.number());
    }
    reader.join();
    assertThat(numbers).hasSize(1000).isSorted();
    assertThat(latest.dropped()).isZero();
  }

  @Test
  void aReaderWhoseFramesNobodyTakesIsLetGo() throws Exception {
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    latest.offerInTurn(picture(1), 0, 4, 1);
                    latest.offerInTurn(picture(2), 0, 4, 2);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    latest.abandon();
    assertThat(reader.join(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void aFailureComesBehindTheLastFrame() throws Exception {
    latest.offer(picture(1), 0, 4, 1);
    latest.end(new IOException("the disk is gone"));
    assertThat(latest.take().number()).isEqualTo(1);
    assertThatThrownBy(latest::take).isInstanceOf(IOException.class).hasMessage("the disk is gone");
  }

  @Test
  void oneFrameAndTheEndIsAPicture() throws Exception {
    latest.offer(picture(1), 0, 4, 1);
    latest.take();
    assertThat(latest.isTheOnlyOne(20)).as("more may come").isFalse();
    latest.end(null);
    assertThat(latest.isTheOnlyOne(20)).isTrue();
  }

  @Test
  void everyTakesByNumberOrByTime() {
    Every third = new Every.Converter().convert("3");
    assertThat(third.wants(1, 0)).isTrue();
    assertThat(third.wants(2, 0)).isFalse();
    assertThat(third.wants(3, 0)).isFalse();
    assertThat(third.wants(4, 0)).isTrue();
    Every halfSecond = new Every.Converter().convert("500ms");
    assertThat(halfSecond.wants(1, Long.MAX_VALUE - 10)).isTrue();
    assertThat(halfSecond.wants(2, Long.MAX_VALUE + 400_000_000L)).isFalse();
    assertThat(halfSecond.wants(3, Long.MAX_VALUE + 500_000_000L)).isTrue();
    for (String same : List.of("0.0005s", "0.5 ms", "500us", "500µs")) {
      Every halfMillisecond = new Every.Converter().convert(same);
      assertThat(halfMillisecond.wants(1, 0)).isTrue();
      assertThat(halfMillisecond.wants(2, 499_999)).as(same).isFalse();
      assertThat(halfMillisecond.wants(3, 500_000)).as(same).isTrue();
    }
    for (String wrong : List.of("0", "-1", "5 frames", "", "2h", "0s", "0.0001us")) {
      assertThatThrownBy(() -> new Every.Converter().convert(wrong))
          .isInstanceOf(TypeConversionException.class)
          .hasMessageContaining("write 5, 2s or 500ms");
    }
  }

  private static byte[] picture(int first) {
    return new byte[] {0, (byte) first, (byte) (first + 1), (byte) (first + 2)};
  }
}
