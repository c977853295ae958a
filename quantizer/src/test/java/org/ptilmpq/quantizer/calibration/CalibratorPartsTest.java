package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.Preprocessing;
import org.ptilmpq.quantizer.graph.Clamp;
import org.ptilmpq.quantizer.graph.FloatGraph;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.graph.Shape;
import org.ptilmpq.quantizer.graph.Value;
import org.ptilmpq.quantizer.graph.Window;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.testkit.Seeds;

/** Parts of pictures follow the whole ones, aren't counted, and are made of their files when requested. */
class CalibratorPartsTest {

  private static final int SIDE = 6;
  private static final int FILES = 24;
  private static final int BROKEN = 17;

  @TempDir private Path folder;

  private List<Path> files;
  private final Value input = new Value("input", new Shape(SIDE, SIDE, 3));
  private InputReader reader;

  @BeforeEach
  void writePictures() throws Exception {
    reader = new InputReader(new Preprocessing(0, new float[3], new float[] {1, 1, 1}), input);
    files = NoisePictures.write(folder, FILES, SIDE, Seeds.example(4));
  }

  @Test
  void partsStandBehindTheWholePictures() throws Exception {
    AugmentedPictures pictures = new AugmentedPictures(files, 3 * FILES, 0, reader, 1);
    Calibration calibration = calibrate(pictures, FILES);
    assertThat(calibration.pictures()).isEqualTo(FILES);
    assertThat(calibration.pixels()).hasSize(3 * FILES);
    for (int i = 0; i < 3 * FILES; i++) {
      assertThat(calibration.pixels().get(i)).as("input %d", i).isEqualTo(pictures.read(i).bytes());
    }
    Calibration ofWhole = calibrate(new AugmentedPictures(files, FILES, 0, reader, 1), FILES);
    for (int c = 0; c < 3; c++) {
      assertThat(calibration.inputs().get(input).mean(c)).isEqualTo(ofWhole.inputs().get(input).mean(c));
    }
    Calibration ofSome = calibrate(new AugmentedPictures(files.subList(0, 5), 5, 0, reader, 1), 5);
    assertThat(calibrate(pictures, 5).inputs().get(input).mean(0)).isEqualTo(ofSome.inputs().get(input).mean(0));
  }

  @Test
  void aPictureThatCantBeReadHasNoParts() throws Exception {
    Files.writeString(files.get(BROKEN), "no picture");
    AugmentedPictures pictures = new AugmentedPictures(files, 3 * FILES, 0, reader, 1);
    Calibration calibration = calibrate(pictures, FILES);
    assertThat(calibration.unreadable()).singleElement().asString().contains(BROKEN + ".png");
    assertThat(calibration.pictures()).isEqualTo(FILES - 1);
    Set<Integer> expected = new HashSet<>();
    for (int i = 0; i < 3 * FILES; i++) {
      if (!pictures.name(i).equals(BROKEN + ".png")) {
        expected.add(Arrays.hashCode(pictures.read(i).bytes()));
      }
    }
    Set<Integer> found = new HashSet<>();
    calibration.pixels().forEach(bytes -> found.add(Arrays.hashCode(bytes)));
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aFileThatIsGoneByThenIsNamed() throws Exception {
    AugmentedPictures pictures = new AugmentedPictures(files, 2 * FILES, 3, reader, 1);
    Calibration calibration = calibrate(pictures, FILES);
    assertThat(calibration.validation()).isEqualTo(3);
    Files.delete(files.get(FILES - 1));
    int last = 2 * FILES - 1 - pictures.validation();
    assertThat(pictures.name(last)).isEqualTo(FILES - 1 + ".png");
    assertThatThrownBy(() -> calibration.pixels().get(last))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(FILES - 1 + ".png");
  }

  private Calibration calibrate(InputSource pictures, int counted) throws Exception {
    Value output = new Value("output", new Shape(SIDE, SIDE, 2));
    Node.Convolution conv =
        new Node.Convolution(
            "conv",
            input,
            Optional.empty(),
            output,
            new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0),
            1,
            new Kernel(2, 3, 1, 1, new float[] {1, 2, 3, 4, 5, 6}),
            new float[2],
            new float[0],
            new float[0],
            Clamp.NONE);
    try (OrderedWork work = new OrderedWork(2)) {
      return new Calibrator(new FloatGraph("one", input, output, List.of(conv)), true, work)
          .run(pictures, counted, Progress.NONE);
    }
  }
}
