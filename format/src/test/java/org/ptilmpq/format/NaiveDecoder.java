package org.ptilmpq.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A second decoder of compressed layers, written from docs/format.md alone, level by level and without regard to speed.
 * It shares no code with the first but the shapes of the graph; it doesn't expect damaged files.
 */
final class NaiveDecoder {

  /** A decoded layer. */
  record Layer(int[] order, float[] scales, float[] biases, long tailBytes, short[][] levels) {}

  /** The numbers of a layer's head that are needed until its levels are decoded. */
  private record Coding(int kind, int logMean, int words, int escapes, int most, int[] tableOf, int[][] tables) {}

  private final PqModel graph;
  private final byte[] head;
  private final byte[] streams;
  private int headPosition;
  private long low;
  private long high = 0xFFFF_FFFFL;
  private long value;

  private final NaiveNumbers scaleNumbers = new NaiveNumbers();
  private final NaiveNumbers biasNumbers = new NaiveNumbers();
  private final Context[] same = contexts(8, 2);
  private final Context[] tableLengths = contexts(256, 2);
  private final Context[] tableTops = contexts(64, 2);
  private final Context[] steps = new Context[18 * 3 * 40 * 8];
  private final Context[] signs = contexts(80, 8);
  private final Context[] rests = contexts(480, 8);

  private static final class Context {
    private int probability = 1 << 15;
    private int count;

    Context(int count) {
      this.count = count;
    }
  }

  private static Context[] contexts(int length, int count) {
    Context[] contexts = new Context[length];
    Arrays.setAll(contexts, i -> new Context(count));
    return contexts;
  }

  /** @param graph whose weights know their groups */
  NaiveDecoder(PqModel graph, byte[] head, byte[] streams) {
    this.graph = graph;
    this.head = head;
    this.streams = streams;
    for (int i = 0; i < 4; i++) {
      value = value * 256 + nextByte();
    }
    for (int i = 0; i < steps.length; i++) {
      int scale = i / 8 % 40;
      long x = (scale % 2 == 0 ? 1218 : 1722) * (1L << scale / 2) / 1024;
      steps[i] = new Context(8);
      steps[i].probability = Math.clamp(65_536 * x / (x + (i / 960 == 0 ? 8 : 18)), 655, 64_881);
    }
  }

  private int nextByte() {
    return headPosition < head.length ? head[headPosition++] & 255 : 0;
  }

  private int decide(int p) {
    long middle = low + (high - low) * p / 65_536;
    int bit = value <= middle ? 1 : 0;
    if (bit == 1) {
      high = middle;
    } else {
      low = middle + 1;
    }
    while (low / (1 << 24) == high / (1 << 24)) {
      low = low % (1 << 24) * 256;
      high = high % (1 << 24) * 256 + 255;
      value = value % (1 << 24) * 256 + nextByte();
    }
    return bit;
  }

  private int decide(Context context) {
    int bit = decide(context.probability);
    long step = (65_536L * bit - context.probability) * (65_536 / (2 * context.count + 3));
    context.probability += (int) Math.floorDiv(step, 32_768L);
    context.probability = Math.clamp(context.probability, 32, 65_504);
    context.count = Math.min(context.count + 1, 127);
    return bit;
  }

  private int plain(int bits) {
    int number = 0;
    for (int i = 0; i < bits; i++) {
      number = number * 2 + decide(1 << 15);
    }
    return number;
  }

  private int gamma() {
    int r = 1;
    while (r < 31 && plain(1) == 1) {
      r++;
    }
    return (1 << r - 1) + plain(r - 1) - 1;
  }

  private static int length(int x) {
    return Integer.toBinaryString(x).length() - (x == 0 ? 1 : 0);
  }

  private final class NaiveNumbers {
    private final Context[] shorter = contexts(32, 2);
    private final Context[] top = contexts(128, 2);
    private final Context[] sign = contexts(32, 2);

    int signed(int longest) {
      int d = 0;
      while (d < longest && decide(shorter[d]) == 1) {
        d++;
      }
      if (d == longest) {
        return 0;
      }
      List<Integer> bits = new ArrayList<>(List.of(1));
      while (bits.size() < longest - d) {
        bits.add(
            switch (bits.size()) {
              case 1 -> decide(top[4 * d + 1]);
              case 2 -> decide(top[4 * d + 2 + bits.get(1)]);
              default -> plain(1);
            });
      }
      int magnitude = bits.stream().reduce(0, (number, bit) -> 2 * number + bit);
      return decide(sign[d]) == 1 ? -magnitude : magnitude;
    }
  }

  /** All layers, in the order of the operations. */
  List<Layer> decode() {
    List<Operation.Convolution> convolutions =
        graph.operations().stream()
            .filter(Operation.Convolution.class::isInstance)
            .map(Operation.Convolution.class::cast)
            .toList();
    List<Layer> layers = new ArrayList<>();
    List<Coding> codings = new ArrayList<>();
    for (Operation.Convolution c : convolutions) {
      int[] order = order(c);
      int channels = channels(c);
      float[] scales = scales(channels);
      float[] biases = biases(channels);
      boolean any = c.weights().groups().stream().anyMatch(group -> group.width() > 0);
      boolean tails = c.weights().groups().stream().anyMatch(group -> group.grid() instanceof Grid.SparseTails);
      long tailBytes = any && tails ? 8L * gamma() : 0;
      codings.add(any ? coding() : new Coding(0, 0, 0, 0, 0, null, null));
      layers.add(new Layer(order, scales, biases, tailBytes, new short[channels][any ? c.weights().inputs() : 0]));
    }
    for (int i = 0; i < layers.size(); i++) {
      if (codings.get(i).kind == 1) {
        adaptive(convolutions.get(i), codings.get(i), layers.get(i).levels);
      }
    }
    int position = 0;
    for (int i = 0; i < layers.size(); i++) {
      if (codings.get(i).kind == 2) {
        tables(convolutions.get(i), codings.get(i), layers.get(i).levels, position);
        position += 32 + 2 * codings.get(i).words + 2 * codings.get(i).escapes;
      }
    }
    if (position != streams.length) {
      throw new AssertionError(position + " bytes of " + streams.length);
    }
    return layers;
  }

  private static int channels(Operation.Convolution c) {
    return c.weights().groups().stream().mapToInt(ChannelGroup::channels).sum();
  }

  private int inputChannels(Operation.Convolution c) {
    return graph.tensors().get(c.input()).channels() / c.groups();
  }

  private int[] order(Operation.Convolution c) {
    int channels = channels(c);
    int[] order = new int[channels];
    int parts = inputChannels(c) == 1 ? 1 : c.groups();
    int size = channels / parts;
    if (plain(1) == 1) {
      Arrays.setAll(order, i -> i);
      return order;
    }
    if (plain(1) == 0) {
      for (int i = 0; i < channels; i++) {
        order[i] = i / size * size + plain(length(size - 1));
      }
      return order;
    }
    List<Integer> starts = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    int start = 0;
    for (ChannelGroup group : c.weights().groups()) {
      starts.add(start);
      sizes.add(group.channels());
      start += group.channels();
    }
    int[] taken = new int[sizes.size()];
    for (int channel = 0; channel < channels; channel++) {
      int part = channel / size;
      int r = (part + 1) * size - channel;
      for (int g = 0; g < taken.length; g++) {
        if (starts.get(g) / size != part) {
          continue;
        }
        int a = sizes.get(g) - taken[g];
        if (a == r || a > 0 && decide(Math.clamp(65_536L * a / r, 1, 65_535)) == 1) {
          order[starts.get(g) + taken[g]++] = channel;
          break;
        }
        r -= a;
      }
    }
    return order;
  }

  private float[] scales(int channels) {
    float[] scales = new float[channels];
    int m = plain(5);
    int longest = plain(5);
    int u = Math.max(0, 23 - m);
    long sum = 0;
    for (int i = 0; i < channels; i++) {
      int x = i == 0 ? plain(31 - u) : scaleNumbers.signed(longest) + (int) (sum / i);
      sum += x;
      scales[i] = Float.intBitsToFloat(x << u);
    }
    return scales;
  }

  private float[] biases(int channels) {
    float[] biases = new float[channels];
    boolean raw = plain(1) == 1;
    int exponent = raw ? 0 : plain(9) - 149;
    int longest = raw ? 0 : plain(5);
    for (int i = 0; i < channels; i++) {
      biases[i] =
          raw
              ? Float.intBitsToFloat(plain(16) << 16 | plain(16))
              : (float) (biasNumbers.signed(longest) * Math.pow(2, exponent));
    }
    return biases;
  }

  private Coding coding() {
    int kind = plain(2);
    int logMean = plain(8);
    if (kind == 1) {
      return new Coding(kind, logMean, 0, 0, 0, null, null);
    }
    int words = gamma();
    int escapes = gamma();
    int most = plain(7);
    int[][] tables = new int[plain(4) + 1][2 * most + 2];
    int[] tableOf = new int[64];
    for (int i = 0; i < 64 && tables.length > 1; i++) {
      boolean before = decide(same[i % 8]) == 1;
      tableOf[i] = before ? (i == 0 ? 0 : tableOf[i - 1]) : plain(length(tables.length - 1));
    }
    for (int[] table : tables) {
      int left = 4096;
      for (int side : new int[] {-1, 1}) {
        int near = 12;
        for (int i = 1; i <= most; i++) {
          int frequency = frequency(near);
          near = length(frequency);
          table[most + side * i] = frequency;
          left -= frequency;
        }
      }
      table[2 * most + 1] = frequency(15);
      table[most] = left - table[2 * most + 1];
    }
    return new Coding(kind, logMean, words, escapes, most, tableOf, tables);
  }

  private int frequency(int near) {
    int length = 0;
    while (length < 12 && decide(tableLengths[16 * near + length]) == 1) {
      length++;
    }
    int frequency = 0;
    int second = 0;
    for (int i = 0; i < length; i++) {
      int bit =
          switch (i) {
            case 0 -> 1;
            case 1 -> second = decide(tableTops[4 * length + 1]);
            case 2 -> decide(tableTops[4 * length + 2 + second]);
            case 3, 4 -> plain(1);
            default -> 0;
          };
      frequency = 2 * frequency + bit;
    }
    return frequency;
  }

  /** Packed positions of the first channel of each block and of the one after its last. */
  private static List<int[]> blocks(Operation.Convolution c) {
    List<int[]> blocks = new ArrayList<>();
    int position = 0;
    for (ChannelGroup group : c.weights().groups()) {
      for (int first = 0; first < group.channels() && group.width() > 0; first += 64) {
        blocks.add(new int[] {position + first, position + Math.min(first + 64, group.channels())});
      }
      position += group.channels();
    }
    return blocks;
  }

  private void adaptive(Operation.Convolution c, Coding coding, short[][] levels) {
    NaiveExpectation expected =
        new NaiveExpectation(levels, c.weights().inputs(), inputChannels(c), c.window().kernelWidth(), coding.logMean);
    for (int[] block : blocks(c)) {
      expected.startBlock(block[0], block[1]);
      for (int k = 0; k < c.weights().inputs(); k++) {
        int mean = expected.inputMean(k);
        for (int position = block[0]; position < block[1]; position++) {
          NaiveExpectation.Level e = expected.of(position, k, mean);
          int level = level(e);
          levels[position][k] = (short) level;
          int j = position - block[0];
          mean += Math.floorDiv(256 * Math.abs(level) - mean, j < 8 ? 8 : j < 16 ? 16 : 32);
        }
        expected.learn(k);
      }
    }
  }

  private int level(NaiveExpectation.Level e) {
    int q = Math.clamp(Math.floorDiv(e.scale(), 4), 0, 39);
    if (decide(steps[q * 8 + e.lean()]) == 0) {
      return 0;
    }
    int other = decide(signs[q / 4 * 8 + e.lean()]);
    int i = 1;
    while (i < 18 && decide(steps[((i * 3 + 1 + other) * 40 + q) * 8 + e.lean()]) == 1) {
      i++;
    }
    if (i == 18) {
      int r = 1;
      while (r <= 11 && decide(rests[12 * q + r]) == 1) {
        r++;
      }
      i += plain(r - 1) + (1 << r - 1) - 1;
    }
    return other == 0 ? e.flip() * i : -e.flip() * i;
  }

  private void tables(Operation.Convolution c, Coding coding, short[][] levels, int stream) {
    long[] states = new long[8];
    Arrays.setAll(states, i -> word(stream + 4 * i) + 65_536L * word(stream + 4 * i + 2));
    int words = stream + 32;
    int escapes = words + 2 * coding.words;
    boolean several = coding.tables.length > 1;
    NaiveExpectation expected =
        new NaiveExpectation(levels, c.weights().inputs(), inputChannels(c), c.window().kernelWidth(), coding.logMean);
    for (int[] block : blocks(c)) {
      expected.startBlock(block[0], block[1]);
      for (int k = 0; k < c.weights().inputs(); k++) {
        for (int position = block[0]; position < block[1]; position++) {
          NaiveExpectation.Level e = expected.of(position, k, expected.inputMean(k));
          int first = Math.floorDiv(coding.logMean - 32, 8) - 4;
          int context = 8 * Math.clamp(Math.floorDiv(e.scale(), 8) - first, 0, 7) + e.lean();
          int[] table = coding.tables[several ? coding.tableOf[context] : 0];
          int lane = (position - block[0]) % 8;
          long slot = states[lane] % 4096;
          int symbol = 0;
          long start = 0;
          while (start + table[symbol] <= slot) {
            start += table[symbol++];
          }
          states[lane] = table[symbol] * (states[lane] / 4096) + slot - start;
          if (states[lane] < 65_536) {
            states[lane] = states[lane] * 65_536 + word(words);
            words += 2;
          }
          if (symbol == 2 * coding.most + 1) {
            levels[position][k] = (short) word(escapes);
            escapes += 2;
          } else {
            levels[position][k] = (short) ((several ? e.flip() : 1) * (symbol - coding.most));
          }
        }
        expected.learn(k);
      }
    }
    if (!Arrays.stream(states).allMatch(state -> state == 65_536)) {
      throw new AssertionError("states at the end: " + Arrays.toString(states));
    }
  }

  private int word(int at) {
    return streams[at] & 255 | (streams[at + 1] & 255) << 8;
  }
}
