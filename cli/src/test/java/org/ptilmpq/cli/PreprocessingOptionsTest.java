package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.format.Preprocessing;
import picocli.CommandLine;

class PreprocessingOptionsTest {

  private static final Preprocessing FILE = new Preprocessing(40, new float[] {1, 2, 3}, new float[] {4, 5, 6});

  @Test
  void nothingGivenLeavesTheFilesOwn() throws CommandException {
    PreprocessingOptions options = parse();
    assertThat(options.isGiven()).isFalse();
    assertPreprocessing(options.over(FILE), 40, new float[] {1, 2, 3}, new float[] {4, 5, 6});
  }

  @Test
  void aFormStandsForAllItsParts() throws CommandException {
    assertPreprocessing(
        parse("--preprocess", "torchvision").over(FILE),
        256, new float[] {123.675f, 116.28f, 103.53f}, new float[] {58.395f, 57.12f, 57.375f});
    assertPreprocessing(
        parse("--preprocess", "caffe").over(FILE),
        256, new float[] {123.68f, 116.779f, 103.939f}, new float[] {1, 1, 1});
    assertPreprocessing(parse("--preprocess", "raw").over(FILE), 0, new float[] {0, 0, 0}, new float[] {1, 1, 1});
    assertThat(parse("--preprocess", "caffe").crop()).isEqualTo(224);
    assertThat(parse("--preprocess", "raw").crop()).isZero();
  }

  @Test
  void singleOptionsChangeTheirPart() throws CommandException {
    assertPreprocessing(
        parse("--preprocess", "torchvision", "--resize", "0", "--std", "2").over(FILE),
        0, new float[] {123.675f, 116.28f, 103.53f}, new float[] {2, 2, 2});
    assertPreprocessing(parse("--mean", "7,8.5,9").over(FILE), 40, new float[] {7, 8.5f, 9}, new float[] {4, 5, 6});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"--mean;1,2", "--mean;1,2,3,4", "--std;a", "--std;NaN", "--mean;1,,3", "--preprocess;tf"})
  void refusesWhatIsNoNumberOrForm(String option, String value) {
    assertThatThrownBy(() -> parse(option, value)).isInstanceOf(CommandLine.ParameterException.class);
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = {"--std;0", "--std;1,-1,1", "--resize;-1"})
  void refusesNumbersOutOfRange(String option, String value) {
    assertThatThrownBy(() -> parse(option + "=" + value).over(FILE)).isInstanceOf(CommandException.class);
  }

  private static PreprocessingOptions parse(String... arguments) {
    PreprocessingOptions options = new PreprocessingOptions();
    new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return options;
  }

  private static void assertPreprocessing(Preprocessing preprocessing, int resize, float[] mean, float[] std) {
    assertThat(preprocessing.resize()).isEqualTo(resize);
    assertThat(preprocessing.mean()).containsExactly(mean);
    assertThat(preprocessing.std()).containsExactly(std);
  }
}
