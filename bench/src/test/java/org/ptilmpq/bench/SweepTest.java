package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.KernelSet;

/**
 * Figures and options, from made-up measurements and from a small real one; nothing is said of how fast anything is.
 */
class SweepTest {

  private static final String VECTOR = "vector, 512 bits";
  private static final String MACHINE = "machine code, avx2";
  private static final List<SweepResult.Limit> LIMITS =
      List.of(
          new SweepResult.Limit(VECTOR, "fp32 lanes", 60),
          new SweepResult.Limit(VECTOR, "look-up", 480),
          new SweepResult.Limit(MACHINE, "avx2", 30));

  /** 90, 45, 15 and 7 GMAC/s. */
  private static final SweepResult MADE_UP =
      new SweepResult(
          "a \"Java\" 25",
          "normal",
          2,
          9,
          LIMITS,
          List.of(
              new SweepResult.Row(VECTOR, "STAGE3_3X3", 4, "look-up", 1, 0.125, 90_000_000, 200_000, 100_000),
              new SweepResult.Row(VECTOR, "STAGE3_3X3", 4, "fp32 lanes", 2, 0, 90_000_000, 200_000, 100_000),
              new SweepResult.Row(MACHINE, "STAGE3_3X3", 4, "avx2", 4, 0, 60_000_000, 200_000, 100_000),
              new SweepResult.Row(MACHINE, "STEM_7X7", 8, "something new", 2, 0.01, 14_000_000, 200_000, 100_000)));

  @Test
  void sharesAreOfTheProductsOwnLimit() {
    List<SweepResult.Row> rows = MADE_UP.rows();
    assertThat(MADE_UP.share(rows.get(0)).getAsDouble()).isCloseTo(90.0 / (480.0 / 4), offset(1e-12));
    assertThat(MADE_UP.share(rows.get(1)).getAsDouble()).isCloseTo(45.0 / 60, offset(1e-12));
    assertThat(MADE_UP.share(rows.get(2)).getAsDouble()).isCloseTo(15.0 / 30, offset(1e-12));
    assertThat(MADE_UP.share(rows.get(3))).isEmpty();
    assertThat(rows.get(0).macsPerByte()).isEqualTo(300);
    assertThat(rows).extracting(SweepResult.Row::isLarge).containsExactly(true, true, true, false);
    assertThat(MADE_UP.kernelSets()).containsExactly(VECTOR, MACHINE);
    assertThat(MADE_UP.of(MACHINE).limits()).isEqualTo(LIMITS.subList(2, 3));
    assertThat(MADE_UP.of(MACHINE).rows()).isEqualTo(rows.subList(2, 4));
  }

  @Test
  void table() {
    assertThat(SweepTable.of(MADE_UP))
        .isEqualTo(
            """
            a "Java" 25, one thread, normal codes, medians of 9 interleaved rounds in each of 2 forks

            vector, 512 bits; limits in GMAC/s: fp32 lanes 60.0, look-up 480.0 ÷ bits of weights
            layer                 bits  method                  ms  GMAC/s  of limit  spread
            STAGE3_3X3          *    4  look-up              1.000    90.0    75.0 %  12.5 %
            STAGE3_3X3          *    4  fp32 lanes           2.000    45.0    75.0 %   0.0 %
            * at least 0.05 GMAC: 2 of 2 reach 75 % of the limit

            machine code, avx2; limits in GMAC/s: avx2 30.0
            layer                 bits  method                  ms  GMAC/s  of limit  spread
            STAGE3_3X3          *    4  avx2                 4.000    15.0    50.0 %   0.0 %
            STEM_7X7                 8  something new        2.000     7.0   unknown   1.0 %
            * at least 0.05 GMAC: 0 of 1 reach 75 % of the limit
            """);
  }

  @Test
  void jsonSaysTheSameAndIsReadAgain() {
    String json = SweepJson.of(MADE_UP);
    assertThat(SweepJson.parse(json)).isEqualTo(MADE_UP);
    List<JsonObject> rows = JsonObject.parse(json).objects("rows");
    assertThat(rows).extracting(row -> row.number("gmac_per_s")).containsExactly(90.0, 45.0, 15.0, 7.0);
    assertThat(rows.get(0).number("limit")).isEqualTo(120);
    assertThat(rows.get(0).number("share")).isEqualTo(0.75);
    assertThat(rows.get(3).has("share")).isFalse();
    assertThat(json).contains("\"layer\":\"STAGE3_3X3\",\"large\":true", "\"layer\":\"STEM_7X7\",\"large\":false");
    assertThatThrownBy(() -> SweepJson.parse(json.replaceFirst("\"ms\":2", "\"ms\":two")))
        .hasMessageContaining("not JSON");
    assertThatThrownBy(() -> SweepJson.parse(json.replaceFirst("\"method\":\"fp32 lanes\",\"ms\"", "\"ms\"")))
        .hasMessage("rows[1] has no string \"method\"");
  }

  @Test
  void mergesKernelSets() {
    assertThat(SweepResult.ofSets(List.of(MADE_UP.of(VECTOR), MADE_UP.of(MACHINE)))).isEqualTo(MADE_UP);
  }

  @Test
  void forksGiveMediansAndSpread() {
    List<SweepResult> forks =
        List.of(fork(4, 58, 500), fork(5, 60, 470), fork(3, 62, 480));
    SweepResult together = SweepResult.ofForks(forks);
    assertThat(together.forks()).isEqualTo(3);
    assertThat(together.limits())
        .containsExactly(
            new SweepResult.Limit(VECTOR, "fp32 lanes", 60), new SweepResult.Limit(VECTOR, "look-up", 480));
    assertThat(together.rows())
        .containsExactly(new SweepResult.Row(VECTOR, "STEM_7X7", 8, "fp32 lanes", 4, 0.5, 1000, 10, 20));
    assertThat(SweepResult.ofForks(forks.subList(0, 1)).rows().get(0).spread()).isZero();
  }

  private static SweepResult fork(double milliseconds, double fp32, double lookUp) {
    SweepResult.Row row = new SweepResult.Row(VECTOR, "STEM_7X7", 8, "fp32 lanes", milliseconds, 0, 1000, 10, 20);
    List<SweepResult.Limit> limits =
        List.of(new SweepResult.Limit(VECTOR, "fp32 lanes", fp32), new SweepResult.Limit(VECTOR, "look-up", lookUp));
    return new SweepResult("j", "normal", 1, 9, limits, List.of(row));
  }

  /** The smallest layers, hardly warmed up: the rows that there are, and what they say of the kernels. */
  @ParameterizedTest
  @CsvSource({"machine, 1", "vector, 2"})
  void measuresEveryCombination(String kernels, int products) {
    SweepOptions options =
        SweepOptions.parse(
            List.of("--kernels", kernels, "--layers", "STEM_7X7,STAGE4_3X3", "--bits", "8,2", "--rounds", "1"));
    SweepResult result = SweepProcess.measure(options, new InterleavedRounds(1, 10, 1), step -> {});
    assertThat(result.kernelSets()).singleElement().asString().startsWith(kernels);
    assertThat(result.limits()).hasSize(products).allSatisfy(limit -> assertThat(limit.gmacPerSecond()).isPositive());
    assertThat(result.rows()).hasSize(2 * 2 * products);
    assertThat(result.rows().stream().map(SweepResult.Row::method).distinct().toList())
        .isEqualTo(result.limits().stream().map(SweepResult.Limit::method).toList());
    assertThat(result.rows()).extracting(SweepResult.Row::layer).startsWith("STEM_7X7").endsWith("STAGE4_3X3");
    assertThat(result.rows()).extracting(SweepResult.Row::bits).startsWith(8).endsWith(2);
    assertThat(result.rows())
        .allSatisfy(
            row -> {
              ResNet50Layer layer = ResNet50Layer.valueOf(row.layer());
              assertThat(row.macs()).isEqualTo(layer.macs());
              assertThat(row.weightBytes())
                  .isGreaterThan((long) layer.outputChannels() * layer.weightInputs() * row.bits() / 8);
              assertThat(row.milliseconds()).isPositive();
              assertThat(result.share(row)).as("limit of %s", row.method()).isPresent();
            });
  }

  /** Vectors of 128 bits are there on every machine. */
  @Test
  void eachForkHasItsWidth() throws Exception {
    SweepOptions options =
        SweepOptions.parse(
            List.of("--kernels", "vector", "--vector-bits", "128", "--layers", "CLASSIFIER", "--bits", "2",
                "--rounds", "1", "--forks", "2", "--codes", "uniform"));
    SweepResult result = Sweep.run(options);
    assertThat(result.forks()).isEqualTo(2);
    assertThat(result.codes()).isEqualTo("uniform");
    assertThat(result.limits()).hasSize(2).extracting(SweepResult.Limit::kernels).containsOnly("vector, 128 bits");
    assertThat(result.rows()).extracting(SweepResult.Row::kernels).containsOnly("vector, 128 bits");
    assertThat(result.rows()).extracting(SweepResult.Row::method).containsExactly("fp32 lanes", "look-up");
  }

  /** Every instruction set of this machine. */
  @Test
  void eachForkHasItsInstructionSet() throws Exception {
    List<String> names = new ArrayList<>();
    for (KernelSet set : KernelProvider.machineCode()) {
      names.add(set.name());
      set.close();
    }
    assertThat(names).isNotEmpty();
    String asked = String.join(",", names.stream().map(name -> name.replace("machine code, ", "")).toList());
    SweepResult result =
        Sweep.run(
            SweepOptions.parse(
                List.of("--machine", asked, "--layers", "CLASSIFIER", "--bits", "2", "--rounds", "1", "--forks", "1")));
    assertThat(result.kernelSets()).isEqualTo(names);
    assertThat(result.limits()).extracting(SweepResult.Limit::kernels).isEqualTo(names);
    assertThat(result.rows()).allSatisfy(row -> assertThat(result.share(row)).isPresent());
  }

  @Test
  void wrongUseIsExitCode2() throws Exception {
    assertThat(Main.sweep(List.of("--fast"))).isEqualTo(2);
    assertThat(Main.sweep(List.of("--machine", "mmx"))).isEqualTo(2);
    assertThat(Main.pictures(List.of("--fast"))).isEqualTo(2);
    assertThat(Main.compare(List.of("--fast"))).isEqualTo(2);
    assertThat(Main.pictures(List.of("--sweep", "no/such/file.json", "."))).isEqualTo(1);
  }

  @Test
  void optionsGoToEachProcess() {
    SweepOptions options =
        SweepOptions.parse(
            List.of("--kernels", "vector", "--bits", "1,8", "--layers", "stem_7x7", "--products", "look-up",
                "--codes", "uniform", "--rounds", "3", "--forks", "5", "--vector-bits", "256,128"));
    assertThat(options.layers()).containsExactly(ResNet50Layer.STEM_7X7);
    assertThat(options.codes()).isEqualTo(RandomWeights.Codes.UNIFORM);
    assertThat(options.forks()).isEqualTo(5);
    assertThat(SweepOptions.parse(options.arguments())).isEqualTo(options);
    SweepOptions fork = options.of("128");
    assertThat(fork.sets()).containsExactly("128");
    assertThat(fork.forks()).isEqualTo(1);
    assertThat(fork.products()).isEqualTo(options.products());
    SweepOptions machine = SweepOptions.parse(List.of("--machine", "avx512-vnni, avx2"));
    assertThat(machine.sets()).containsExactly("avx512-vnni", "avx2");
    assertThat(SweepOptions.parse(machine.arguments())).isEqualTo(machine);
  }

  @Test
  void takesMachineCodeUnlessToldOtherwise() {
    SweepOptions options = SweepOptions.parse(List.of("--json"));
    assertThat(options.kernels()).isEqualTo("machine");
    assertThat(options.sets()).containsExactly("best");
    assertThat(options.layers()).containsExactly(ResNet50Layer.values());
    assertThat(options.bits()).containsExactly(2, 4, 8);
    assertThat(options.products()).isEmpty();
    SweepOptions vector = SweepOptions.parse(List.of("--kernels", "vector"));
    assertThat(vector.sets()).containsExactly("512", "256", "128");
    assertThat(vector.bits()).containsExactly(3, 5, 8);
    assertThat(vector.products()).containsExactly("fp32", "look-up");
    assertThat(options.codes()).isEqualTo(RandomWeights.Codes.NORMAL);
    assertThat(options.json()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--fast | unknown option --fast",
        "--bits | --bits needs a value",
        "--bits 3,9 | --bits is '9'; it can be 1, 2, 3, 4, 5, 6, 7, 8",
        "--kernels scalar | --kernels is 'scalar'; it can be machine, vector",
        "--vector-bits 512 | --vector-bits is not for --kernels machine",
        "--kernels vector --machine avx2 | --machine is not for --kernels vector",
        "--kernels vector --vector-bits 64 | --vector-bits is '64'; it can be 512, 256, 128",
        "--layers STAGE9 | --layers is 'STAGE9'; it can be stem_7x7,",
        "--codes flat | --codes is 'flat'; it can be normal, uniform",
        "--kernels vector --products maybe | --products is 'maybe'; it can be fp32, look-up",
        "--rounds 0 | --rounds is '0'; it can be 1 to 99999"
      })
  void saysWhatIsWrong(String arguments, String message) {
    assertThatThrownBy(() -> SweepOptions.parse(List.of(arguments.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
