package org.ptilmpq.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Pictures are XML, have a mark for each row, and the marks are where the figures say. */
class PicturesTest {

  private static final String LAYERS =
      """
      {"model":"m.pq","layers":[
        {"name":"conv <1> & \\"more\\" \\u0001","method":"look-up","ms":2.0,"macs":100000000,"bits":3.2},
        {"name":"a/very/long/name/of/a/layer/that/does/not/fit/into/the/margin",\
      "method":"fp32 lanes","ms":1.0,"macs":5,"bits":8},
        {"name":"pool","method":"vector max pooling","ms":0.0,"macs":0,"bits":0}]}
      """;

  private static final String VECTOR = "vector, 512 bits";
  private static final String MACHINE = "machine code, avx2";

  private static final SweepResult SWEEP =
      new SweepResult(
          "j",
          "normal",
          1,
          1,
          List.of(
              new SweepResult.Limit(VECTOR, "fp32 lanes", 60),
              new SweepResult.Limit(VECTOR, "look-up", 480),
              new SweepResult.Limit(MACHINE, "avx2", 30)),
          List.of(
              new SweepResult.Row(VECTOR, "A", 4, "look-up", 1, 0, 90_000_000, 200_000, 100_000),
              new SweepResult.Row(VECTOR, "A", 4, "fp32 lanes", 2, 0, 90_000_000, 200_000, 100_000),
              new SweepResult.Row(VECTOR, "B", 3, "look-up", 1, 0, 90_000_000, 100_000, 100_000),
              new SweepResult.Row(VECTOR, "B", 3, "something <new>", 1, 0, 90_000_000, 100_000, 50_000),
              new SweepResult.Row(MACHINE, "A", 4, "avx2", 4, 0, 90_000_000, 200_000, 100_000),
              new SweepResult.Row(MACHINE, "A", 2, "avx2", 4, 0, 90_000_000, 100_000, 100_000)));

  @TempDir Path folder;

  @Test
  void rooflineHasADotForEachRowAndALineForEachLimit() throws Exception {
    Document svg = xml(RooflinePlot.of(SWEEP, VECTOR));
    List<Element> dots = marks(svg, "circle");
    assertThat(dots).hasSize(4);
    assertThat(dots.get(0).getTextContent()).isEqualTo("A, 4 bits, look-up: 90.0 GMAC/s, 1.000 ms");
    String lookUps = dots.get(0).getAttribute("class");
    assertThat(dots)
        .extracting(dot -> dot.getAttribute("class").equals(lookUps))
        .containsExactly(true, false, true, false);
    // Twice as fast is above; more operations per byte is to the right.
    assertThat(number(dots.get(0), "cy")).isLessThan(number(dots.get(1), "cy"));
    assertThat(number(dots.get(2), "cx")).isGreaterThan(number(dots.get(0), "cx"));
    assertThat(number(dots.get(0), "cx")).isEqualTo(number(dots.get(1), "cx"));
    assertThat(texts(svg))
        .contains("look-up, 4 bits: 120", "look-up, 3 bits: 160", "fp32 lanes: 60")
        .noneMatch(text -> text.startsWith("something <new>: "));
    assertThat(limits(svg)).hasSize(3);
  }

  @Test
  void rooflineOfMachineCodeHasOneLimit() throws Exception {
    Document svg = xml(RooflinePlot.of(SWEEP, MACHINE));
    assertThat(marks(svg, "circle")).hasSize(2);
    assertThat(texts(svg)).contains("Convolutions of ResNet-50 on one thread, machine code, avx2", "avx2: 30");
    List<Element> limits = limits(svg);
    assertThat(limits).hasSize(1);
    assertThat(number(limits.get(0), "y1")).isLessThan(number(marks(svg, "circle").get(0), "cy"));
  }

  @Test
  void latencyHasABarForEachLayer() throws Exception {
    Document svg = xml(LatencyPlot.of(LatencyPlot.Layer.parse(LAYERS)));
    List<Element> bars = marks(svg, "rect");
    assertThat(bars).hasSize(3);
    assertThat(number(bars.get(0), "width")).isEqualTo(2 * number(bars.get(1), "width"));
    assertThat(number(bars.get(2), "width")).isZero();
    assertThat(bars).extracting(bar -> bar.getAttribute("class")).doesNotHaveDuplicates();
    assertThat(bars.get(0).getTextContent()).isEqualTo("conv <1> & \"more\" \ufffd: 2.000 ms, look-up, 3.20 bits");
    assertThat(texts(svg)).contains("50 GMAC/s", "■ look-up 67 %", "Milliseconds of each layer, 3.0 together", "pool");
  }

  @Test
  void nothingToDrawIsSaid() {
    assertThatThrownBy(() -> LatencyPlot.of(List.of())).hasMessage("no layer takes any time: nothing to draw");
    assertThatThrownBy(() -> LatencyPlot.Layer.parse("{}"))
        .hasMessage("there is no list \"layers\": benchmark needs --layers");
  }

  @Test
  void writesBothFiles() throws Exception {
    Path sweep = Files.writeString(folder.resolve("s.json"), SweepJson.of(SWEEP));
    Path layers = Files.writeString(folder.resolve("l.json"), LAYERS);
    List<Path> written =
        Pictures.draw(List.of("--sweep", sweep.toString(), "--layers", layers.toString(), folder.toString()));
    assertThat(written).containsExactly(folder.resolve("roofline.svg"), folder.resolve("latency-per-layer.svg"));
    assertThat(written.get(0)).hasContent(RooflinePlot.of(SWEEP, VECTOR));
    assertThat(written.get(1)).hasContent(LatencyPlot.of(LatencyPlot.Layer.parse(LAYERS)));
    Pictures.draw(List.of("--sweep", sweep.toString(), "--kernels", "avx2", folder.toString()));
    assertThat(written.get(0)).hasContent(RooflinePlot.of(SWEEP, MACHINE));
    List<String> missing = List.of("--sweep", sweep.toString(), "--kernels", "neon", folder.toString());
    assertThatThrownBy(() -> Pictures.draw(missing))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the sweep has no kernels 'neon', only vector, 512 bits; machine code, avx2");
  }

  @Test
  void namesTheFileThatIsWrong() throws Exception {
    Path file = Files.writeString(folder.resolve("bad.json"), "{\"limits\":3}");
    assertThatThrownBy(() -> Pictures.draw(List.of("--sweep", file.toString(), folder.toString())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": the text has no list \"limits\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "out | a folder is needed, and --sweep or --layers",
        "--sweep s.json | a folder is needed, and --sweep or --layers",
        "out --sweep | --sweep needs a value, or is unknown",
        "out --fast 3 | unknown option or second folder: --fast",
        "--sweep s.json out more | unknown option or second folder: more"
      })
  void saysWhatIsWrong(String arguments, String message) {
    assertThatThrownBy(() -> Pictures.draw(List.of(arguments.split(" "))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static Document xml(String document) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(document)));
  }

  private static List<Element> all(Document svg, String tag) {
    NodeList nodes = svg.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<Element> marks(Document svg, String tag) {
    return all(svg, tag).stream().filter(element -> element.getAttribute("class").startsWith("colour")).toList();
  }

  private static List<Element> limits(Document svg) {
    return all(svg, "line").stream().filter(line -> line.getAttribute("class").startsWith("limit")).toList();
  }

  private static List<String> texts(Document svg) {
    return all(svg, "text").stream().map(Element::getTextContent).toList();
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }
}
