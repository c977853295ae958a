package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.CodedLayer;
import org.ptilmpq.format.LayerWork;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.TableDecoder;
import org.ptilmpq.format.TailPacking;
import org.ptilmpq.kernels.CodedLevels;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.LevelDecoder;
import org.ptilmpq.testkit.GuardedMemory;
import org.ptilmpq.testkit.Seeds;

/**
 * The kernels' decoder of compressed layers gives the codes and tails that the format's own gives, to the byte, and
 * takes exactly the layers that are whole. It writes between guard pages here: a byte too far ends the test run. How
 * many damaged files there are is set with {@code -Dptilmpq.fuzz.files=100000}.
 */
class KernelTableDecoderTest {

  private static final int FILES = Integer.getInteger("ptilmpq.fuzz.files", 3_000);
  private static final int MODELS = 30;
  private static final int BASES = 12;
  private static final int STATES_BYTES = 32;

  private static final List<KernelSet> KERNELS = KernelProvider.machineCode();

  @AfterAll
  static void close() {
    KERNELS.forEach(KernelSet::close);
  }

  /** Decodes into guarded memory, one edge and the other by turns, and keeps in mind what became of the layers. */
  private static final class GuardedDecoder implements TableDecoder {

    private final TableDecoder decoder = KernelTableDecoder.of(KERNELS.getFirst());
    private final List<CodedLayer> taken = new ArrayList<>();
    private int refused;

    @Override
    public boolean decode(CodedLayer layer) {
      boolean atEnd = taken.size() % 2 == 0;
      try (GuardedMemory codes = guarded(layer.codes().byteSize(), atEnd);
          GuardedMemory tails = guarded(layer.tails().byteSize(), atEnd)) {
        if (!decoder.decode(into(layer, codes.segment(), tails.segment()))) {
          refused++;
          return false;
        }
        layer.codes().copyFrom(codes.segment());
        layer.tails().copyFrom(tails.segment());
        taken.add(layer);
        return true;
      }
    }

    private static GuardedMemory guarded(long bytes, boolean atEnd) {
      return atEnd ? GuardedMemory.endingAtGuard(bytes, Long.BYTES) : GuardedMemory.startingAtGuard(bytes);
    }

    private static CodedLayer into(CodedLayer layer, MemorySegment codes, MemorySegment tails) {
      return new CodedLayer(
          layer.inputs(),
          layer.inputChannels(),
          layer.kernelWidth(),
          layer.blocks(),
          layer.logMean(),
          layer.mean(),
          layer.firstOctave(),
          layer.slots(),
          layer.tableOf(),
          layer.streams(),
          layer.offset(),
          layer.words(),
          layer.escapes(),
          codes,
          tails);
    }
  }

  // ---- whole files

  @Test
  void givesTheCodesAndTailsOfTheFormatsOwnDecoder() throws Exception {
    RandomGenerator random = Seeds.random("KernelTableDecoderTest", 61);
    Coverage coverage = new Coverage();
    for (int i = 0; i < MODELS; i++) {
      PqModel model = CodedModels.of(random, 60, i % 10 == 0 ? 100_000 : 10_000);
      byte[] bytes = PqWriter.toBytes(model, Storage.COMPRESSED);
      GuardedDecoder decoder = new GuardedDecoder();
      PqFile file = PqFile.of(bytes);
      PqModel decoded = file.decode(LayerWork.SEQUENTIAL, decoder);
      assertThat(decoder.refused).isZero();
      assertThat(decoder.taken).hasSize(tableLayers(file));
      assertSameWeights(decoded, PqFile.of(bytes).decode(LayerWork.SEQUENTIAL, TableDecoder.NONE));
      assertSameWeights(decoded, model);
      decoder.taken.forEach(coverage::add);
    }
    coverage.assertComplete();
  }

  private static int tableLayers(PqFile file) {
    int layers = 0;
    for (int i = 0; i < file.outline().operations().size(); i++) {
      layers += file.streamBytes(i) > 0 ? 1 : 0;
    }
    // All but those that are there to make up numbers.
    assertThat(layers).isGreaterThan(60);
    return layers;
  }

  private static void assertSameWeights(PqModel actual, PqModel expected) {
    assertThat(difference(actual, expected)).isNull();
  }

  /** Where the weights of two models differ; null if nowhere. */
  private static String difference(PqModel actual, PqModel expected) {
    for (int i = 0; i < expected.operations().size(); i++) {
      if (expected.operations().get(i) instanceof Operation.Convolution convolution) {
        var other = (Operation.Convolution) actual.operations().get(i);
        long codes = other.weights().codes().mismatch(convolution.weights().codes());
        long tails = other.weights().tails().mismatch(convolution.weights().tails());
        if (codes >= 0 || tails >= 0) {
          return "operation %d: codes at %d, tails at %d of %s %dx%d groups %d, %s"
              .formatted(
                  i,
                  codes,
                  tails,
                  convolution.weights().inputs(),
                  convolution.kernelHeight(),
                  convolution.kernelWidth(),
                  convolution.groups(),
                  convolution.weights().groups());
        }
      }
    }
    return null;
  }

  /** What was met: a test of random layers shall not pass because nothing interesting was among them. */
  private static final class Coverage {

    private final Set<Integer> widths = new TreeSet<>();
    private final Set<Integer> blockChannels = new TreeSet<>();
    private final Set<Integer> blocks = new TreeSet<>();
    private final Set<Integer> tailPlanes = new TreeSet<>();
    private final Set<Integer> tables = new TreeSet<>();
    private final Set<String> kernels = new TreeSet<>();
    private long escapes;
    private int layers;

    void add(CodedLayer layer) {
      layers++;
      for (CodedLayer.Block block : layer.blocks()) {
        widths.add(block.width());
        blockChannels.add(block.channels());
      }
      blocks.add(layer.blocks().size());
      tables.add(layer.slots().length / 4096);
      escapes += layer.escapes();
      if (layer.slots().length > 4096) {
        int taps = layer.inputs() / layer.inputChannels();
        String rows = taps / layer.kernelWidth() > 1 ? "rows" : "row";
        kernels.add(rows + (layer.kernelWidth() > 1 ? ", columns" : ", column"));
      }
      long at = 0;
      for (CodedLayer.Block block : layer.blocks()) {
        if (block.tails()) {
          int inputs = layer.tails().get(ValueLayout.JAVA_INT, at);
          int planes = layer.tails().get(ValueLayout.JAVA_INT, at + Integer.BYTES);
          tailPlanes.add(planes);
          at += TailPacking.blockBytes(inputs, planes, block.channels());
        }
      }
    }

    void assertComplete() {
      System.out.printf(
          "KernelTableDecoderTest: %d layers, blocks %s of %s channels, %s tables, %s planes of tails, %d escapes%n",
          layers, blocks, blockChannels, tables, tailPlanes, escapes);
      assertThat(widths).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
      assertThat(blocks).contains(1, 2, 3);
      assertThat(blockChannels).contains(1, 64).hasSizeGreaterThan(40);
      assertThat(tables).contains(1, 2).hasSizeGreaterThan(4);
      assertThat(kernels).containsExactly("row, column", "row, columns", "rows, column", "rows, columns");
      assertThat(tailPlanes).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
      assertThat(escapes).isGreaterThan(100_000);
    }
  }

  // ---- damaged files

  /** A compressed file, and where in it what is. */
  private static final class Base {
    private final byte[] bytes;
    private final int body;
    private final int head;
    private final List<CodedLayer> layers;

    Base(PqModel model) throws PqFormatException {
      bytes = PqWriter.toBytes(model, Storage.COMPRESSED);
      GuardedDecoder decoder = new GuardedDecoder();
      PqFile.of(bytes).decode(LayerWork.SEQUENTIAL, decoder);
      // Not the last one, which is only there to make the model large.
      layers = decoder.taken.subList(0, decoder.taken.size() - 1);
      ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      body = 2 * Integer.BYTES + file.getInt(0);
      file.position(body);
      number(file);
      int deflated = number(file);
      file.position(file.position() + deflated);
      number(file);
      head = file.position();
    }

    private static int number(ByteBuffer file) {
      int number = 0;
      for (int shift = 0; ; shift += 7) {
        int next = file.get();
        number |= (next & 0x7F) << shift;
        if (next >= 0) {
          return number;
        }
      }
    }

    /** The file with up to three places changed, and a checksum that fits. */
    byte[] mutated(RandomGenerator random) {
      byte[] file = bytes.clone();
      for (int mutations = random.nextInt(1, 4); mutations > 0; mutations--) {
        CodedLayer layer = layers.get(random.nextInt(layers.size()));
        int stream = body + layer.offset();
        int words = stream + STATES_BYTES;
        int escapes = words + 2 * layer.words();
        switch (random.nextInt(8)) {
          case 0 -> change(file, head, body + layers.getFirst().offset(), random);
          case 1 -> change(file, stream, words, random);
          case 2, 3, 4 -> change(file, words, escapes, random);
          default -> change(file, escapes, escapes + 2 * layer.escapes(), random);
        }
      }
      CRC32C checksum = new CRC32C();
      int end = file.length - Integer.BYTES;
      checksum.update(file, body, end - body);
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(end, (int) checksum.getValue());
      return file;
    }

    private static void change(byte[] file, int from, int to, RandomGenerator random) {
      if (from < to) {
        int at = random.nextInt(from, to);
        switch (random.nextInt(4)) {
          case 0, 1 -> file[at] ^= (byte) (1 << random.nextInt(8));
          case 2 -> file[at] = (byte) random.nextInt();
          default -> {
            int end = Math.min(to, at + random.nextInt(1, 40));
            Arrays.fill(file, at, end, (byte) random.nextInt(-1, 1));
          }
        }
      }
    }
  }

  /** What became of a file: a model, or a fault. */
  private record Outcome(PqModel model, String fault) {

    /** Without the layers that are there to make up numbers: the first task and the last one. */
    private static final LayerWork OTHERS =
        (count, task) -> {
          for (int i = 1; i < count - 1; i++) {
            task.accept(i);
          }
        };

    static Outcome of(byte[] bytes, TableDecoder decoder) {
      try (PqFile file = PqFile.of(bytes)) {
        return new Outcome(file.decode(OTHERS, decoder), null);
      } catch (PqFormatException e) {
        return new Outcome(null, e.getMessage());
      }
    }
  }

  @Test
  void aDamagedFileHasTheSameOutcomeWithBothDecoders() throws Exception {
    RandomGenerator random = Seeds.random("KernelTableDecoderTest", 62);
    List<Base> bases = new ArrayList<>();
    for (int i = 0; i < BASES; i++) {
      bases.add(new Base(CodedModels.of(random, 5, 3_000)));
    }
    TreeMap<String, Integer> outcomes = new TreeMap<>();
    int taken = 0;
    int refused = 0;
    for (int i = 0; i < FILES; i++) {
      Base base = bases.get(random.nextInt(BASES));
      byte[] bytes = base.mutated(random);
      try {
        Outcome expected = Outcome.of(bytes, TableDecoder.NONE);
        GuardedDecoder decoder = new GuardedDecoder();
        Outcome actual = Outcome.of(bytes, decoder);
        assertThat(actual.fault).isEqualTo(expected.fault);
        if (expected.model != null) {
          assertSameWeights(actual.model, expected.model);
          assertThat(decoder.refused).as("layers refused though they are whole").isZero();
        }
        taken += decoder.taken.size();
        refused += decoder.refused;
        String fault = expected.fault == null ? "accepted" : expected.fault;
        outcomes.merge(fault.replaceAll("'[^']*'", "").replaceAll("-?\\d[\\d.Ee-]*", "#"), 1, Integer::sum);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("file " + i + " of this seed", e);
      }
    }
    System.out.printf(
        "KernelTableDecoderTest: %d damaged files, %d layers decoded, %d refused; %s%n",
        FILES, taken, refused, outcomes);
    assertThat(outcomes.getOrDefault("accepted", 0)).isGreaterThan(FILES / 50);
    assertThat(refused).isGreaterThan(FILES / 3);
    assertThat(outcomes).hasSizeGreaterThan(4);
  }

  // ---- sessions

  /** Kernels that count the layers that their decoder is asked for and takes. */
  private static final class CountingKernels extends ForwardingKernels {
    private final List<Boolean> taken = Collections.synchronizedList(new ArrayList<>());

    CountingKernels(KernelSet kernels) {
      super(kernels);
    }

    @Override
    public Optional<LevelDecoder> levelDecoder() {
      LevelDecoder decoder = super.levelDecoder().orElseThrow();
      return Optional.of(
          new LevelDecoder() {
            @Override
            public boolean decode(CodedLevels levels) {
              boolean whole = decoder.decode(levels);
              taken.add(whole);
              return whole;
            }

            @Override
            public long scratchBytes(int inputs, long streamBytes) {
              return decoder.scratchBytes(inputs, streamBytes);
            }
          });
    }
  }

  @Test
  void sessionsLetTheirKernelsDecode() throws IOException {
    PqModel model = CodedModels.of(Seeds.random("KernelTableDecoderTest", 63), 20, 5_000);
    CountingKernels kernels = new CountingKernels(KERNELS.getFirst());
    SessionOptions options = SessionOptions.defaults().withThreads(2).withKernels(kernels);
    try (PqFile file = PqFile.of(PqWriter.toBytes(model, Storage.COMPRESSED));
        Session session = Session.open(file, options);
        Session packed = Session.open(model, options)) {
      assertThat(kernels.taken).hasSize(21).containsOnly(true);
      session.run();
      packed.run();
      assertThat(session.logits()).isEqualTo(packed.logits());
      assertSameWeights(file.model(), model);
    }
  }
}
