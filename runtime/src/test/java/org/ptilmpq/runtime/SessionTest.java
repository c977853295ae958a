package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ptilmpq.runtime.PatternPictures.png;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.CodedLayer;
import org.ptilmpq.format.LayerBits;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.format.Storage;
import org.ptilmpq.kernels.Kernel;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.kernels.TensorMemory;
import org.ptilmpq.runtime.image.DecodeLimits;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureDecoder;
import org.ptilmpq.runtime.image.PictureException;
import org.ptilmpq.runtime.image.Preprocessor;
import org.ptilmpq.testkit.Seeds;

class SessionTest {

  @TempDir Path folder;
  private RandomGenerator random;
  private PqModel model;
  private Path file;

  @BeforeEach
  void writeModel() throws IOException {
    random = Seeds.random("SessionTest", 4);
    model = RandomNetwork.of(random, 20);
    file = folder.resolve("random.pq");
    PqWriter.write(model, file);
  }

  @Test
  void aPictureInsideABufferIsRankedAsItIsClassified() throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(33, 21, BufferedImage.TYPE_INT_RGB), "png", png);
    ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(33, 21, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg);
    Ranking ranking = new Ranking(1);
    try (Session session = Session.open(file, SessionOptions.defaults())) {
      for (byte[] picture : List.of(png.toByteArray(), jpeg.toByteArray())) {
        byte[] buffer = new byte[picture.length + 9];
        random.nextBytes(buffer);
        System.arraycopy(picture, 0, buffer, 4, picture.length);
        session.rank(buffer, 4, picture.length, ranking);
        assertThat(ranking.score(0)).isEqualTo(session.classify(picture).best().score());
        assertThatThrownBy(() -> session.rank(buffer, 4, picture.length / 2, ranking))
            .isInstanceOf(PictureException.class)
            .hasMessageContaining("cut off");
        assertThatThrownBy(() -> session.rank(buffer, 4, buffer.length, ranking))
            .isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void fileMappingBytesAndModelGiveTheSameScores() throws Exception {
    byte[] input = NetworkTest.randomInput(random, model);
    float[] expected = NaiveInterpreter.run(model, input);
    SessionOptions options = SessionOptions.defaults().withThreads(2);
    try (PqFile bytes = PqFile.of(Files.readAllBytes(file));
        Session ofFile = Session.open(file, options);
        Session ofBytes = Session.open(bytes, options);
        Session ofModel = Session.open(model, options)) {
      for (Session session : List.of(ofFile, ofBytes, ofModel)) {
        session.input(input);
        session.run();
        assertThat(session.logits()).isEqualTo(expected);
      }
    }
  }

  @Test
  void pictureIsClassifiedAsItsPreprocessedBytesAre() throws Exception {
    byte[] png = png(40, 33);
    Path path = Files.write(folder.resolve("noise.png"), png);
    Picture picture = new PictureDecoder().decode(png);
    byte[] input = new byte[model.inputTensor().elements()];
    TensorMemory tensors = TensorMemory.of(input, new float[0]);
    new Preprocessor(model.preprocessing(), model.inputTensor()).quantize(picture, tensors, 0);
    float[] expected = NaiveInterpreter.run(model, input);
    try (Session session = Session.open(file, SessionOptions.defaults())) {
      Classification ofPath = session.classify(path);
      assertThat(ofPath.scores()).isEqualTo(expected);
      assertThat(session.classify(png).scores()).isEqualTo(expected);
      assertThat(session.classify(picture).scores()).isEqualTo(expected);
      assertThat(ofPath.best().label()).isEqualTo("class " + ofPath.best().index());
      assertThat(ofPath.top(5)).hasSize(5);
    }
  }

  @Test
  void picturesThatCantBeReadAreRefusedAndTheSessionStaysUsable() throws Exception {
    byte[] png = png(40, 33);
    try (Session session = Session.open(file, SessionOptions.defaults())) {
      float[] scores = session.classify(png).scores();
      assertThatThrownBy(() -> session.classify("no picture".getBytes())).isInstanceOf(PictureException.class);
      assertThatThrownBy(() -> session.classify(folder.resolve("none.png"))).isInstanceOf(PictureException.class);
      assertThat(session.classify(png).scores()).isEqualTo(scores);
    }
  }

  @Test
  void picturesLargerThanTheLimitsOrTheCapAreRefused() throws Exception {
    byte[] large = png(3000, 2000);
    SessionOptions limited = SessionOptions.defaults().withDecodeLimits(new DecodeLimits(1 << 24, 1_000_000, 1 << 30));
    try (Session session = Session.open(file, limited)) {
      assertThatThrownBy(() -> session.classify(large)).isInstanceOf(PictureException.class);
    }
    long needed = neededBytes(SessionOptions.defaults());
    try (Session session = Session.open(file, SessionOptions.defaults().withMemoryCap(needed))) {
      assertThat(session.pictureBytes()).isEqualTo(session.memoryBudget().picture());
      assertThatThrownBy(() -> session.classify(large)).isInstanceOf(PictureException.class);
      assertThat(session.classify(png(640, 480)).scores()).hasSize(RandomNetwork.CLASSES);
    }
    try (Session session = Session.open(file, SessionOptions.defaults().withMemoryCap(2 * needed))) {
      assertThat(session.classify(large).scores()).hasSize(RandomNetwork.CLASSES);
    }
  }

  @Test
  void capIsHeldBeforeAnyKernelIsPrepared() throws Exception {
    CountingKernels kernels = new CountingKernels();
    SessionOptions options = SessionOptions.defaults().withThreads(1).withKernels(kernels);
    long needed = neededBytes(options);
    kernels.prepared.set(0);
    assertThatThrownBy(() -> Session.open(file, options.withMemoryCap(needed - 1)))
        .isInstanceOfSatisfying(
            MemoryCapException.class,
            e -> {
              assertThat(e.neededBytes()).isEqualTo(needed);
              assertThat(e.capBytes()).isEqualTo(needed - 1);
              assertThat(e).hasMessageContainingAll("random needs", "Java itself", "It fits with a cap of");
            });
    assertThat(kernels.prepared).hasValue(0);
    Session.open(file, options.withMemoryCap(needed)).close();
    assertThat(kernels.prepared).hasValue(model.operations().size());
  }

  @Test
  void capOfACompressedFileCountsDecodedWeightsAndIsHeldBeforeTheyAreDecoded() throws Exception {
    CountingKernels kernels = new CountingKernels();
    SessionOptions options = SessionOptions.defaults().withThreads(1).withKernels(kernels);
    Path compressed = folder.resolve("compressed.pq");
    PqWriter.write(model, compressed, Storage.COMPRESSED);
    MemoryBudget budget;
    try (Session session = Session.open(compressed, options)) {
      budget = session.memoryBudget();
      long weights = 0;
      for (Operation.Convolution o : session.model().convolutions()) {
        weights += o.weights().codes().byteSize() + o.weights().tails().byteSize();
      }
      assertThat(budget.decoded()).isEqualTo(weights);
      assertThat(budget.weights()).isEqualTo(weights);
    }
    kernels.prepared.set(0);
    long needed = budget.total();
    try (PqFile opened = PqFile.open(compressed)) {
      int[] decoded = {0};
      assertThatThrownBy(() -> Session.open(opened, options.withMemoryCap(needed - 1)))
          .isInstanceOfSatisfying(MemoryCapException.class, e -> assertThat(e.neededBytes()).isEqualTo(needed));
      // A file is decoded once: tasks are left only if the session has asked for none.
      opened.decode((count, task) -> {
        decoded[0] = count;
        PqFile.LayerWork.SEQUENTIAL.run(count, task);
      }, CodedLayer.Decoder.NONE);
      assertThat(decoded[0]).isPositive();
    }
    assertThat(kernels.prepared).hasValue(0);
    Session.open(compressed, options.withMemoryCap(needed)).close();
    assertThat(threads()).isEmpty();
  }

  @Test
  void preprocessingCanBeReplacedForEitherStorage() throws Exception {
    byte[] png = png(40, 33);
    Preprocessing other = new Preprocessing(0, new float[] {1, 2, 3}, new float[] {90, 80, 70});
    float[] expected = null;
    for (Storage storage : Storage.values()) {
      try (PqFile bytes = PqFile.of(PqWriter.toBytes(model, storage));
          Session session = Session.open(bytes, SessionOptions.defaults().withPreprocessing(other))) {
        assertThat(session.model().preprocessing()).isEqualTo(other);
        float[] scores = session.classify(png).scores();
        assertThat(scores).isEqualTo(expected == null ? scores : expected);
        expected = scores;
        Preprocessing wrong = new Preprocessing(2, other.mean(), other.std());
        assertThatThrownBy(() -> Session.open(bytes, SessionOptions.defaults().withPreprocessing(wrong)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("preprocessing.resize");
      }
    }
    try (Session changed = Session.open(file, SessionOptions.defaults().withPreprocessing(other))) {
      assertThat(changed.classify(png).scores()).isEqualTo(expected);
    }
    try (Session own = Session.open(file, SessionOptions.defaults())) {
      assertThat(own.classify(png).scores()).isNotEqualTo(expected);
    }
  }

  @Test
  void capThatIsTooSmallForAllThreadsIsForFewer() throws Exception {
    byte[] png = png(40, 33);
    float[] expected;
    try (Session session = Session.open(file, SessionOptions.defaults())) {
      expected = session.classify(png).scores();
    }
    long forTwo = neededBytes(SessionOptions.defaults().withThreads(2));
    SessionOptions capped = SessionOptions.defaults().withMemoryCap(forTwo);
    for (int threads : new int[] {2, 3, 8}) {
      try (Session session = Session.open(file, capped.withThreads(threads))) {
        assertThat(session.memoryBudget().threads()).isEqualTo(2);
        assertThat(session.memoryBudget().total()).isEqualTo(forTwo);
        assertThat(session.classify(png).scores()).isEqualTo(expected);
      }
    }
    long forOne = neededBytes(SessionOptions.defaults().withThreads(1));
    assertThatThrownBy(() -> Session.open(file, capped.withMemoryCap(forOne - 1)))
        .isInstanceOf(MemoryCapException.class)
        .hasMessageContaining("scratch of 1 thread ");
  }

  @Test
  void sumThatCouldLeave32BitsNamesItsLayer() {
    CountingKernels kernels = new CountingKernels();
    kernels.tooLarge = true;
    assertThatThrownBy(() -> Session.open(file, SessionOptions.defaults().withKernels(kernels)))
        .isInstanceOf(PqFormatException.class)
        .hasMessage("layer conv0: a sum can leave 32 bits");
    assertThat(threads()).isEmpty();
  }

  @Test
  void invalidAndMissingFilesAreRefused() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pq"), "this is no model, only some text");
    assertThatThrownBy(() -> Session.open(text, SessionOptions.defaults())).isInstanceOf(PqFormatException.class);
    assertThatThrownBy(() -> Session.open(folder.resolve("none.pq"), SessionOptions.defaults()))
        .isInstanceOf(NoSuchFileException.class);
    PqModel unlabelled =
        new PqModel(
            model.name(),
            model.tensors(),
            model.operations(),
            model.input(),
            model.output(),
            model.preprocessing(),
            List.of("one label"),
            model.provenance());
    assertThatThrownBy(() -> Session.open(unlabelled, SessionOptions.defaults()))
        .isInstanceOf(PqFormatException.class);
  }

  @Test
  void closedSessionIsRefusedAndHasNeitherThreadsNorMapping() throws Exception {
    Session session = Session.open(file, SessionOptions.defaults().withThreads(3));
    session.run();
    float[] scores = session.logits();
    MemorySegment codes = ((Operation.Convolution) session.model().operations().getFirst()).weights().codes();
    assertThat(threads()).hasSize(2);
    session.close();
    session.close();
    assertThat(threads()).isEmpty();
    assertThatThrownBy(() -> codes.get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(session::run).isInstanceOf(IllegalStateException.class).hasMessage("the session is closed");
    assertThatThrownBy(() -> session.input(new byte[model.inputTensor().elements()]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> session.classify(png(9, 9))).isInstanceOf(IllegalStateException.class);
    assertThat(session.logits()).isEqualTo(scores);
  }

  @Test
  void inputOfAnotherLengthIsRefused() throws Exception {
    try (Session session = Session.open(file, SessionOptions.defaults())) {
      assertThatThrownBy(() -> session.input(new byte[5]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the input has 19 × 17 × 3 = 969 bytes, not 5");
    }
  }

  @Test
  void profileHasALineForEachLayerAndTimesOfTheRunsSinceItsReset() throws Exception {
    try (Session session = Session.open(file, SessionOptions.defaults().withProfiling(true))) {
      session.run();
      session.resetProfile();
      session.run();
      session.run();
      List<LayerProfile> layers = session.profile();
      assertThat(layers).hasSameSizeAs(model.operations()).allMatch(layer -> layer.runs() == 2);
      assertThat(layers.getFirst().nanos()).isPositive();
      assertThat(layers.getFirst().name()).isEqualTo("conv0");
      assertThat(layers.getFirst().macs()).isPositive();
      assertThat(layers.getLast().kind()).isEqualTo("fully connected");
      assertThat(layers.getLast().averageBits())
          .isEqualTo(LayerBits.of(model.convolutions().getLast().weights()).perWeight());
    }
    try (Session session = Session.open(file, SessionOptions.defaults())) {
      session.run();
      assertThat(session.profile()).allMatch(layer -> layer.runs() == 0 && layer.meanMillis() == 0);
    }
  }

  @Test
  void aFileThatIsRenamedOverTheModelDoesNoHarm() throws Exception {
    byte[] png = png(40, 33);
    try (Session session = Session.open(file, SessionOptions.defaults())) {
      float[] scores = session.classify(png).scores();
      PqWriter.write(RandomNetwork.of(random, 20), file);
      assertThat(session.classify(png).scores()).isEqualTo(scores);
      Files.delete(file);
      assertThat(session.classify(png).scores()).isEqualTo(scores);
    }
  }

  @Test
  void aModelThatIsChangedInPlaceGivesNoScores() throws Exception {
    byte[] png = png(40, 33);
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {bytes.length, bytes.length + 1, 0}) {
      Files.write(file, bytes);
      age(file);
      try (PqFile mapped = PqFile.open(file);
          Session own = Session.open(file, SessionOptions.defaults());
          Session other = Session.open(mapped, SessionOptions.defaults())) {
        own.classify(png);
        other.classify(png);
        overwrite(file, length);
        Ranking ranking = new Ranking(1);
        for (Session session : List.of(own, other)) {
          assertChanged(session::run);
          assertChanged(() -> session.classify(png));
          assertChanged(() -> session.rank(png, 0, png.length, ranking));
        }
        assertThat(ranking.size()).isZero();
      }
    }
  }

  @Test
  void aModelThatIsChangedDuringARunGivesNoScores() throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    InternalError fault = new InternalError("a fault occurred in an unsafe memory access operation");
    for (boolean faulty : new boolean[] {false, true}) {
      Files.write(file, bytes);
      age(file);
      Runnable change =
          () -> {
            overwrite(file, bytes.length);
            if (faulty) {
              throw fault;
            }
          };
      try (KernelSet chosen = KernelProvider.choose().kernels();
          Session session =
              Session.open(file, SessionOptions.defaults().withKernels(new InterruptedKernels(chosen, change)))) {
        float[] before = session.logits();
        assertChanged(session::run);
        assertThat(session.logits()).isEqualTo(before);
      }
    }
  }

  private void assertChanged(ThrowingCallable use) {
    assertThatThrownBy(use)
        .isInstanceOf(UncheckedIOException.class)
        .cause()
        .isInstanceOf(PqFormatException.class)
        .hasMessageStartingWith(file + " was changed in place");
  }

  /** Makes a file older than a tick of the file system's clock, within which a change would have the same time. */
  private static void age(Path path) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
  }

  /** Overwrites a file as {@code cp} does, which shortens it first; without ever reading beyond its end. */
  private static void overwrite(Path path, int length) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(length));
      channel.truncate(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long neededBytes(SessionOptions options) throws IOException {
    try (Session session = Session.open(file, options)) {
      return session.memoryBudget().total();
    }
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("ptilmpq-worker-"))
        .toList();
  }

  /** The provider's kernels, counting how many are prepared; or refusing to prepare any. */
  private static final class CountingKernels extends ForwardingKernels {

    private final AtomicInteger prepared = new AtomicInteger();
    private boolean tooLarge;

    CountingKernels() {
      super(KernelProvider.choose().kernels());
    }

    @Override
    public Kernel prepare(KernelSpec spec) {
      if (tooLarge) {
        throw new ArithmeticException("a sum can leave 32 bits");
      }
      prepared.incrementAndGet();
      return super.prepare(spec);
    }
  }
}
