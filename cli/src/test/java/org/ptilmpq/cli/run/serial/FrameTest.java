package org.ptilmpq.cli.run.serial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.cli.run.serial.FrameDecoder.CobsDecoder;
import org.ptilmpq.cli.run.serial.FrameDecoder.MessageType;
import org.ptilmpq.testkit.Seeds;

/** Frames come out as they went in, and whatever isn't a frame is recognized as such. */
class FrameTest {

  private static final int MAX_PAYLOAD = 1000;

  /** The vectors of Cheshire and Baker's paper, as later texts number them. */
  @ParameterizedTest
  @CsvSource({
    "00, 01 01",
    "00 00, 01 01 01",
    "00 11 00, 01 02 11 01",
    "11 22 00 33, 03 11 22 02 33",
    "11 22 33 44, 05 11 22 33 44",
    "11 00 00 00, 02 11 01 01 01"
  })
  void bytesAreStuffedAsPublished(String plain, String stuffed) {
    assertThat(unstuffed(bytes(stuffed))).isEqualTo(bytes(plain));
  }

  /** A block of 254 stands for no zero; the paper leaves open whether another follows at the end. */
  @Test
  void fullBlocksEndWithoutAZero() {
    byte[] plain = new byte[254];
    Arrays.fill(plain, (byte) 7);
    byte[] stuffed = new byte[255];
    Arrays.fill(stuffed, (byte) 7);
    stuffed[0] = (byte) 255;
    assertThat(unstuffed(stuffed)).isEqualTo(plain);
    byte[] withEmptyBlock = Arrays.copyOf(stuffed, 256);
    withEmptyBlock[255] = 1;
    assertThat(unstuffed(withEmptyBlock)).isEqualTo(plain);
  }

  @Test
  void framesComeOutAsTheyWentIn() {
    RandomGenerator random = Seeds.random("FrameTest", 1);
    FrameEncoder encoder = new FrameEncoder(MAX_PAYLOAD);
    FrameDecoder decoder = new FrameDecoder(MAX_PAYLOAD);
    for (int length = 0; length <= MAX_PAYLOAD; length++) {
      // From no zeros at all to nothing but zeros.
      byte[] payload = payload(random, length, length % 5 / 4.0);
      int type = random.nextInt(256);
      int sequence = random.nextInt(65_536);
      int bytes = encoder.begin(type, sequence).put(payload, 0, length).end();
      assertThat(bytes).isLessThanOrEqualTo(FrameEncoder.encodedBytes(length + 7));
      for (int i = 0; i < bytes; i++) {
        assertThat(encoder.bytes()[i] == 0).as("byte %d of %d", i, bytes).isEqualTo(i == 0 || i == bytes - 1);
        FrameDecoder.Event event = decoder.accept(encoder.bytes()[i]);
        assertThat(event).isEqualTo(i < bytes - 1 ? FrameDecoder.Event.NONE : FrameDecoder.Event.FRAME);
      }
      assertThat(decoder.type()).isEqualTo(type);
      assertThat(decoder.sequence()).isEqualTo(sequence);
      assertThat(decoder.payloadLength()).isEqualTo(length);
      assertThat(Arrays.copyOfRange(decoder.buffer(), 3, 3 + length)).isEqualTo(payload);
      assertThat(decoder.encodedBytes()).isEqualTo(bytes - 2);
    }
  }

  @Test
  void everyDamagedBitIsFound() {
    FrameEncoder encoder = new FrameEncoder(MAX_PAYLOAD);
    int bytes = encoder.begin(MessageType.PICTURE, 7).put(new byte[] {1, 0, 2, (byte) 255, 0, 0}, 0, 6).end();
    for (int bit = 8; bit < 8 * (bytes - 1); bit++) {
      byte[] damaged = Arrays.copyOf(encoder.bytes(), bytes);
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      FrameDecoder decoder = new FrameDecoder(MAX_PAYLOAD);
      for (byte b : damaged) {
        assertThat(decoder.accept(b)).as("bit %d", bit).isNotEqualTo(FrameDecoder.Event.FRAME);
      }
      assertThat(decode(decoder, encoder.bytes(), bytes)).isEqualTo(FrameDecoder.Event.FRAME);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 8, 500, 20_000})
  void frameThatIsTooLongIsToldFromADamagedOne(int beyond) {
    byte[] payload = payload(Seeds.random("FrameTest", 2), MAX_PAYLOAD + beyond, 0.1);
    FrameEncoder encoder = new FrameEncoder(payload.length);
    FrameDecoder decoder = new FrameDecoder(MAX_PAYLOAD);
    int bytes = encoder.begin(MessageType.PICTURE, 513).put(payload, 0, payload.length).end();
    assertThat(decode(decoder, encoder.bytes(), bytes)).isEqualTo(FrameDecoder.Event.TOO_LONG);
    assertThat(decoder.type()).isEqualTo(MessageType.PICTURE);
    assertThat(decoder.sequence()).isEqualTo(513);
    byte[] damaged = Arrays.copyOf(encoder.bytes(), bytes);
    damaged[bytes / 2] ^= (byte) (damaged[bytes / 2] == 64 ? 32 : 64); // A zero would end the frame there.
    assertThat(decode(decoder, damaged, bytes)).isEqualTo(FrameDecoder.Event.DAMAGED);
    assertThat(decode(decoder, encoder.bytes(), encoder.begin(MessageType.HELLO, 1).put8(1).end()))
        .isEqualTo(FrameDecoder.Event.FRAME);
  }

  @Test
  void zerosBetweenFramesAreNothing() {
    FrameDecoder decoder = new FrameDecoder(MAX_PAYLOAD);
    for (int i = 0; i < 1000; i++) {
      assertThat(decoder.accept((byte) 0)).isEqualTo(FrameDecoder.Event.NONE);
    }
    assertThat(decoder.isInside()).isFalse();
  }

  private static FrameDecoder.Event decode(FrameDecoder decoder, byte[] bytes, int count) {
    FrameDecoder.Event event = FrameDecoder.Event.NONE;
    for (int i = 0; i < count; i++) {
      assertThat(event).isEqualTo(FrameDecoder.Event.NONE);
      event = decoder.accept(bytes[i]);
    }
    return event;
  }

  private static byte[] unstuffed(byte[] stuffed) {
    CobsDecoder decoder = new CobsDecoder();
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    for (byte b : stuffed) {
      int decoded = decoder.accept(b);
      if (decoded != CobsDecoder.NOTHING) {
        assertThat(decoded).isBetween(0, 255);
        plain.write(decoded);
      }
    }
    assertThat(decoder.accept((byte) 0)).isEqualTo(CobsDecoder.END);
    return plain.toByteArray();
  }

  private static byte[] payload(RandomGenerator random, int length, double zeros) {
    byte[] payload = new byte[length];
    for (int i = 0; i < length; i++) {
      payload[i] = random.nextDouble() < zeros ? 0 : (byte) random.nextInt(256);
    }
    return payload;
  }

  private static byte[] bytes(String hex) {
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }
}
