package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.testkit.PtyPair;
import org.ptilmpq.testkit.Seeds;

/** Larger pictures in parts over a line with bursts of noise: all arrive, by being sent again. */
class PartsTest {

  private static final int PICTURES = 12;
  private static final int PART_BYTES = 300;

  @Test
  void allPicturesArriveThroughBurstsOfNoise() throws Exception {
    Noise noise = new Noise(Seeds.random("PartsTest", 3), 0.0006, 100);
    try (Session session = SmallPictures.session();
        PtyPair line = new PtyPair()) {
      SmallPictures pictures = SmallPictures.large(session);
      try (ServerThread server = new ServerThread(line.device(), session)) {
        Device device = new Device(line, noise);
        device.hello(0);
        int leastFrames = 1;
        for (int number = 1; number <= PICTURES; number++) {
          byte[] picture = pictures.encoded(number);
          assertThat(picture.length).isGreaterThan(10 * PART_BYTES);
          leastFrames += (picture.length + PART_BYTES - 1) / PART_BYTES;
          FrameDecoder result = device.parts(number, picture, PART_BYTES);
          assertThat(result.unsigned32(1)).as("class of picture %d", number).isEqualTo(pictures.classOf(number));
        }
        System.out.println("PartsTest: " + device.sent() + " frames for " + leastFrames + "; " + server.statistics());
        assertThat(device.sent()).as("frames with those sent again").isGreaterThan(leastFrames);
        assertThat(server.statistics().value(Statistic.DAMAGED)).isPositive();
        assertThat(server.statistics().value(Statistic.RESULTS)).isGreaterThanOrEqualTo(PICTURES);
      }
    }
  }

  @Test
  void aPictureSentAgainIsNotClassifiedAgain() throws Exception {
    try (Session session = SmallPictures.session();
        PtyPair line = new PtyPair()) {
      SmallPictures pictures = SmallPictures.plain(session);
      try (ServerThread server = new ServerThread(line.device(), session)) {
        Device device = new Device(line, null);
        for (int i = 0; i < 3; i++) {
          assertThat(device.picture(7, pictures.encoded(7)).unsigned32(1)).isEqualTo(pictures.classOf(7));
        }
        assertThat(device.picture(8, pictures.encoded(8)).unsigned32(1)).isEqualTo(pictures.classOf(8));
        assertThat(server.statistics().value(Statistic.RESULTS)).isEqualTo(2);
        assertThat(server.statistics().value(Statistic.REPEATED)).isGreaterThanOrEqualTo(2);
      }
    }
  }
}
