package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.profiles.DeviceProfiles;
import org.ptilmpq.testkit.Seeds;

/**
 * Whole networks against the naive interpreter, to the bit. The build runs this class on machine code, once for each
 * vector width and on scalar kernels: the golden scores hold across them.
 */
class NetworkTest {

  /** SHA-256 of the scores of the network and input of seed 20, as big-endian floats. */
  private static final String GOLDEN = "3ed9b1f27b14cde7da498808b09a5c3661aa344008a987d3bd5e5a8e79a67c77";

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void scoresAreThoseOfTheNaiveInterpreter(int seed) throws Exception {
    RandomGenerator random = Seeds.random("NetworkTest", seed);
    PqModel model;
    byte[] input;
    float[] expected;
    do {
      model = RandomNetwork.of(random, 10 + 5 * seed);
      input = randomInput(random, model);
      expected = NaiveInterpreter.run(model, input);
      // Where the scores are the same for any input some layer hides all that comes before it, and nothing is tested.
    } while (Arrays.equals(expected, NaiveInterpreter.run(model, randomInput(random, model))));
    for (int threads : new int[] {1, 2, 4}) {
      try (Session session = Session.open(model, SessionOptions.defaults().withThreads(threads))) {
        for (int run = 0; run < 3; run++) {
          session.input(input);
          session.run();
          assertThat(session.logits()).as("seed %d, %d threads, run %d", seed, threads, run).isEqualTo(expected);
        }
      }
    }
  }

  /** Machine code in what this machine has beside the instruction set that sessions choose. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void scoresAreTheSameInEveryInstructionSet(int seed) throws Exception {
    RandomGenerator random = Seeds.random("NetworkTest", 200 + seed);
    PqModel model = RandomNetwork.of(random, 10 + 5 * seed);
    byte[] input = randomInput(random, model);
    float[] expected = NaiveInterpreter.run(model, input);
    for (KernelSet kernels : KernelProvider.machineCode()) {
      for (int threads : new int[] {1, 2, 4}) {
        SessionOptions options = SessionOptions.defaults().withKernels(kernels).withThreads(threads);
        try (Session session = Session.open(model, options)) {
          session.input(input);
          session.run();
          assertThat(session.logits()).as("%s, %d threads", kernels.name(), threads).isEqualTo(expected);
        }
      }
      kernels.close();
    }
  }

  /** The same weights, used where the file is, or decoded by several numbers of threads. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void packedAndCompressedFilesGiveTheSameScores(int seed) throws Exception {
    RandomGenerator random = Seeds.random("NetworkTest", 100 + seed);
    PqModel model = RandomNetwork.of(random, 10 + 5 * seed);
    byte[] input = randomInput(random, model);
    float[] expected = NaiveInterpreter.run(model, input);
    for (Storage storage : Storage.values()) {
      byte[] bytes = PqWriter.toBytes(model, storage);
      for (int threads : new int[] {1, 2, 5}) {
        try (PqFile file = PqFile.of(bytes);
            Session session = Session.open(file, SessionOptions.defaults().withThreads(threads))) {
          session.input(input);
          session.run();
          assertThat(session.logits()).as("seed %d, %s, %d threads", seed, storage, threads).isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void scoresAreTheSameOnEveryMachineAndVectorWidth() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create(20);
    PqModel model = RandomNetwork.of(random, 40);
    byte[] input = randomInput(random, model);
    try (Session session = Session.open(model, SessionOptions.defaults())) {
      System.out.println("NetworkTest: " + session.kernelChoice());
      session.input(input);
      session.run();
      float[] scores = session.logits();
      assertThat(scores).isEqualTo(NaiveInterpreter.run(model, input)).doesNotHaveDuplicates();
      assertThat(sha256(scores)).isEqualTo(GOLDEN);
    }
  }

  /** Tiles of the smallest caches, of boards, and larger than any: also on the model that comes with the project. */
  @Test
  void scoresAreTheSameWithEveryTileSize() throws Exception {
    List<TileSizes> sizes = new ArrayList<>();
    sizes.add(new TileSizes(14, 14, 1));
    DeviceProfiles.builtIn().forEach(profile -> sizes.add(ProfileSettings.tiles(profile)));
    sizes.add(new TileSizes(TileSizes.MOST, TileSizes.MOST, 20_000_000));
    RandomGenerator random = Seeds.random("scoresAreTheSameWithEveryTileSize", 9);
    try (PqFile demo = PqFile.open(Path.of("..", "examples", "resnet20-cifar10.pq"))) {
      for (PqModel model : List.of(demo.model(), RandomNetwork.of(random, 40))) {
        byte[] input = randomInput(random, model);
        float[] expected = NaiveInterpreter.run(model, input);
        for (TileSizes tiles : sizes) {
          SessionOptions options = SessionOptions.defaults().withThreads(random.nextInt(1, 4)).withTileSizes(tiles);
          try (Session session = Session.open(model, options)) {
            session.input(input);
            session.run();
            assertThat(session.logits())
                .as("%s, %s, %d threads", model.name(), tiles, options.threads())
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void networksOfTheseTestsWriteInPlaceAndShareLayers() throws Exception {
    PqModel model = RandomNetwork.of(Seeds.example(8), 50);
    try (Session session = Session.open(model, SessionOptions.defaults().withThreads(2))) {
      assertThat(session.memoryPlan().placements()).anyMatch(placement -> placement.tensors().size() > 1);
      assertThat(session.profile()).anyMatch(LayerProfile::shared).anyMatch(layer -> !layer.shared());
    }
  }

  static byte[] randomInput(RandomGenerator random, PqModel model) {
    byte[] input = new byte[model.inputTensor().elements()];
    random.nextBytes(input);
    return input;
  }

  private static String sha256(float[] scores) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(scores.length * Float.BYTES);
    bytes.asFloatBuffer().put(scores);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }
}
