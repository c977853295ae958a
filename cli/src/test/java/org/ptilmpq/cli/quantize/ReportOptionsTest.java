package org.ptilmpq.cli.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.quantizer.options.Method;
import org.ptilmpq.quantizer.options.Target;
import org.ptilmpq.testkit.JsonParser;
import picocli.CommandLine;

class ReportOptionsTest {

  private static final Method SIZE = new Method.Best(new Target.FileSize(1));
  private static final Method SHARE = new Method.Best(new Target.Share(0.5, 6, 3));
  private static final Method PAPER = new Method.Ptilmpq(0.5, 5, 3, Method.ChannelCriterion.L1);

  @TempDir Path folder;

  @Test
  void aSweepIsOverWhatTheMethodTakes() throws Exception {
    assertThat(parse().sweep(SIZE)).isEmpty();
    assertThat(parse("--sweep", "5MB,70kB").sweep(SIZE))
        .containsExactly(
            new Method.Best(new Target.FileSize(5_000_000)), new Method.Best(new Target.FileSize(70_000)));
    assertThat(parse("--sweep", "5MB").sweep(new Method.Best(new Target.Width(8))))
        .containsExactly(new Method.Best(new Target.FileSize(5_000_000)));
    assertThat(parse("--sweep", "0,1").sweep(SHARE))
        .containsExactly(
            new Method.Best(new Target.Share(0, 6, 3)), new Method.Best(new Target.Share(1, 6, 3)));
    assertThat(parse("--sweep", "0.2", "--sweep", "0.4").sweep(PAPER))
        .containsExactly(
            new Method.Ptilmpq(0.2, 5, 3, Method.ChannelCriterion.L1),
            new Method.Ptilmpq(0.4, 5, 3, Method.ChannelCriterion.L1));
  }

  @ParameterizedTest
  @CsvSource({"5XB, size", "'', size", "0.5MB, share", "2, share", "x, share"})
  void valuesThatMakeNoSenseAreNamed(String value, String kind) throws Exception {
    ReportOptions options = parse("--sweep", value);
    Method method = kind.equals("size") ? SIZE : PAPER;
    assertThatThrownBy(() -> options.sweep(method))
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("--sweep: ");
  }

  @Test
  void whatOnlyAReportShowsNeedsOne() throws Exception {
    parse().check();
    assertThatThrownBy(() -> parse("--ablation").check()).hasMessageContaining("--ablation goes into a report");
    assertThatThrownBy(() -> parse("--sweep", "1MB").check()).hasMessageContaining("--sweep goes into a report");
    Path deep = folder.resolve("a/b");
    parse("--report", deep.toString(), "--ablation").check();
    assertThat(deep).isDirectory();
  }

  @Test
  void aFileIsNoPlaceForAReport() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    for (Path place : List.of(file, file.resolve("below"))) {
      assertThatThrownBy(() -> parse("--report", place.toString()).check())
          .isInstanceOf(CommandException.class)
          .hasMessageContaining("no folder can be made there");
    }
  }

  @Test
  void aReportIsWrittenThroughLinksAndOverNoDevice() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path report = Files.createDirectory(folder.resolve("report"));
    Path data = Files.createSymbolicLink(report.resolve("report.json"), Path.of("../other/data.json"));
    ReportOptions options = parse("--report", report.toString());
    options.check();
    options.write(SmallReport.full());
    assertThat(Files.isSymbolicLink(data)).isTrue();
    assertThat(other.resolve("data.json")).isRegularFile();
    Path page = report.resolve("report.html");
    Files.delete(page);
    Files.createSymbolicLink(page, Path.of("/dev/full"));
    assertThatThrownBy(() -> parse("--report", report.toString()).check())
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith(page + " is a device or pipe");
  }

  @Test
  void whatIsKeptIsASweep() throws Exception {
    Path kept = folder.resolve("kept/files");
    String report = folder.resolve("report").toString();
    ReportOptions options = parse("--report", report, "--sweep", "1MB", "--keep", kept.toString());
    options.check();
    assertThat(options.kept()).contains(kept);
    assertThat(kept).isDirectory();
    assertThat(parse().kept()).isEmpty();
    assertThatThrownBy(() -> parse("--report", report, "--keep", kept.toString()).check())
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("give --sweep too");
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> parse("--report", report, "--sweep", "1MB", "--keep", file.toString()).check())
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("--keep " + file);
  }

  @Test
  void writesAPageAndItsFigures() throws Exception {
    assertThat(parse().write(SmallReport.full())).isEmpty();
    Path page = parse("--report", folder.toString()).write(SmallReport.full()).orElseThrow();
    assertThat(page).isEqualTo(folder.resolve("report.html")).content().contains("</html>").contains("convolution 3×3");
    Map<String, Object> json = JsonParser.object(Files.readString(folder.resolve("report.json")));
    assertThat(json).containsEntry("model", "net");
  }

  private static ReportOptions parse(String... arguments) {
    ReportOptions options = new ReportOptions();
    new CommandLine(options).parseArgs(arguments);
    return options;
  }
}
