package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures and options, from made-up measurements and from a small real one; nothing is said of how fast anything is. */
class SweepTest {

  private static final MachineLimits WIDE = new MachineLimits(512, 60, 480);
  private static final MachineLimits NARROW = new MachineLimits(128, 30, 120);

  /** 90, 45, 15 and 7 GMAC/s. */
  private static final SweepResult MADE_UP =
      new SweepResult(
          "a \"Java\" 25",
          "normal",
          2,
          9,
          List.of(WIDE, NARROW),
          List.of(
              new SweepRow(512, "STAGE3_3X3", 4, "look-up", "look-up", 1, 0.125, 90_000_000, 200_000, 100_000),
              new SweepRow(512, "STAGE3_3X3", 4, "fp32", "fp32 lanes", 2, 0, 90_000_000, 200_000, 100_000),
              new SweepRow(128, "STAGE3_3X3", 4, "fp32", "fp32 lanes", 4, 0, 60_000_000, 200_000, 100_000),
              new SweepRow(128, "STEM_7X7", 8, "look-up", "something new", 2, 0.01, 14_000_000, 200_000, 100_000)));

  @Test
  void sharesAreOfTheProductsOwnLimit() {
    List<SweepRow> rows = MADE_UP.rows();
    assertThat(rows.get(0).share(WIDE).getAsDouble()).isCloseTo(90.0 / (480.0 / 4), offset(1e-12));
    assertThat(rows.get(1).share(WIDE).getAsDouble()).isCloseTo(45.0 / 60, offset(1e-12));
    assertThat(rows.get(2).share(NARROW).getAsDouble()).isCloseTo(15.0 / 30, offset(1e-12));
    assertThat(rows.get(3).share(NARROW)).isEmpty();
    assertThat(rows.get(0).macsPerByte()).isEqualTo(300);
    assertThat(MADE_UP.limits(128)).isEqualTo(NARROW);
    assertThatThrownBy(() -> MADE_UP.limits(256)).hasMessage("no limits of vectors of 256 bits");
  }

  @Test
  void table() {
    assertThat(SweepTable.of(MADE_UP))
        .isEqualTo(
            """
            a "Java" 25, one thread, normal codes, medians of 9 interleaved rounds in each of 2 forks

            vectors of 512 bits; limits in GMAC/s: fp32 lanes 60.0, look-up 480.0 ÷ bits of weights
            layer                bits  products method          ms  GMAC/s  of limit  spread
            STAGE3_3X3              4  look-up  look-up       1.000    90.0    75.0 %  12.5 %
            STAGE3_3X3              4  fp32     fp32 lanes    2.000    45.0    75.0 %   0.0 %

            vectors of 128 bits; limits in GMAC/s: fp32 lanes 30.0, look-up 120.0 ÷ bits of weights
            layer                bits  products method          ms  GMAC/s  of limit  spread
            STAGE3_3X3              4  fp32     fp32 lanes    4.000    15.0    50.0 %   0.0 %
            STEM_7X7                8  look-up  something new  2.000     7.0   unknown   1.0 %
            """);
  }

  @Test
  void jsonSaysTheSameAndIsReadAgain() {
    String json = SweepJson.of(MADE_UP);
    assertThat(SweepJson.parse(json)).isEqualTo(MADE_UP);
    List<JsonObject> rows = JsonText.object(json).objects("rows");
    assertThat(rows).extracting(row -> row.number("gmac_per_s")).containsExactly(90.0, 45.0, 15.0, 7.0);
    assertThat(rows.get(0).number("limit")).isEqualTo(120);
    assertThat(rows.get(0).number("share")).isEqualTo(0.75);
    assertThat(rows.get(3).has("share")).isFalse();
    assertThatThrownBy(() -> SweepJson.parse(json.replaceFirst("\"ms\":2", "\"ms\":two")))
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> SweepJson.parse(json.replaceFirst("\"method\":\"fp32 lanes\",", "")))
        .hasMessage("rows[1] has no string \"method\"");
  }

  @Test
  void mergesWidths() {
    SweepResult wide = new SweepResult("a \"Java\" 25", "normal", 2, 9, List.of(WIDE), MADE_UP.rows().subList(0, 2));
    SweepResult narrow = new SweepResult("a \"Java\" 25", "normal", 2, 9, List.of(NARROW), MADE_UP.rows().subList(2, 4));
    assertThat(SweepForks.ofWidths(List.of(wide, narrow))).isEqualTo(MADE_UP);
  }

  @Test
  void forksGiveMedianSpreadAndHighestLimit() {
    List<SweepResult> forks =
        List.of(fork(4, 58, 500), fork(5, 60, 470), fork(3, 62, 480));
    SweepResult together = SweepForks.ofOneWidth(forks);
    assertThat(together.forks()).isEqualTo(3);
    assertThat(together.limits()).containsExactly(new MachineLimits(512, 62, 500));
    assertThat(together.rows())
        .containsExactly(new SweepRow(512, "STEM_7X7", 8, "fp32", "fp32 lanes", 4, 0.5, 1000, 10, 20));
    assertThat(SweepForks.ofOneWidth(forks.subList(0, 1)).rows().get(0).spread()).isZero();
  }

  private static SweepResult fork(double milliseconds, double fp32, double lookUp) {
    SweepRow row = new SweepRow(512, "STEM_7X7", 8, "fp32", "fp32 lanes", milliseconds, 0, 1000, 10, 20);
    return new SweepResult("j", "normal", 1, 9, List.of(new MachineLimits(512, fp32, lookUp)), List.of(row));
  }

  /** The smallest layers, hardly warmed up: which rows there are and what they say of the kernels. */
  @Test
  void measuresEveryCombination() {
    SweepOptions options =
        SweepOptions.parse(List.of("--layers", "STEM_7X7,STAGE4_3X3", "--bits", "8,2", "--rounds", "1"));
    SweepResult result = SweepProcess.measure(options, new InterleavedRounds(1, 10, 1), step -> {});
    assertThat(result.rows()).hasSize(2 * 2 * 2);
    assertThat(result.rows()).extracting(SweepRow::layer).startsWith("STEM_7X7").endsWith("STAGE4_3X3");
    assertThat(result.rows()).extracting(SweepRow::bits).startsWith(8, 8, 2, 2);
    assertThat(result.rows())
        .allSatisfy(
            row -> {
              ResNet50Layer layer = ResNet50Layer.valueOf(row.layer());
              assertThat(row.macs()).isEqualTo(layer.macs());
              assertThat(row.weightBytes()).isGreaterThan((long) layer.outputChannels() * layer.weightInputs() * row.bits() / 8);
              assertThat(row.milliseconds()).isPositive();
              assertThat(row.share(result.limits(VectorWidth.bits()))).as("limit of %s", row.method()).isPresent();
              assertThat(row.method())
                  .isEqualTo(row.products().equals("fp32") ? MachineLimits.FP32_LANES : MachineLimits.LOOK_UP);
            });
  }

  /** Vectors of 128 bits are there on every machine. */
  @Test
  void eachForkHasItsWidth() throws Exception {
    SweepOptions options =
        SweepOptions.parse(
            List.of("--vector-bits", "128", "--layers", "CLASSIFIER", "--bits", "2", "--rounds", "1", "--forks", "2",
                "--codes", "uniform"));
    SweepResult result = Sweep.run(options);
    assertThat(result.forks()).isEqualTo(2);
    assertThat(result.codes()).isEqualTo("uniform");
    assertThat(result.limits()).extracting(MachineLimits::vectorBits).containsExactly(128);
    assertThat(result.rows()).extracting(SweepRow::vectorBits).containsExactly(128, 128);
    assertThat(result.rows()).extracting(SweepRow::products).containsExactly("fp32", "look-up");
  }

  @Test
  void wrongUseIsExitCode2() throws Exception {
    assertThat(Main.sweep(List.of("--fast"))).isEqualTo(2);
    assertThat(Main.pictures(List.of("--fast"))).isEqualTo(2);
    assertThat(Main.compare(List.of("--fast"))).isEqualTo(2);
    assertThat(Main.pictures(List.of("--sweep", "no/such/file.json", "."))).isEqualTo(1);
  }

  @Test
  void optionsGoToEachProcess() {
    SweepOptions options =
        SweepOptions.parse(
            List.of("--bits", "1,8", "--layers", "stem_7x7", "--products", "look-up", "--codes", "uniform", "--rounds", "3", "--forks", "5",
                "--vector-bits", "256,128"));
    assertThat(options.layers()).containsExactly(ResNet50Layer.STEM_7X7);
    assertThat(options.codes()).isEqualTo(CodeDistribution.UNIFORM);
    assertThat(options.forks()).isEqualTo(5);
    assertThat(SweepOptions.parse(options.argumentsFor(128)))
        .isEqualTo(
            new SweepOptions(
                List.of(128), List.of(1, 8), options.layers(), List.of("look-up"), options.codes(), 1, 3, false));
  }

  @Test
  void takesLargeLayersUnlessToldOtherwise() {
    SweepOptions options = SweepOptions.parse(List.of("--json"));
    assertThat(options.layers()).hasSize(22).doesNotContain(ResNet50Layer.CLASSIFIER, ResNet50Layer.STAGE1_FIRST_1X1);
    assertThat(options.widths()).containsExactly(512, 256, 128);
    assertThat(options.bits()).hasSize(3);
    assertThat(options.products()).containsExactly("fp32", "look-up");
    assertThat(options.codes()).isEqualTo(CodeDistribution.NORMAL);
    assertThat(options.json()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fast | unknown option --fast",
        "--bits | --bits needs a value",
        "--bits 3,9 | --bits is '9'; it can be 1, 2, 3, 4, 5, 6, 7, 8",
        "--vector-bits 64 | --vector-bits is '64'; it can be 512, 256, 128",
        "--layers STAGE9 | --layers is 'STAGE9'; it can be stem_7x7,",
        "--codes flat | --codes is 'flat'; it can be normal, uniform",
        "--products maybe | --products is 'maybe'; it can be fp32, look-up",
        "--rounds 0 | --rounds is '0'; it can be 1 to 99999"
      })
  void saysWhatIsWrong(String arguments, String message) {
    assertThatThrownBy(() -> SweepOptions.parse(List.of(arguments.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
