package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.entropy.ArithmeticDecoder;
import org.ptilmpq.format.entropy.ArithmeticEncoder;
import org.ptilmpq.testkit.Seeds;

class ChannelCoderTest {

  private static final Grid UNIFORM = new Grid.Uniform();

  @Test
  void biasesOfAnyKindComeBackToTheBit() {
    float[][] cases = {
      {},
      {0},
      {-0f, 1},
      {0, 0, 0},
      {1},
      {-1},
      {Float.MIN_VALUE, 2 * Float.MIN_VALUE, 0},
      {Float.MIN_NORMAL, -Float.MIN_VALUE},
      {Float.MAX_VALUE, -Float.MAX_VALUE},
      {0x1p60f, -0x1p60f},
      {0x1p60f, Float.MIN_VALUE},
      {1e-3f, 7.25f, -3f},
      {0.5f, -0.25f, 100.75f, 0},
      {16_777_216f, 1f},
      {0x1p31f, 1f},
      {-0x1p30f, 1f}
    };
    for (float[] biases : cases) {
      ArithmeticEncoder encoder = new ArithmeticEncoder();
      new ChannelCoder().biases(encoder, biases.clone());
      float[] decoded = new float[biases.length];
      new ChannelCoder().biases(new ArithmeticDecoder(encoder.finish()), decoded);
      // Compares bits, so that -0 is not 0.
      assertThat(decoded).isEqualTo(biases);
    }
  }

  @Test
  void scalesOfAnyKindComeBackToTheBit() {
    float[][] cases = {
      {},
      {1},
      {0x1p-60f},
      {0x1p-60f, 0x1p30f},
      {0.1f, 0.1f, 0.1f},
      {0.1f, 0.2f, 1e-9f},
      {1.5f, 1.25f, 1.75f},
      {Math.nextUp(1f), Math.nextDown(1f)}
    };
    for (float[] scales : cases) {
      ArithmeticEncoder encoder = new ArithmeticEncoder();
      new ChannelCoder().scales(encoder, scales.clone());
      float[] decoded = new float[scales.length];
      new ChannelCoder().scales(new ArithmeticDecoder(encoder.finish()), decoded);
      assertThat(decoded).isEqualTo(scales);
    }
  }

  @Test
  void roundedScalesAndBiasesAreShort() {
    RandomGenerator random = Seeds.random("ChannelCoderTest", 3);
    float[] scales = new float[1_000];
    float[] biases = new float[1_000];
    for (int i = 0; i < scales.length; i++) {
      int bits = Float.floatToIntBits((float) Math.exp(random.nextGaussian() * 0.5 - 4));
      scales[i] = Float.intBitsToFloat(bits >> 18 << 18);
      biases[i] = (float) (Math.rint(random.nextGaussian() * 300) + 0.0) / 1024; // No −0, which is no multiple.
    }
    ArithmeticEncoder encoder = new ArithmeticEncoder();
    ChannelCoder coder = new ChannelCoder();
    coder.scales(encoder, scales);
    int scaleBytes = encoder.finish().length;
    assertThat(scaleBytes).isLessThan(1_000 * 7 / 8);
    encoder = new ArithmeticEncoder();
    coder.biases(encoder, biases);
    assertThat(encoder.finish().length).isLessThan(1_000 * 11 / 8);
  }

  @Test
  void ordersComeBack() throws Exception {
    RandomGenerator random = Seeds.random("ChannelCoderTest", 4);
    for (int round = 0; round < 300; round++) {
      int parts = random.nextInt(1, 4);
      int size = round % 10 == 0 ? random.nextInt(65, 200) : random.nextInt(1, 40);
      List<ChannelGroup> groups = new ArrayList<>();
      List<Integer> order = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        List<Integer> channels = new ArrayList<>(IntStream.range(part * size, (part + 1) * size).boxed().toList());
        Collections.shuffle(channels, Random.from(random));
        for (int left = size; left > 0; ) {
          // One channel per group makes more groups than can be coded.
          int some = round % 20 == 0 ? 1 : random.nextInt(1, left + 1);
          groups.add(new ChannelGroup(some, 3, UNIFORM));
          List<Integer> own = new ArrayList<>(channels.subList(size - left, size - left + some));
          if (round % 3 > 0) {
            Collections.sort(own);
          }
          order.addAll(own);
          left -= some;
        }
      }
      int[] given = round % 7 == 0 ? new int[0] : order.stream().mapToInt(Integer::intValue).toArray();
      int channels = parts * size;
      ArithmeticEncoder encoder = new ArithmeticEncoder();
      new ChannelCoder().order(encoder, groups, channels, parts, given);
      ArithmeticDecoder decoder = new ArithmeticDecoder(encoder.finish());
      int[] decoded = new ChannelCoder().order(decoder, groups, channels, parts, new int[0]);
      boolean identity = IntStream.range(0, given.length).allMatch(i -> given[i] == i);
      assertThat(decoded).isEqualTo(identity ? new int[0] : given);
      assertThat(decoder.isFinished()).isTrue();
    }
  }

  @Test
  void channelsAreNotToldAmongTooManyGroups() {
    List<ChannelGroup> groups = Collections.nCopies(65, new ChannelGroup(1, 1, UNIFORM));
    ArithmeticEncoder encoder = new ArithmeticEncoder();
    encoder.bits(0b01, 2);
    byte[] coded = encoder.finish();
    assertThatThrownBy(
            () -> new ChannelCoder().order(new ArithmeticDecoder(coded), groups, 65, 1, new int[0]))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining("65 groups to choose among");
  }
}
