package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.testkit.PtyPair;
import org.ptilmpq.testkit.Seeds;

/** The plug is pulled 100 times at any moment, also in the middle of frames; each time the server comes back. */
class UnpluggedLineTest {

  private static final int PULLS = 100;

  @TempDir private Path folder;

  @Test
  void theServerComesBackEachTime() throws Exception {
    RandomGenerator random = Seeds.random("UnpluggedLineTest", 4);
    PtyPair line = new PtyPair();
    Path port = plug(line);
    try (Session session = SmallPictures.session()) {
      SmallPictures pictures = SmallPictures.plain(session);
      try (ServerThread server = new ServerThread(port, session)) {
        Device device = new Device(line, null);
        for (int pull = 1; pull <= PULLS; pull++) {
          FrameDecoder result = device.picture(pull, pictures.encoded(pull));
          assertThat(result.unsigned32(1)).as("after %d pulls", pull - 1).isEqualTo(pictures.classOf(pull));
          byte[] picture = pictures.encoded(random.nextInt(1000));
          device.begin(MessageType.PICTURE, PULLS + pull).put(picture, 0, picture.length);
          device.send(random.nextDouble(1.1) % 1);
          Thread.sleep(random.nextInt(4));
          line.close();
          line = new PtyPair();
          plug(line);
          device.plug(line);
        }
        FrameDecoder result = device.picture(0, pictures.encoded(0));
        assertThat(result.unsigned32(1)).as("after all pulls").isEqualTo(pictures.classOf(0));
        assertThat(server.statistics().value(Statistic.RECONNECTIONS)).isEqualTo(PULLS);
        assertThat(server.messages()).contains("unplugged; waiting for it", "is back");
      }
    }
    line.close();
  }

  /** A link that always leads to the line, as udev keeps one in /dev/serial/by-id. */
  private Path plug(PtyPair line) throws IOException {
    Path link = folder.resolve("port");
    Path fresh = Files.createSymbolicLink(folder.resolve("fresh"), line.device());
    return Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
