package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.ptilmpq.cli.run.serial.Answers.Host;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.testkit.PtyPair;

/**
 * The device's end of the framed link in docs/serial.md: it sends a message until it is answered. What it sends and
 * receives goes through noise, if it has any.
 */
final class Device {

  /** Short, to keep tests short: a host that is slower than this is asked twice, which must do no harm. */
  private static final int RETRY_MILLIS = 60;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final FrameEncoder encoder = new FrameEncoder(ServerThread.MAX_PICTURE);
  private final FrameDecoder answer = new FrameDecoder(1024);
  private final byte[] chunk = new byte[4096];
  private final byte[] damaged = new byte[2 * ServerThread.MAX_PICTURE];
  private final Noise noise;
  private PtyPair line;
  private int chunkLength;
  private int chunkUsed;
  private int length;
  private int sent;

  /**
   * @param noise null for a good line
   */
  Device(PtyPair line, Noise noise) {
    this.line = line;
    this.noise = noise;
  }

  /** Continues on another line. */
  void plug(PtyPair another) {
    line = another;
    chunkUsed = chunkLength;
    answer.restart();
  }

  FrameEncoder begin(int type, int sequence) {
    return encoder.begin(type, sequence);
  }

  /** Sends a frame, or only its first bytes. */
  void send(double share) throws IOException {
    int bytes = (int) (encoder.end() * share);
    length = 0;
    for (int i = 0; i < bytes; i++) {
      put(encoder.bytes()[i]);
    }
    line.write(damaged, 0, length);
    sent++;
  }

  private void put(byte value) {
    if (noise == null) {
      damaged[length++] = value;
    } else {
      noise.pass(value, through -> damaged[length++] = through);
    }
  }

  /** Returns the number of frames sent so far. */
  int sent() {
    return sent;
  }

  /** Says hello until there is an answer to it. */
  FrameDecoder hello(int sequence) throws IOException {
    long start = System.nanoTime();
    do {
      begin(MessageType.HELLO, sequence).put8(Host.PROTOCOL_VERSION);
      send(1);
      checkPatience(start);
    } while (!answered(sequence, MessageType.HELLO_ANSWER));
    return answer;
  }

  /** Sends a picture in one frame until there is a result for it, and returns that. */
  FrameDecoder picture(int sequence, byte[] picture) throws IOException {
    long start = System.nanoTime();
    do {
      begin(MessageType.PICTURE, sequence).put(picture, 0, picture.length);
      send(1);
      checkPatience(start);
    } while (!answered(sequence, MessageType.RESULT));
    return answer;
  }

  /** Sends a picture in parts, each until it is acknowledged, and returns its result. */
  FrameDecoder parts(int sequence, byte[] picture, int partBytes) throws IOException {
    long start = System.nanoTime();
    int offset = 0;
    while (true) {
      int bytes = Math.min(partBytes, picture.length - offset);
      begin(MessageType.PART, sequence).put32(picture.length).put32(offset).put(picture, offset, bytes);
      send(1);
      checkPatience(start);
      boolean last = offset + bytes == picture.length;
      if (answered(sequence, last ? MessageType.RESULT : MessageType.ACKNOWLEDGEMENT, offset)) {
        if (last) {
          return answer;
        }
        offset = (int) answer.unsigned32(0);
      }
    }
  }

  private boolean answered(int sequence, int type) throws IOException {
    return answered(sequence, type, -1);
  }

  /** Waits for an answer, ignoring older ones: other numbers, and acknowledgements of the part before. */
  private boolean answered(int sequence, int type, int offset) throws IOException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS)) {
      if (next() && answer.sequence() == sequence) {
        boolean acknowledgement = answer.type() == MessageType.ACKNOWLEDGEMENT;
        if (answer.type() == type && !(acknowledgement && answer.unsigned32(0) == offset)) {
          return true;
        }
        assertThat(answer.type()).as("answer to %d", sequence).isIn(type, MessageType.ACKNOWLEDGEMENT);
      }
    }
    return false;
  }

  /** Returns whether there was a frame in what has come; it is in {@link #answer} then. */
  private boolean next() throws IOException {
    if (chunkUsed == chunkLength) {
      chunkUsed = 0;
      chunkLength = line.read(chunk, 5);
    }
    boolean[] found = {false};
    while (chunkUsed < chunkLength && !found[0]) {
      byte value = chunk[chunkUsed++];
      if (noise == null) {
        found[0] = answer.accept(value) == FrameDecoder.Event.FRAME;
      } else {
        noise.pass(value, through -> found[0] |= answer.accept(through) == FrameDecoder.Event.FRAME);
      }
    }
    return found[0];
  }

  private static void checkPatience(long start) {
    assertThat(System.nanoTime() - start).as("nanoseconds without an answer").isLessThan(PATIENCE_NANOS);
  }
}
