package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.PtilmpqException;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.runtime.image.AwtPictures;
import org.ptilmpq.runtime.image.DecodeLimits;
import org.ptilmpq.runtime.image.PictureException;
import org.ptilmpq.testkit.Seeds;

/** The short ways in and out of a session give what the long ones give, to the bit. */
class SessionInputsTest {

  @TempDir Path folder;
  private final RandomGenerator random = Seeds.random("SessionInputsTest", 4);
  private final PqModel model = RandomNetwork.of(random, 20);
  private Path file;

  @BeforeEach
  void writeModel() throws IOException {
    file = folder.resolve("random.pq");
    PqWriter.write(model, file);
  }

  @Test
  void openingWithoutOptionsIsOpeningWithTheDefaults() throws Exception {
    byte[] png = PatternPictures.png(40, 33);
    try (Session session = Session.open(file);
        Session expected = Session.open(file, SessionOptions.defaults())) {
      assertThat(session.memoryBudget()).isEqualTo(expected.memoryBudget());
      assertThat(session.kernelChoice()).isEqualTo(expected.kernelChoice());
      assertThat(session.classify(png).scores()).isEqualTo(expected.classify(png).scores());
    }
    assertThatThrownBy(() -> Session.open(folder.resolve("none.pq"))).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void oneCallForARunGivesWhatThreeGive() throws Exception {
    try (Session session = Session.open(file); Session expected = Session.open(file)) {
      for (int i = 0; i < 3; i++) {
        byte[] input = NetworkTest.randomInput(random, model);
        byte[] before = input.clone();
        float[] scores = session.run(input);
        expected.input(input);
        expected.run();
        assertThat(scores).isEqualTo(expected.logits()).isEqualTo(NaiveInterpreter.run(model, input));
        assertThat(input).isEqualTo(before);
        // A copy: the caller may change it.
        scores[0]++;
        assertThat(session.logits()).isEqualTo(expected.logits());
      }
    }
  }

  @Test
  void aRunOfAnInputOfAnotherLengthIsRefusedAndLeavesTheScores() throws Exception {
    try (Session session = Session.open(file)) {
      float[] scores = session.run(NetworkTest.randomInput(random, model));
      for (int length : new int[] {0, 968, 970}) {
        assertThatThrownBy(() -> session.run(new byte[length]))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("the input has 19 × 17 × 3 = 969 bytes, not " + length);
      }
      assertThat(session.logits()).isEqualTo(scores);
    }
  }

  @Test
  void aSessionSaysWhatItTakesAndTellsApart() throws Exception {
    try (Session session = Session.open(file)) {
      Tensor input = model.inputTensor();
      assertThat(session.inputInfo())
          .isEqualTo(new InputInfo(19, 17, 3, input.scale(), input.zeroPoint()));
      assertThat(session.inputInfo().bytes()).isEqualTo(969);
      assertThat(session.labels()).isEqualTo(model.labels()).hasSize(RandomNetwork.CLASSES);
    }
  }

  @Test
  void aPictureInAStreamIsClassifiedAsItsBytesAre() throws Exception {
    byte[] png = PatternPictures.png(40, 33);
    boolean[] closed = {false};
    InputStream stream =
        new FilterInputStream(new ByteArrayInputStream(png)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    try (Session session = Session.open(file)) {
      assertThat(session.classify(stream).scores()).isEqualTo(session.classify(png).scores());
    }
    assertThat(closed[0]).as("closed by the session").isFalse();
  }

  @Test
  void streamsThatGiveNoPictureAreRefusedAndTheSessionStaysUsable() throws Exception {
    byte[] png = PatternPictures.png(40, 33);
    IOException broken = new IOException("the line is dead");
    InputStream dead =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw broken;
          }
        };
    try (Session session = Session.open(file)) {
      float[] scores = session.classify(png).scores();
      assertThatThrownBy(() -> session.classify(dead)).isSameAs(broken);
      assertThatThrownBy(() -> session.classify(InputStream.nullInputStream())).isInstanceOf(PictureException.class);
      InputStream cut = new ByteArrayInputStream(png, 0, png.length / 2);
      assertThatThrownBy(() -> session.classify(cut)).isInstanceOf(PictureException.class);
      assertThat(session.classify(new ByteArrayInputStream(png)).scores()).isEqualTo(scores);
    }
  }

  /** Even of an endless stream: the memory for a picture is bounded, and so is what is read. */
  @Test
  void aStreamIsReadNoFurtherThanAPictureMayBeLong() throws Exception {
    int most = 5000;
    long[] read = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            read[0]++;
            return 0;
          }
        };
    SessionOptions limited = SessionOptions.defaults().withDecodeLimits(new DecodeLimits(most, 1_000_000, 1 << 30));
    try (Session session = Session.open(file, limited)) {
      assertThatThrownBy(() -> session.classify(endless))
          .isInstanceOf(PictureException.class)
          .hasMessageContaining("more than the 5000 bytes");
      assertThat(read[0]).isEqualTo(most + 1);
    }
  }

  @Test
  void aPictureOfAwtIsClassifiedAsItsPngIs() throws Exception {
    BufferedImage image = PatternPictures.image(40, 33, BufferedImage.TYPE_INT_RGB);
    try (Session session = Session.open(file)) {
      assertThat(session.classify(AwtPictures.of(image)).scores())
          .isEqualTo(session.classify(PatternPictures.png(image)).scores());
    }
  }

  @Test
  void closedSessionsRefuseTheShortWaysToo() throws Exception {
    Session session = Session.open(file);
    byte[] input = NetworkTest.randomInput(random, model);
    float[] scores = session.run(input);
    session.close();
    InputStream stream = new ByteArrayInputStream(PatternPictures.png(9, 9));
    assertThatThrownBy(() -> session.run(input))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the session is closed");
    assertThatThrownBy(() -> session.classify(stream))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the session is closed");
    assertThat(session.logits()).isEqualTo(scores);
    assertThat(session.labels()).isEqualTo(model.labels());
  }

  @Test
  void whateverIsRefusedIsOneKindOfException() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pq"), "this is no model, only some text");
    SessionOptions tooLittle = SessionOptions.defaults().withMemoryCap(1);
    try (Session session = Session.open(file)) {
      for (Refusal refusal :
          List.of(
              new Refusal(PqFormatException.class, () -> Session.open(text)),
              new Refusal(MemoryCapException.class, () -> Session.open(file, tooLittle)),
              new Refusal(PictureException.class, () -> session.classify(text)))) {
        assertThatThrownBy(refusal.use::run)
            .isInstanceOf(PtilmpqException.class)
            .isInstanceOf(IOException.class)
            .isExactlyInstanceOf(refusal.kind)
            .message()
            .isNotBlank();
      }
    }
  }

  private record Refusal(Class<? extends PtilmpqException> kind, Use use) {}

  private interface Use {
    void run() throws Exception;
  }
}
