package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.cli.run.stream.Jpegs;
import org.ptilmpq.testkit.JsonParser;

/** Streams of JPEG frames on standard input of {@code ptilmpq-run.jar}. */
@Timeout(600)
class StreamIT {

  private static final int FRAMES = 10_000;
  private static final int MANY_FRAMES = 60_000;

  /** Readings of the resident memory. */
  private static final int READINGS = 300;
  private static final Pattern SUMMARY =
      Pattern.compile("ptilmpq: (\\d+) frames: (\\d+) classified, (\\d+) dropped, (\\d+) damaged");
  private static final List<String> COLOURS = List.of("red", "green", "blue \"azure\"");

  @TempDir static Path folder;

  private static Path model;
  private static byte[][] frames;

  @BeforeAll
  static void makeModelAndFrames() throws IOException {
    model = ColourModel.write(folder.resolve("colours.pq"));
    frames = new byte[][] {Jpegs.plain(64, 48, 0xFA1010), Jpegs.plain(64, 48, 0x10FA10), Jpegs.plain(64, 48, 0x1010FA)};
  }

  /**
   * Memory grows by steps while the JIT compiler works, in the background and so at no frame in particular; a leak
   * grows in every tenth of the stream. So the median growth from tenth to tenth has to be nothing.
   */
  @Test
  @Tag("endurance")
  void sixtyThousandFramesAreAllAnsweredRightInFlatMemory() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "-", "--keep-all", "--threads", "1")) {
      Thread camera = send(process, MANY_FRAMES);
      int every = MANY_FRAMES / READINGS;
      long[] resident = new long[READINGS];
      long peak = 0;
      for (int i = 0; i < MANY_FRAMES; i++) {
        assertThat(process.line()).isEqualTo((i + 1) + "\t1.0000  " + i % 3 + "  " + COLOURS.get(i % 3));
        if (i % every == 0) {
          resident[i / every] = process.residentBytes();
          peak = process.peakBytes();
        }
      }
      camera.join();
      assertThat(process.line()).isNull();
      assertThat(process.exit()).as(process.err()).isZero();
      assertThat(process.err()).contains("ptilmpq: 60000 frames: 60000 classified, 0 dropped, 0 damaged");
      long[] growth = new long[9];
      for (int tenth = 1; tenth < 10; tenth++) {
        growth[tenth - 1] =
            median(resident, 30 * tenth, 30 * tenth + 30) - median(resident, 30 * tenth - 30, 30 * tenth);
      }
      System.out.printf("StreamIT: %.1f MB resident at the end, by tenths + %s bytes%n",
          median(resident, 270, 300) / 1e6, Arrays.toString(growth));
      // Kernels take so little of the time that the compiler is at work for the first half of the frames.
      assertThat(median(growth, growth.length / 2, growth.length)).as("growth in 6,000 frames").isLessThan(LEAK);
      assertThat(peak).as("peak in bytes").isLessThan(plannedBytes());
    }
  }

  /** In bytes: 100 per frame, over twice the garbage waiting in the old generation for its bound (docs/memory.md). */
  private static final long LEAK = 600_000;

  /**
   * The young generation can't hold these pictures: without collections of the whole heap, for which the virtual
   * machine sees no reason, 200 of them pile up to gigabytes.
   */
  @Test
  @Tag("endurance")
  void largeFramesDoNotPileUp() throws Exception {
    byte[] large = Jpegs.plain(1600, 1200, 0x10FA10);
    try (LiveProcess process = LiveProcess.start(model, "-", "--keep-all", "--threads", "1")) {
      OutputStream in = process.in();
      long early = 0;
      for (int i = 1; i <= 200; i++) {
        in.write(large);
        in.flush();
        assertThat(process.line()).isEqualTo(i + "\t1.0000  1  green");
        early = i == 40 ? process.residentBytes() : early;
      }
      long late = process.residentBytes();
      in.close();
      assertThat(process.exit()).isZero();
      System.out.printf("StreamIT: %.1f MB resident after 40 large frames, %.1f at the end%n", early / 1e6, late / 1e6);
      assertThat(late - early).as("growth in bytes").isLessThan(24_000_000);
    }
  }

  /** Results are read when all frames are sent: the camera may not wait for that, and memory may not grow. */
  @Test
  void aSlowReaderCostsFramesAndNothingElse() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "-", "--json", "--threads", "1")) {
      send(process, FRAMES).join();
      long last = 0;
      long seen = 0;
      long missed = 0;
      for (String line = process.line(); line != null; line = process.line()) {
        Map<String, Object> frame = JsonParser.object(line);
        long number = ((Double) frame.get("frame")).longValue();
        long dropped = ((Double) frame.get("dropped")).longValue();
        assertThat(number).isEqualTo(last + dropped + 1);
        Map<?, ?> best = (Map<?, ?>) ((List<?>) frame.get("top")).getFirst();
        assertThat(best.get("label")).isEqualTo(COLOURS.get((int) ((number - 1) % 3)));
        last = number;
        seen++;
        missed += dropped;
      }
      assertThat(process.exit()).as(process.err()).isZero();
      assertThat(last).as("the newest frame is the one that waits").isEqualTo(FRAMES);
      assertThat(seen + missed).isEqualTo(FRAMES);
      assertThat(missed).isPositive();
      assertThat(summary(process.err())).containsExactly((long) FRAMES, seen, missed, 0L);
    }
  }

  @Test
  void aClosedPipeEndsQuietly() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "-", "--threads", "1")) {
      AtomicReference<IOException> cameraEnd = new AtomicReference<>();
      Thread camera =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      while (true) {
                        process.in().write(frames[0]);
                      }
                    } catch (IOException e) {
                      cameraEnd.set(e);
                    }
                  });
      assertThat(process.line()).endsWith("red");
      process.out().close();
      assertThat(process.exit()).as(process.err()).isZero();
      camera.join();
      assertThat(cameraEnd.get()).hasMessageContaining("pipe");
      assertThat(process.err().lines().filter(line -> !line.contains("incubator")))
          .allMatch(line -> SUMMARY.matcher(line).matches());
    }
  }

  @Test
  void damagedFramesAreToldOfAndSkipped() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "-", "--keep-all", "--top", "1", "--threads", "1")) {
      byte[] shortened = Arrays.copyOf(frames[1], frames[1].length - 4);
      byte[] unreadable = frames[1].clone();
      // The frame header's bits per sample, which the scanner ignores.
      unreadable[frameHeader(unreadable) + 4] = 12;
      OutputStream in = process.in();
      for (byte[] part : List.of(frames[0], shortened, frames[2], unreadable, frames[0])) {
        in.write(part);
      }
      in.close();
      assertThat(process.line()).isEqualTo("1\t1.0000  0  red");
      assertThat(process.line()).isEqualTo("3\t1.0000  2  blue \"azure\"");
      assertThat(process.line()).isEqualTo("5\t1.0000  0  red");
      assertThat(process.line()).isNull();
      assertThat(process.exit()).isZero();
      assertThat(process.err()).contains("frame 2 skipped: damaged JPEG: premature end of data segment");
      assertThat(summary(process.err())).containsExactly(5L, 3L, 0L, 2L);
    }
  }

  @Test
  void everyNthFrameAndConfidentAnswersAlone() throws Exception {
    byte[] grey = Jpegs.plain(64, 48, 0x808080);
    try (LiveProcess process =
        LiveProcess.start(model, "-", "--keep-all", "--every", "2", "--min-confidence", "0.9", "--json")) {
      OutputStream in = process.in();
      for (byte[] part : List.of(frames[0], frames[1], grey, frames[1], frames[2])) {
        in.write(part);
      }
      in.close();
      Map<String, Object> first = JsonParser.object(process.line());
      assertThat(first).containsEntry("frame", 1.0).containsEntry("dropped", 0.0);
      assertThat((List<?>) first.get("top")).as("classes below 0.9 are left out").hasSize(1);
      assertThat(JsonParser.object(process.line())).containsEntry("frame", 5.0);
      assertThat(process.line()).isNull();
      assertThat(process.exit()).isZero();
    }
  }

  /** In whatever order the two arrive: the gain map would also be a picture. */
  @Test
  void aPictureWithItsGainMapIsOnePicture() throws Exception {
    byte[] picture = Jpegs.withIndex(frames[1], 2, true);
    for (Object[] arguments : new Object[][] {{model, "-", "--top", "1"}, {model, "-", "--top", "1", "--keep-all"}}) {
      try (LiveProcess process = LiveProcess.start(arguments)) {
        process.in().write(picture);
        process.in().write(frames[2]);
        process.in().close();
        assertThat(process.line()).endsWith("1.0000  1  green");
        assertThat(process.line()).isNull();
        assertThat(process.exit()).isZero();
      }
    }
  }

  @Test
  void framesWithoutTheirEndAreWhole() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "-", "--keep-all", "--top", "1", "--threads", "1")) {
      for (byte[] frame : frames) {
        process.in().write(frame, 0, frame.length - 2);
      }
      process.in().close();
      for (int i = 0; i < frames.length; i++) {
        assertThat(process.line()).isEqualTo((i + 1) + "\t1.0000  " + i + "  " + COLOURS.get(i));
      }
      assertThat(process.line()).isNull();
      assertThat(process.exit()).isZero();
    }
  }

  @Test
  void onePictureIsPrintedAsAPicture() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "-", "--top", "2")) {
      process.in().write(frames[1]);
      process.in().close();
      assertThat(process.line()).isEqualTo("1.0000  1  green");
      assertThat(process.line()).startsWith("0.0000  ");
      assertThat(process.line()).isNull();
      assertThat(process.exit()).isZero();
    }
  }

  @Test
  void aStreamWithoutAPictureIsAnError() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "-")) {
      process.in().write(new byte[] {71, 73, 70, 56, 57, 97});
      process.in().close();
      assertThat(process.exit()).isEqualTo(ExitCode.UNREADABLE_PICTURE);
      assertThat(process.err()).contains("standard input: looks like a GIF");
    }
  }

  /** Returns the bytes that, by the memory plan, a process with the model needs on one thread. */
  private static long plannedBytes() throws Exception {
    Processes.Result refused = Processes.run(model, "-", "--threads", "1", "--memory", "1MB");
    Matcher needs = Pattern.compile("needs (\\d+)\\.(\\d) MB").matcher(refused.err());
    assertThat(needs.find()).as(refused.err()).isTrue();
    return Long.parseLong(needs.group(1) + needs.group(2)) * 100_000;
  }

  private static Thread send(LiveProcess process, int count) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try (OutputStream in = process.in()) {
                for (int i = 0; i < count; i++) {
                  in.write(frames[i % 3]);
                }
              } catch (IOException e) {
                throw new AssertionError(process.err(), e);
              }
            });
  }

  private static int frameHeader(byte[] jpeg) {
    for (int i = 0; i + 1 < jpeg.length; i++) {
      if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xC0) {
        return i;
      }
    }
    throw new AssertionError("no SOF0 in the picture");
  }

  private static List<Long> summary(String err) {
    Matcher matcher = SUMMARY.matcher(err);
    assertThat(matcher.find()).as(err).isTrue();
    return List.of(
        Long.valueOf(matcher.group(1)),
        Long.valueOf(matcher.group(2)),
        Long.valueOf(matcher.group(3)),
        Long.valueOf(matcher.group(4)));
  }

  private static long median(long[] values, int from, int to) {
    long[] part = Arrays.copyOfRange(values, from, to);
    Arrays.sort(part);
    return part[part.length / 2];
  }
}
