package org.ptilmpq.quantizer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.quantizer.report.LayerReport.LayerFigures;
import org.ptilmpq.quantizer.report.QuantizationReport.AblationStep;
import org.ptilmpq.quantizer.report.QuantizationReport.AccuracyFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.CurvePoint;
import org.ptilmpq.quantizer.report.QuantizationReport.FileFacts;
import org.ptilmpq.quantizer.report.QuantizationReport.ModelFacts;
import org.ptilmpq.testkit.Seeds;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {

  private static final Pattern PLACE = Pattern.compile("-?\\d+(\\.\\d+)?");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 54, 1000})
  void pagesOfAnySizeAreWellFormed(int layers) throws Exception {
    String html = HtmlReport.of(Reports.full(Seeds.example(1), layers));
    Document page = parse(html);
    NodeList tables = page.getElementsByTagName("table");
    int rows = 0;
    for (int i = 0; i < tables.getLength(); i++) {
      Element table = (Element) tables.item(i);
      rows += table.getAttribute("class").equals("sortable") ? table.getElementsByTagName("tr").getLength() - 1 : 0;
    }
    assertThat(rows).isEqualTo(layers);
    checkPictures(page);
  }

  @Test
  void anEmptyReportIsAPage() throws Exception {
    Document page = parse(HtmlReport.of(Reports.empty()));
    assertThat(shownText(page)).contains("no layer with weights").doesNotContain("NaN");
    checkPictures(page);
  }

  @Test
  void equalReportsGiveEqualPagesInAnyLocale() {
    String page = HtmlReport.of(Reports.full(Seeds.example(2), 7));
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat(HtmlReport.of(Reports.full(Seeds.example(2), 7))).isEqualTo(page);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void textCannotBreakOutOfItsPlace() throws Exception {
    String evil = Reports.HOSTILE;
    LayerReport layer = Reports.layer(Seeds.example(3), evil, 3);
    LayerReport named =
        new LayerReport(
            evil, evil, evil, 1, 1, layer.figures(), layer.stepOverSigma(), layer.size(), layer.channels());
    QuantizationReport report =
        new QuantizationReport(
            new ModelFacts(evil, evil, evil, 1, 8),
            evil,
            List.of(new QuantizationReport.Setting(evil, evil)),
            List.of(new QuantizationReport.Stage(evil, Duration.ZERO)),
            new FileFacts(evil, evil, 2, List.of(new FileFacts.Part(evil, 1)), evil, OptionalLong.of(1), 1),
            List.of(named),
            Optional.of(new AccuracyFacts(1, evil, 1, 1)),
            Optional.empty(),
            List.of(new CurvePoint(evil, 1, 1, 1, true)),
            List.of(new AblationStep(evil, 1, 1, 1, evil)),
            List.of(evil));
    Document page = parse(HtmlReport.of(report));
    assertThat(page.getElementsByTagName("script").getLength()).isEqualTo(1);
    assertThat(page.getElementsByTagName("b").getLength()).isZero();
    int[] characters = evil.codePoints().map(HtmlReportTest::shown).toArray();
    String shown = new String(characters, 0, characters.length);
    assertThat(page.getElementsByTagName("h1").item(0).getTextContent()).isEqualTo(shown + ", quantized");
    assertThat(count(shownText(page), shown)).isGreaterThanOrEqualTo(17);
  }

  @Test
  void everyFigureIsThere() throws Exception {
    RandomGenerator random = Seeds.example(4);
    QuantizationReport report = Reports.full(random, 5);
    String text = shownText(parse(HtmlReport.of(report)));
    List<String> figures = new ArrayList<>(List.of(
        "resnet50", "resnet50-v1.onnx", "224×225×3", "1,001 classes", "at most 7000000 bytes", "seed", "4711", "preset",
        "balanced", "calibrating", "12.3 s", "rounding", "11 min 18 s", "11 min 31 s", "resnet50.pq", "6,999,873 bytes",
        "7.000 MB", "code streams", "6,700,001", "scales", "299,001", "not accounted for", "871", "11,223,344 bytes",
        "6.650 MB", "65 pictures: held out", "94.52 %", "0.0317", "5 MB",
        "5,012,345", "90.11 %", "0.0912", "7 MB (this file)", "nearest levels", "7,111,222", "81.23 %",
        "0.512", "matching", "7,111,333", "93.21 %", "0.0432", "most of it", "broken.jpg: ends early"));
    for (LayerReport layer : report.layers()) {
      figures.addAll(List.of(layer.name(), layer.kind(), layer.shape()));
      for (long n : List.of(
          layer.weights(), layer.macs(), layer.size().diskBytes(), layer.size().packedBytes())) {
        figures.add(String.format(Locale.ROOT, "%,d", n));
      }
      LayerFigures known = layer.figures();
      for (OptionalDouble figure : List.of(
          known.sensitivity(), known.importance(), known.relativeError(), layer.stepOverSigma())) {
        figures.add(String.format(Locale.ROOT, "%.3g", figure.getAsDouble()));
      }
      for (double share : List.of(known.lossShare().getAsDouble(), layer.size().tailShare())) {
        figures.add(String.format(Locale.ROOT, "%.2f %%", 100 * share));
      }
      for (double bits : List.of(layer.size().diskBits(), layer.size().kernelBits())) {
        figures.add(String.format(Locale.ROOT, "%.3f", bits));
      }
      List<String> channels = new ArrayList<>();
      for (int channel = 0; channel < layer.channels().count(); channel++) {
        channels.add(
            String.format(
                Locale.ROOT,
                "%.2f/%d",
                layer.channels().disk().get(channel),
                layer.channels().kernel().get(channel)));
      }
      figures.add(String.join("  ", channels));
    }
    figures.add(String.format(Locale.ROOT, "%,d", report.weights()));
    figures.add(String.format(Locale.ROOT, "%,d", report.macs()));
    figures.add(String.format(Locale.ROOT, "%.3g", report.bitOperations()));
    assertThat(figures).allSatisfy(figure -> assertThat(text).contains(figure));
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {
        Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0, -1, Double.MIN_VALUE, Double.MAX_VALUE,
        -Double.MAX_VALUE, 1e-300, 1e149, 1e151
      })
  void figuresThatMakeNoSenseDrawNothingWrong(double value) throws Exception {
    List<LayerReport> layers =
        List.of(
            Reports.uniform(value, OptionalDouble.of(value), 0, 3),
            Reports.uniform(value, OptionalDouble.empty(), Long.MAX_VALUE, 0),
            Reports.uniform(1, OptionalDouble.of(1), -1, 1));
    QuantizationReport some = Reports.withLayers(layers);
    QuantizationReport report =
        new QuantizationReport(
            some.model(), some.target(), some.settings(), some.stages(),
            new FileFacts(
                "a", "packed", -5, List.of(new FileFacts.Part("p", -7)), "compressed", OptionalLong.of(0), value),
            layers,
            Optional.of(new AccuracyFacts(0, "", value, value)),
            Optional.of(new AccuracyFacts(0, "", value, value)),
            List.of(
                new CurvePoint("a", Long.MAX_VALUE, value, value, true),
                new CurvePoint("b", 0, 0.5, 0.5, false)),
            List.of(new AblationStep("a", 0, value, value, "")),
            List.of());
    Document page = parse(HtmlReport.of(report));
    checkPictures(page);
    assertThat(shownText(page)).doesNotContain("NaN", "Infinity");
  }

  @Test
  void asksNothingOfTheNetwork() {
    String html = HtmlReport.of(Reports.full(Seeds.example(5), 3));
    assertThat(html).doesNotContain("src=", "href=", "url(", "@import", "fetch(");
    assertThat(html.replace("http://www.w3.org/1999/xhtml", "").replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("://");
    assertThat(html).contains("default-src &#39;none&#39;");
  }

  /** 2,000 channels per layer in 60 layers still give a page that opens at once. */
  @Test
  void largeNetworksGiveSmallPages() {
    RandomGenerator random = Seeds.example(6);
    List<LayerReport> layers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      layers.add(Reports.layer(random, "layer" + i, 2000));
    }
    assertThat(HtmlReport.of(Reports.withLayers(layers)).length()).isLessThan(8_000_000);
  }

  private static Document parse(String html) throws Exception {
    DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    parser.setErrorHandler(null);
    return parser.parse(new InputSource(new StringReader(html)));
  }

  /** The text of the page's body without its script. */
  private static String shownText(Document page) {
    Element body = (Element) page.getElementsByTagName("body").item(0);
    body.removeChild(body.getElementsByTagName("script").item(0));
    return body.getTextContent();
  }

  /** Every mark has finite places inside its picture, and no bar or dot a negative size. */
  private static void checkPictures(Document page) {
    NodeList pictures = page.getElementsByTagName("svg");
    for (int i = 0; i < pictures.getLength(); i++) {
      Element picture = (Element) pictures.item(i);
      String[] view = picture.getAttribute("viewBox").split(" ");
      double width = Double.parseDouble(view[2]);
      double height = Double.parseDouble(view[3]);
      NodeList marks = picture.getElementsByTagName("*");
      for (int j = 0; j < marks.getLength(); j++) {
        Element mark = (Element) marks.item(j);
        within(mark, List.of("x", "x1", "x2", "cx"), width);
        within(mark, List.of("y", "y1", "y2", "cy"), height);
        within(mark, List.of("width"), width);
        within(mark, List.of("height", "r"), height);
        Matcher path = PLACE.matcher(mark.getAttribute("d"));
        while (path.find()) {
          assertThat(Double.parseDouble(path.group())).isBetween(0.0, Math.max(width, height));
        }
      }
    }
  }

  private static void within(Element mark, List<String> names, double most) {
    for (String name : names) {
      if (mark.hasAttribute(name)) {
        assertThat(mark.getAttribute(name)).as("%s of %s", name, mark.getTagName()).matches(PLACE);
        assertThat(Double.parseDouble(mark.getAttribute(name))).as(name).isBetween(0.0, most);
      }
    }
  }

  /**
   * Returns what the page shows for a character: XML has no place for most controls and for halves of a surrogate pair.
   */
  private static int shown(int c) {
    boolean none = c < ' ' || c >= 0x7f && c < 0xa0 || c >= 0xd800 && c < 0xe000 || c == 0xffff;
    return none ? 0xfffd : c;
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }
}
