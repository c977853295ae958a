package org.ptilmpq.cli.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.ExitCode;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.Target;
import picocli.CommandLine;

class MethodOptionsTest {

  @Test
  void eachGoalIsItsTarget() throws Exception {
    assertThat(parse("")).isEqualTo(new Method.Best(new Target.Width(8)));
    assertThat(parse("--bits 3")).isEqualTo(new Method.Best(new Target.Width(3)));
    assertThat(parse("--size 7MB")).isEqualTo(new Method.Best(new Target.FileSize(7_000_000)));
    assertThat(parse("--size 6.5MiB --method best")).isEqualTo(new Method.Best(new Target.FileSize(6_815_744)));
    assertThat(parse("--max-drop 0.5")).isEqualTo(new Method.Best(new Target.MaxDrop(0.5)));
    assertThat(parse("--alpha 0.25")).isEqualTo(new Method.Best(new Target.Share(0.25, 4, 2)));
    assertThat(parse("--alpha 0.25 --bits 6,3")).isEqualTo(new Method.Best(new Target.Share(0.25, 6, 3)));
    assertThat(parse("--method uniform")).isEqualTo(new Method.Best(new Target.Width(8)));
    assertThat(parse("--method UNIFORM --bits 4")).isEqualTo(new Method.Best(new Target.Width(4)));
  }

  @ParameterizedTest
  @CsvSource({"'', ERROR", "--importance error, ERROR", "--importance l1, L1", "--importance L2, L2",
    "--importance gamma, NORM_SCALE"})
  void thePapersMethodTakesAlphaAndACriterion(String importance, Method.ChannelCriterion criterion) throws Exception {
    assertThat(parse("--method ptilmpq --alpha 0.6 " + importance))
        .isEqualTo(new Method.Ptilmpq(0.6, 4, 2, criterion));
    assertThat(parse("--method ptilmpq --alpha 1 --bits 5,3 " + importance))
        .isEqualTo(new Method.Ptilmpq(1, 5, 3, criterion));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--size 7MB --bits 4 | one of --size and --bits",
        "--size 7MB --max-drop 1 | one of --size and --max-drop",
        "--size 7MB --alpha 0.5 --bits 4,2 | one of --size and --alpha",
        "--bits 4,2 | needs --alpha",
        "--alpha 0.5 --bits 4 | two widths",
        "--alpha 1.5 | share from 0 to 1",
        "--max-drop 0 | above 0",
        "--max-drop 100 | below 100",
        "--max-drop NaN | above 0",
        "--importance l1 | --method ptilmpq",
        "--method ptilmpq | needs --alpha",
        "--method ptilmpq --alpha 0.5 --size 7MB | --size goes with --method best",
        "--method ptilmpq --alpha 0.5 --max-drop 1 | --max-drop goes with --method best",
        "--method ptilmpq --alpha 0.5 --bits 3 | two widths",
        "--method ptilmpq --alpha 0.5 --bits 8,2 | from 2 to 7",
        "--method ptilmpq --alpha -0.1 | share from 0 to 1",
        "--method uniform --size 7MB | --size goes with",
        "--method uniform --alpha 0.5 | --alpha goes with",
        "--method uniform --max-drop 1 | --max-drop goes with",
        "--method uniform --importance l1 | --importance goes with",
        "--method uniform --bits 4,2 | needs --alpha"
      })
  void contradictionsAreWrongUseAndSayWhy(String line, String message) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.WRONG_USE))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--bits 0", "--bits 9", "--bits", "--bits 2,4", "--bits 4,2,1", "--bits 4,", "--bits ,", "--bits x",
        "--bits 4.5", "--bits 99999999999", "--size 7XB", "--size -1", "--alpha x", "--method magic",
        "--importance hope", "--bits 4 --bits 5"
      })
  void whatIsNoValueDoesNotParse(String line) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(CommandLine.ParameterException.class);
  }

  private static Method parse(String line) throws CommandException {
    MethodOptions options = new MethodOptions();
    new CommandLine(options)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(line.isBlank() ? new String[0] : line.strip().split(" "));
    return options.method();
  }
}
