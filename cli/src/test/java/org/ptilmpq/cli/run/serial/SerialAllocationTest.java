package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.cli.run.serial.SerialStatistics.Statistic;
import org.ptilmpq.runtime.Ranking;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.testkit.AllocationGate;
import org.ptilmpq.testkit.PtyPair;

/** From the port to the answer nothing is allocated for a picture except for decoding it. */
class SerialAllocationTest {

  private static final int BATCH = 20;
  private static final int WARM_UP_PICTURES = 500;
  private static final int MAX_BATCHES = 500;

  /**
   * Even batches in a row. While the compiler works in the background, a batch now and then has a few bytes more or
   * fewer; with an object for each picture, or for some, there would never be this many.
   */
  private static final int EVEN_BATCHES = 10;

  private final Ranking ranking = new Ranking(1);

  /** How a picture comes. */
  enum Form {
    PICTURE,
    PARTS
  }

  @ParameterizedTest
  @EnumSource
  void picturesAllocateWhatDecodingDoes(Form form) throws Exception {
    try (Session session = SmallPictures.session();
        Session alone = SmallPictures.session();
        PtyPair line = new PtyPair()) {
      byte[] picture = SmallPictures.plain(session).encoded(3);
      try (ServerThread server = new ServerThread(line.device(), session)) {
        Device device = new Device(line, null);
        send(device, form, picture, WARM_UP_PICTURES);
        int even = 0;
        long beyond = 0;
        for (int batch = 0; batch < MAX_BATCHES && even < EVEN_BATCHES; batch++) {
          beyond = beyondDecoding(server, device, form, alone, picture);
          even = beyond == 0 ? even + 1 : 0;
        }
        assertThat(even)
            .as("batches in a row without a byte beyond decoding; the last had %d", beyond)
            .isEqualTo(EVEN_BATCHES);
      }
    }
  }

  /**
   * Returns the bytes of a batch that is served, less those of as many pictures that are only decoded and classified,
   * at the same time: the compiler goes on making decoding cheaper.
   */
  private long beyondDecoding(
      ServerThread server, Device device, Form form, Session alone, byte[] picture) {
    long before = server.statistics().value(Statistic.PICTURES);
    long served = AllocationGate.allocatedBytes(() -> send(device, form, picture, BATCH), List.of(server.thread()));
    // An impatient device has parts taken twice.
    int pictures = (int) (server.statistics().value(Statistic.PICTURES) - before);
    return served
        - AllocationGate.allocatedBytes(
            () -> rank(alone, picture, ranking, pictures), List.of(Thread.currentThread()));
  }

  private static void rank(Session session, byte[] picture, Ranking ranking, int count) {
    try {
      for (int i = 0; i < count; i++) {
        session.rank(picture, 0, picture.length, ranking);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends a picture under different numbers, since a repeated one isn't classified again. */
  private static void send(Device device, Form form, byte[] picture, int count) {
    try {
      for (int i = 0; i < count; i++) {
        FrameDecoder result =
            form == Form.PICTURE ? device.picture(i, picture) : device.parts(i, picture, picture.length / 3);
        assertThat(result.type()).isEqualTo(MessageType.RESULT);
      }
    } catch (IOException e) {
      throw new AssertionError(Arrays.toString(picture), e);
    }
  }
}
