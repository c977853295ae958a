package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.ptilmpq.format.CodedLayer;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.TailPacking;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.LevelDecoder;
import org.ptilmpq.kernels.LevelDecoder.CodedLevels;
import org.ptilmpq.testkit.Seeds;

/** The kernels' decoder of compressed layers gives the codes and tails that the format's own gives, to the byte. */
class KernelTableDecoderTest {

  private static final int MODELS = 30;

  private static final List<KernelSet> KERNELS = KernelProvider.machineCode();

  @AfterAll
  static void close() {
    KERNELS.forEach(KernelSet::close);
  }

  // ---- whole files

  @Test
  void givesTheCodesAndTailsOfTheFormatsOwnDecoder() throws Exception {
    RandomGenerator random = Seeds.random("KernelTableDecoderTest", 61);
    Coverage coverage = new Coverage();
    for (int i = 0; i < MODELS; i++) {
      PqModel model = CodedModels.of(random, 60, i % 10 == 0 ? 100_000 : 10_000);
      byte[] bytes = PqWriter.toBytes(model, Storage.COMPRESSED);
      GuardedDecoder decoder = new GuardedDecoder(KERNELS.getFirst());
      PqFile file = PqFile.of(bytes);
      PqModel decoded = file.decode(PqFile.LayerWork.SEQUENTIAL, decoder);
      assertThat(decoder.refused).isZero();
      assertThat(decoder.taken).hasSize(tableLayers(file));
      CodedModels.assertSameWeights(
          decoded, PqFile.of(bytes).decode(PqFile.LayerWork.SEQUENTIAL, CodedLayer.Decoder.NONE));
      CodedModels.assertSameWeights(decoded, model);
      decoder.taken.forEach(coverage::add);
    }
    coverage.assertComplete();
  }

  private static int tableLayers(PqFile file) {
    int layers = (int) file.layerBytes().stream().filter(layer -> layer.stream() > 0).count();
    // All but those that are there to make up numbers.
    assertThat(layers).isGreaterThan(60);
    return layers;
  }

  /** The cases met: a test of random layers must not pass because nothing interesting was among them. */
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
      tables.add(layer.frequencies().length);
      escapes += layer.escapes();
      if (layer.frequencies().length > 1) {
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

  // ---- sessions

  /** Kernels that count the layers that their decoder is offered and takes. */
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
            public long scratchBytes(int inputs, int inputChannels, long streamBytes, long tailBytes) {
              return decoder.scratchBytes(inputs, inputChannels, streamBytes, tailBytes);
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
      CodedModels.assertSameWeights(file.model(), model);
    }
  }
}
