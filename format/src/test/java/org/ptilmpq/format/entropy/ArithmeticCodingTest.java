package org.ptilmpq.format.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

class ArithmeticCodingTest {

  @Test
  void bitsOfAnyProbabilityComeBack() {
    RandomGenerator random = Seeds.random("ArithmeticCodingTest", 1);
    int[] extremes = {1, 2, 32, 32_767, 32_768, 65_504, 65_534, 65_535};
    for (int round = 0; round < 300; round++) {
      int[] bits = new int[random.nextInt(400)];
      int[] probabilities = new int[bits.length];
      for (int i = 0; i < bits.length; i++) {
        probabilities[i] = round % 2 == 0 ? extremes[random.nextInt(extremes.length)] : random.nextInt(1, 65_536);
        // Rounds of likely bits, of unlikely ones, and of both.
        boolean likely = round % 3 == 0 || round % 3 == 1 && random.nextBoolean();
        bits[i] = probabilities[i] >= 32_768 == likely ? 1 : 0;
      }
      ArithmeticEncoder encoder = new ArithmeticEncoder();
      for (int i = 0; i < bits.length; i++) {
        encoder.code(probabilities[i], bits[i]);
      }
      byte[] coded = encoder.finish();
      ArithmeticDecoder decoder = new ArithmeticDecoder(coded);
      for (int i = 0; i < bits.length; i++) {
        assertThat(decoder.code(probabilities[i], 0)).as("round %d, bit %d", round, i).isEqualTo(bits[i]);
      }
      assertThat(decoder.isFinished()).as("round %d", round).isTrue();
      assertThat(isTakenFor(Arrays.copyOf(coded, coded.length + 1), probabilities, bits)).as("a byte more").isFalse();
      if (coded.length > 0) {
        byte[] shorter = Arrays.copyOf(coded, coded.length - 1);
        assertThat(isTakenFor(shorter, probabilities, bits)).as("a byte less").isFalse();
      }
    }
  }

  /** Whether other bytes give the same bits and a regular end: each sequence of bits has only one encoding. */
  private static boolean isTakenFor(byte[] coded, int[] probabilities, int[] bits) {
    ArithmeticDecoder decoder = new ArithmeticDecoder(coded);
    boolean same = true;
    for (int i = 0; i < bits.length; i++) {
      same &= decoder.code(probabilities[i], 0) == bits[i];
    }
    return same && decoder.isFinished();
  }

  @Test
  void contextsLearn() {
    ArithmeticEncoder encoder = new ArithmeticEncoder();
    int[] contexts = BinaryCoder.contexts(1, 2);
    for (int i = 0; i < 10_000; i++) {
      encoder.bit(contexts, 0, i % 100 == 0 ? 1 : 0);
    }
    // The entropy of one in a hundred is 0.081 bits: 101 bytes.
    assertThat(encoder.finish()).hasSizeBetween(95, 125);
  }

  @Test
  void numbersComeBack() {
    RandomGenerator random = Seeds.random("ArithmeticCodingTest", 2);
    int[] values = new int[2_000];
    int[] longest = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      longest[i] = random.nextInt(32);
      int magnitude = longest[i] == 0 ? 0 : random.nextInt() >>> 32 - longest[i] >>> random.nextInt(longest[i] + 1);
      values[i] = random.nextBoolean() ? magnitude : -magnitude;
    }
    ArithmeticEncoder encoder = new ArithmeticEncoder();
    Numbers numbers = new Numbers();
    for (int i = 0; i < values.length; i++) {
      numbers.signed(encoder, values[i], longest[i]);
      Numbers.plain(encoder, plain(values[i]));
      encoder.bits(values[i], 31);
    }
    ArithmeticDecoder decoder = new ArithmeticDecoder(encoder.finish());
    Numbers twins = new Numbers();
    for (int i = 0; i < values.length; i++) {
      assertThat(twins.signed(decoder, 0, longest[i])).isEqualTo(values[i]);
      assertThat(Numbers.plain(decoder, 0)).isEqualTo(plain(values[i]));
      assertThat(decoder.bits(0, 31)).isEqualTo(values[i] & Integer.MAX_VALUE);
    }
    assertThat(decoder.isFinished()).isTrue();
  }

  private static int plain(int value) {
    return Math.min(value & Integer.MAX_VALUE, Integer.MAX_VALUE - 1);
  }

  /** However far a decoder reads past the end of its input, it gives bits and nothing else. */
  @Test
  void anEmptyStreamGivesBitsForEver() {
    ArithmeticDecoder decoder = new ArithmeticDecoder(new byte[0]);
    for (int i = 0; i < 100_000; i++) {
      assertThat(decoder.code(1 + i % 65_535, 0)).isBetween(0, 1);
    }
    assertThat(decoder.isFinished()).isFalse();
  }
}
