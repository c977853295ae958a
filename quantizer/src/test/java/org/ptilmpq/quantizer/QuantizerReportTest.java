package org.ptilmpq.quantizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.quantizer.options.Effort;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.Progress;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.options.Target;
import org.ptilmpq.quantizer.report.HtmlReport;
import org.ptilmpq.quantizer.report.LayerReport;
import org.ptilmpq.quantizer.report.QuantizationReport;
import org.ptilmpq.quantizer.report.QuantizationReport.AblationStep;
import org.ptilmpq.quantizer.report.QuantizationReport.CurvePoint;
import org.ptilmpq.testkit.Seeds;

/** The report of a run, and those of its variants. */
class QuantizerReportTest {

  private static final Effort EFFORT = new Effort(25, 0, 32, true, true, true, true, true);

  @TempDir Path folder;
  private Path pictures;
  private Path model;
  private final List<String> notes = new ArrayList<>();

  @BeforeEach
  void makeModel() throws IOException {
    RandomGenerator random = Seeds.example(20_27);
    pictures = SmallModel.pictures(folder.resolve("pictures"), 25, random);
    model = SmallModel.residual(random).write(folder.resolve("small.onnx"));
  }

  @Test
  void everyByteAndEveryLayerIsAccountedFor() throws Exception {
    Files.writeString(pictures.resolve("0007.png"), "not a picture");
    QuantizerOptions options = options(new Target.FileSize(60_000));
    QuantizationReport report = Quantizer.quantize(options, Progress.NONE);
    assertThat(report.file().bytes()).isEqualTo(Files.size(options.output()));
    assertThat(report.file().unaccounted()).isZero();
    assertThat(report.file().parts()).allMatch(part -> part.bytes() > 0);
    assertThat(report.layers()).extracting(LayerReport::kind).containsExactly(
        "convolution 3×3", "convolution 3×3", "convolution 3×3", "depthwise 3×3", "grouped convolution 3×3",
        "fully connected");
    assertThat(report.layers()).allSatisfy(layer -> {
      assertThat(layer.channels().kernel()).allMatch(bits -> bits >= 0 && bits <= 8);
      assertThat(layer.size().diskBytes()).isPositive();
      assertThat(layer.figures().relativeError()).isPresent();
    });
    assertThat(report.layers().stream().mapToLong(layer -> layer.size().diskBytes()).sum())
        .isLessThan(report.file().bytes());
    assertThat(report.skipped()).singleElement().asString().contains("0007.png");
    assertThat(report.stages())
        .extracting(QuantizationReport.Stage::name)
        .contains("calibrating")
        .doesNotHaveDuplicates();
    assertThat(HtmlReport.of(report)).contains("depthwise 3×3");
  }

  @Test
  void aSweepLeavesOutWhatCannotBeReached() throws Exception {
    QuantizerOptions options = options(new Target.FileSize(60_000));
    Path kept = Files.createDirectory(folder.resolve("kept"));
    List<Method> methods =
        List.of(
            new Method.Best(new Target.FileSize(80_000)),
            new Method.Best(new Target.FileSize(100)),
            new Method.Best(new Target.FileSize(50_000)));
    List<CurvePoint> curve;
    byte[] file;
    try (Quantizer prepared = new Quantizer(options, Progress.NONE)) {
      QuantizationReport report = prepared.make(options.method(), options.output());
      file = Files.readAllBytes(options.output());
      curve = new Variants(options, recorder()).sweep(prepared, methods, report, Optional.of(kept));
    }
    assertThat(curve).hasSize(3).isSortedAccordingTo((a, b) -> Long.compare(a.bytes(), b.bytes()));
    assertThat(curve).extracting(CurvePoint::current).containsExactly(false, true, false);
    assertThat(curve.getFirst().bytes()).isBetween(40_000L, 50_000L);
    assertThat(curve.getLast().bytes()).isBetween(70_000L, 80_000L);
    assertThat(notes).anyMatch(note -> note.contains("100 bytes is left out"));
    assertThat(options.output()).hasBinaryContent(file);
    for (int i = 0; i < curve.size(); i += 2) {
      Path ofSize = kept.resolve(curve.get(i).bytes() + ".pq");
      assertThat(ofSize).hasSize(curve.get(i).bytes());
      try (PqFile opened = PqFile.open(ofSize)) {
        assertThat(opened.storage()).isEqualTo(options.storage());
      }
    }
  }

  /** A model prepared for one file and used for another before gives the very bytes that a run of its own gives. */
  @Test
  void aSecondFileIsTheSameAsThatOfARunOfItsOwn() throws Exception {
    QuantizerOptions options = options(new Target.FileSize(60_000));
    Quantizer.quantize(options, Progress.NONE);
    Path again = folder.resolve("again.pq");
    try (Quantizer prepared = new Quantizer(options, Progress.NONE)) {
      prepared.make(new Method.Best(new Target.FileSize(50_000)), folder.resolve("other.pq"));
      QuantizationReport report = prepared.make(options.method(), again);
      assertThat(report.layers()).allSatisfy(layer -> assertThat(layer.figures().sensitivity()).isPresent());
      assertThatIllegalArgumentException()
          .isThrownBy(() -> prepared.make(new Method.Ptilmpq(0.5, 4, 2, Method.ChannelCriterion.ERROR), again));
    }
    assertThat(again).hasSameBinaryContentAs(options.output());
  }

  @Test
  void anAblationEndsWithTheFileThatWasAskedFor() throws Exception {
    QuantizerOptions options = options(new Target.Width(4));
    QuantizationReport report = Quantizer.quantize(options, Progress.NONE);
    List<AblationStep> steps = new Variants(options, recorder()).ablate(report);
    assertThat(steps).extracting(AblationStep::name)
        .containsExactlyElementsOf(Variants.ladder(EFFORT).stream().map(Variants.Rung::name).toList());
    assertThat(steps.getLast().bytes()).isEqualTo(report.file().bytes());
    assertThat(steps.getLast().note()).isEqualTo("this file");
  }

  private QuantizerOptions options(Target target) {
    return QuantizerOptions.of(model, folder.resolve("small.pq"))
        .calibration(pictures)
        .target(target)
        .effort(EFFORT)
        .threads(2)
        .build();
  }

  private Progress recorder() {
    return new Progress() {
      @Override
      public void stage(String name, int steps) {}

      @Override
      public void step() {}

      @Override
      public void note(String message) {
        notes.add(message);
      }
    };
  }
}
