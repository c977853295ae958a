package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.cli.run.stream.Jpegs;

/** {@code --watch DIR} of {@code ptilmpq-run.jar}. */
@Timeout(120)
class WatchIT {

  @TempDir Path folder;

  private Path model;
  private Path watched;

  @BeforeEach
  void makeModelAndFolder() throws IOException {
    model = ColourModel.write(folder.resolve("colours.pq"));
    watched = Files.createDirectory(folder.resolve("in"));
    ColourModel.picture(watched.resolve("before.png"), new Color(0, 0, 255));
  }

  @Test
  void aModelThatIsOverwrittenInPlaceIsAClearEnd() throws Exception {
    Files.setLastModifiedTime(model, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
    try (LiveProcess process = LiveProcess.start(model, "--watch", watched, "--top", "1")) {
      awaitErr(process, "waiting for pictures in " + watched);
      Files.write(model, new byte[0]);
      ColourModel.picture(watched.resolve("red.png"), new Color(255, 0, 0));
      assertThat(process.line()).isNull();
      assertThat(process.exit()).isEqualTo(ExitCode.INVALID_MODEL);
      assertThat(process.err()).contains("ptilmpq: " + model + " was changed in place").doesNotContain("\tat ");
    }
  }

  @Test
  void picturesAreClassifiedAsTheyAreDropped() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "--watch", watched, "--top", "1")) {
      awaitErr(process, "waiting for pictures in " + watched);
      ColourModel.picture(watched.resolve("red.png"), new Color(255, 0, 0));
      expect(process, watched.resolve("red.png"), "1.0000  0  red");

      // Written under another name and renamed when it is whole.
      Path green = ColourModel.picture(folder.resolve("green.png"), new Color(0, 255, 0));
      Files.move(green, watched.resolve("renamed.PNG"), StandardCopyOption.ATOMIC_MOVE);
      expect(process, watched.resolve("renamed.PNG"), "1.0000  1  green");

      // Written slowly: it isn't taken before it is whole.
      byte[] blue = Jpegs.plain(64, 48, 0x0000FF);
      try (OutputStream out = Files.newOutputStream(watched.resolve("slow.jpeg"))) {
        for (int from = 0; from < blue.length; from += 100) {
          out.write(Arrays.copyOfRange(blue, from, Math.min(blue.length, from + 100)));
          TimeUnit.MILLISECONDS.sleep(50);
        }
      }
      expect(process, watched.resolve("slow.jpeg"), "1.0000  2  blue \"azure\"");

      // The same name with another picture is another picture; what isn't one is reported.
      Files.writeString(watched.resolve("notes.txt"), "not a picture, and no picture's name");
      Files.write(watched.resolve("broken.jpg"), Arrays.copyOf(blue, 200));
      awaitErr(process, watched.resolve("broken.jpg") + ": JPEG cut off");
      Files.write(watched.resolve("broken.jpg"), blue);
      expect(process, watched.resolve("broken.jpg"), "1.0000  2  blue \"azure\"");
      assertThat(process.err()).doesNotContain("notes.txt");

      process.terminate();
      assertThat(process.exit()).isEqualTo(143);
      assertThat(process.line()).isNull();
    }
  }

  @Test
  void aFolderThatGoesIsAnError() throws Exception {
    try (LiveProcess process = LiveProcess.start(model, "--watch", watched)) {
      awaitErr(process, "waiting for pictures");
      Files.delete(watched.resolve("before.png"));
      Files.delete(watched);
      assertThat(process.exit()).isEqualTo(ExitCode.FAILED);
      assertThat(process.err()).contains(watched + ": the folder has gone");
    }
  }

  @Test
  void whatContradictsItselfIsWrongUse() throws Exception {
    Path picture = watched.resolve("before.png");
    assertThat(Processes.run(model, "--watch", watched, picture).exit()).isEqualTo(ExitCode.WRONG_USE);
    assertThat(Processes.run(model, "--watch", folder.resolve("nowhere")).err()).contains("nowhere: no such folder");
    assertThat(Processes.run(model, "-", picture).err()).contains("- must be alone");
    assertThat(Processes.run(model, picture, "--every", "2").err()).contains("--every and --keep-all are for a stream");
    assertThat(Processes.run(model, picture, "--min-confidence", "2").err()).contains("must be 0 to 1");
    assertThat(Processes.run(model, picture, "--min-confidence", "NaN").exit()).isEqualTo(ExitCode.WRONG_USE);
  }

  private static void expect(LiveProcess process, Path picture, String line) throws IOException {
    assertThat(process.line()).isEqualTo(picture + ":");
    assertThat(process.line()).isEqualTo(line);
  }

  private static void awaitErr(LiveProcess process, String text) throws InterruptedException {
    while (!process.err().contains(text)) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }
}
