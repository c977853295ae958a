package org.ptilmpq.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntBinaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.ptilmpq.testkit.Seeds;

/** Compressed files hold the levels they were given, however they are coded, and two decoders read the same. */
class CompressedLevelsTest {

  private static final Grid TAILS = new Grid.SparseTails();

  @Test
  void bothDecodersReadRandomModels() throws Exception {
    RandomGenerator random = Seeds.random("CompressedLevelsTest", 31);
    for (int i = 0; i < 120; i++) {
      PqModel model = RandomModels.model(random, i % 10);
      assertRead(model, PqWriter.toBytes(model, Storage.COMPRESSED));
      assertRead(model, CompressedEncoder.encode(model, 0, 0));
      assertRead(model, CompressedEncoder.encode(model, 0, 200));
    }
  }

  @Test
  void bothDecodersReadExtremeLayers() throws Exception {
    RandomGenerator random = Seeds.random("CompressedLevelsTest", 32);
    int[][] shapes = {{1, 1, 1}, {1, 7, 3}, {64, 1, 1}, {65, 2, 3}, {200, 3, 3}, {63, 16, 1}, {9, 5, 5}};
    List<IntBinaryOperator> fillings =
        List.of(
            (position, k) -> 0,
            (position, k) -> 2047,
            (position, k) -> -2048,
            (position, k) -> -1,
            (position, k) -> (position + k) % 2 == 0 ? 2047 : -2048,
            (position, k) -> random.nextInt(-2048, 2048),
            (position, k) -> random.nextInt(500) == 0 ? random.nextInt(-2048, 2048) : 0,
            (position, k) -> (int) Math.rint(random.nextGaussian() * (0.3 + position % 5)),
            (position, k) -> (int) Math.rint(random.nextGaussian() * 40),
            (position, k) -> k % 11 - 5);
    for (int[] shape : shapes) {
      for (IntBinaryOperator filling : fillings) {
        for (int width : new int[] {1, 3, 8}) {
          PqModel model = model(shape[0], shape[1], shape[2], width, filling);
          assertRead(model, PqWriter.toBytes(model, Storage.COMPRESSED));
          assertRead(model, CompressedEncoder.encode(model, 0, 0));
        }
      }
    }
  }

  /** Smooth kernels are what the contexts are for. Several tables are chosen, and levels are turned. */
  @Test
  void bothDecodersReadLayersOfManyTables() throws Exception {
    RandomGenerator random = Seeds.random("CompressedLevelsTest", 33);
    int channels = 130;
    int inputChannels = 40;
    double[] base = random.doubles((long) channels * inputChannels, -3, 3).toArray();
    PqModel model =
        model(
            channels,
            inputChannels,
            3,
            3,
            (position, k) ->
                (int) Math.rint(base[position * inputChannels + k % inputChannels] + random.nextGaussian() * 0.7));
    byte[] withTables = CompressedEncoder.encode(model, 0, 0);
    assertRead(model, withTables);
    assertRead(model, PqWriter.toBytes(model, Storage.COMPRESSED));
    // Order-0 entropy of these levels is far above: without their neighbours they take more bytes.
    PqModel shuffled = model(channels, inputChannels, 3, 3, (p, k) -> (int) Math.rint(random.nextDouble(-3.7, 3.7)));
    assertThat(withTables.length).isLessThan(CompressedEncoder.encode(shuffled, 0, 0).length * 9 / 10);
  }

  private static PqModel model(int channels, int inputChannels, int kernel, int width, IntBinaryOperator filling) {
    int inputs = kernel * kernel * inputChannels;
    int full = channels - channels / 3;
    List<ChannelGroup> groups =
        channels < 3
            ? List.of(new ChannelGroup(channels, width, TAILS))
            : List.of(
                new ChannelGroup(full, width, TAILS),
                new ChannelGroup(channels / 3, Math.min(8, width + 1), TAILS));
    short[][] levels = new short[channels][inputs];
    for (int position = 0; position < channels; position++) {
      for (int k = 0; k < inputs; k++) {
        levels[position][k] = (short) filling.applyAsInt(position, k);
      }
    }
    float[] scales = new float[channels];
    Arrays.fill(scales, 0.25f);
    PackedCodes packed = PackedCodes.pack(groups, inputs, levels);
    Weights weights =
        new Weights(inputs, groups, new int[0], scales, new float[channels], packed.codes(), packed.tails());
    List<ChannelGroup> none = List.of(new ChannelGroup(inputChannels, 0, new Grid.Uniform()));
    Weights first =
        new Weights(
            3,
            none,
            new int[0],
            ones(inputChannels),
            new float[inputChannels],
            BitPacking.pack(none, 3, new short[inputChannels][]),
            MemorySegment.NULL);
    return new PqModel(
        "levels",
        List.of(
            new Tensor("picture", kernel, kernel, 3, Tensor.Type.INT8, 1, 0),
            new Tensor("first", kernel, kernel, inputChannels, Tensor.Type.INT8, 1, 0),
            new Tensor("scores", 1, 1, channels, Tensor.Type.FLOAT32, 1, 0)),
        List.of(
            new Operation.Convolution("first", 0, -1, 1, Operation.Window.of(1, 1, 1, 1, 0, 0), 1, -128, 127, first),
            new Operation.Convolution(
                "fc", 1, -1, 2, Operation.Window.of(kernel, kernel, 1, 1, 0, 0), 1, -128, 127, weights)),
        0,
        2,
        new Preprocessing(0, new float[3], new float[] {1, 1, 1}),
        List.of(),
        new Provenance("", "", "", "", ""));
  }

  private static float[] ones(int length) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void assertRead(PqModel model, byte[] bytes) throws Exception {
    PqFile file = PqFile.of(bytes);
    RoundTripTest.assertSame(file.model(), model);
    CompressedBytes parts = new CompressedBytes(bytes);
    List<NaiveDecoder.Layer> layers = new NaiveDecoder(file.outline(), parts.head, parts.streams).decode();
    int next = 0;
    for (int i = 0; i < model.operations().size(); i++) {
      if (model.operations().get(i) instanceof Operation.Convolution convolution) {
        Weights weights = convolution.weights();
        NaiveDecoder.Layer layer = layers.get(next++);
        assertThat(layer.scales()).isEqualTo(weights.scales());
        assertThat(layer.biases()).isEqualTo(weights.biases());
        int[] order = IntStream.range(0, weights.channels()).map(weights::outputChannel).toArray();
        assertThat(layer.order()).isEqualTo(order);
        assertThat(layer.tailBytes()).isEqualTo(weights.tails().byteSize());
        if (weights.groups().stream().anyMatch(group -> group.width() > 0)) {
          assertThat(layer.levels()).isDeepEqualTo(weights.unpackedCodes());
        }
      }
    }
  }

  @Test
  void layersAreDecodedOnAnyThreads() throws Exception {
    PqModel model = RandomModels.model(Seeds.random("CompressedLevelsTest", 34), 12);
    byte[] bytes = CompressedEncoder.encode(model, 0, 100);
    try (var threads = Executors.newFixedThreadPool(4)) {
      PqFile.LayerWork parallel =
          (count, task) -> {
            List<? extends Future<?>> done =
                IntStream.range(0, count).mapToObj(i -> threads.submit(() -> task.accept(count - 1 - i))).toList();
            for (Future<?> future : done) {
              try {
                future.get();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            }
          };
      PqFile file = PqFile.of(bytes);
      PqModel decoded = file.decode(parallel, CodedLayer.Decoder.NONE);
      RoundTripTest.assertSame(decoded, model);
      assertThat(file.model()).as("decoded once").isSameAs(decoded);
    }
  }

  @Test
  void aFaultyLayerStaysFaulty() throws Exception {
    PqModel model = model(70, 4, 3, 2, (position, k) -> (position * k) % 7 - 3);
    CompressedBytes parts = new CompressedBytes(CompressedEncoder.encode(model, 0, 0));
    parts.streams[40] ^= 1;
    PqFile file = PqFile.of(parts.file());
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(file::model)
          .isInstanceOf(PqFormatException.class)
          .hasMessageContaining("compressed layer 'fc'");
    }
  }

  @Test
  void aSmallFileCanNotHoldALargeModel() throws Exception {
    int channels = 1 << 10;
    PqModel model = model(channels, 1024, 1, 1, (position, k) -> 0);
    assertThat(PqWriter.toBytes(model, Storage.COMPRESSED).length).isLessThan(4096);
    PqModel larger = model(channels, 3000, 1, 1, (position, k) -> 0);
    assertThatThrownBy(() -> PqWriter.toBytes(larger, Storage.COMPRESSED))
        .isInstanceOf(PqFormatException.class)
        .hasMessageContaining("store it packed");
  }
}
