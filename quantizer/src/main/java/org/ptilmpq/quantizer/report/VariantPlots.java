package org.ptilmpq.quantizer.report;

import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import org.ptilmpq.quantizer.drawing.Markup;
import org.ptilmpq.quantizer.drawing.Picture;
import org.ptilmpq.quantizer.drawing.Scale;
import org.ptilmpq.quantizer.report.QuantizationReport.AblationStep;
import org.ptilmpq.quantizer.report.QuantizationReport.CurvePoint;

/** The model beside others made of the same network: at other sizes, and with fewer of the method's steps. */
final class VariantPlots {

  private static final double WIDTH = 420;
  private static final double HEIGHT = 240;

  private static final double BAR_WIDTH = 300;
  private static final double BAR_HEIGHT = 14;

  private VariantPlots() {}

  /** The accuracy/size curve: size to the right, a measure of accuracy upwards, this file's point in another colour. */
  static void writeCurve(Markup out, List<CurvePoint> curve) {
    out.open("div", "class", "side").line();
    figure(out, curve, "agreement with float", CurvePoint::agreement, false, VariantPlots::tickPercent);
    figure(out, curve, "output KL, nats", CurvePoint::kl, true, NumberText::significant);
    out.close().line();
    table(out, curve);
  }

  private static void figure(
      Markup out,
      List<CurvePoint> curve,
      String name,
      ToDoubleFunction<CurvePoint> measure,
      boolean logarithmic,
      DoubleFunction<String> tickText) {
    out.open("div").leaf("h3", name + " by size of the file");
    Plot plot = new Plot(out, WIDTH, HEIGHT);
    double[] sizes = curve.stream().mapToDouble(CurvePoint::bytes).toArray();
    double[] values = curve.stream().mapToDouble(measure).toArray();
    Scale across = Scale.around(sizes, plot.left() + 8, plot.right() - 8);
    Scale upwards =
        logarithmic
            ? Scale.logarithmic(values, plot.bottom(), plot.top())
            : Scale.around(values, plot.bottom(), plot.top());
    plot.open(name + " by size of the file");
    plot.verticalAxis(upwards, tickText);
    plot.horizontalAxis(across, bytes -> NumberText.significant(bytes / 1e6) + " MB");
    List<CurvePoint> bySize =
        curve.stream()
            .filter(point -> Double.isFinite(measure.applyAsDouble(point)))
            .sorted(Comparator.comparingLong(CurvePoint::bytes))
            .toList();
    for (int i = 0; i < bySize.size(); i++) {
      CurvePoint point = bySize.get(i);
      double x = across.at(point.bytes());
      double y = upwards.at(measure.applyAsDouble(point));
      if (i > 0) {
        double beforeY = upwards.at(measure.applyAsDouble(bySize.get(i - 1)));
        plot.line("curve", across.at(bySize.get(i - 1).bytes()), beforeY, x, y);
      }
      String words = point.label() + ": " + NumberText.count(point.bytes()) + " bytes, " + words(point);
      plot.dot(point.current() ? "colour1" : "colour0", x, y, point.current() ? 6 : 4, words);
    }
    plot.close();
    out.close().line();
  }

  private static void table(Markup out, List<CurvePoint> curve) {
    openTable(out, "", "bytes", "agreement", "KL");
    for (CurvePoint point : curve) {
      out.open("tr");
      out.leaf("td", point.label() + (point.current() ? " (this file)" : ""));
      out.leaf("td", NumberText.count(point.bytes()), "class", "number");
      out.leaf("td", NumberText.percent(point.agreement()), "class", "number");
      out.leaf("td", NumberText.significant(point.kl()), "class", "number");
      out.close().line();
    }
    out.close().close().close().line();
  }

  private static String words(CurvePoint point) {
    return NumberText.percent(point.agreement()) + " agreement, KL " + NumberText.significant(point.kl());
  }

  private static String tickPercent(double share) {
    return NumberText.significant(100 * share) + " %";
  }

  /** The contribution of each step of the method: a bar per step, as long as the divergence left, and the figures. */
  static void writeAblation(Markup out, List<AblationStep> steps) {
    Scale scale = Scale.fromZero(steps.stream().mapToDouble(AblationStep::kl).toArray(), 0, BAR_WIDTH);
    openTable(out, "step", "KL", "", "agreement", "bytes", "");
    for (AblationStep step : steps) {
      out.open("tr").leaf("td", step.name());
      out.leaf("td", NumberText.significant(step.kl()), "class", "number").open("td");
      Picture picture = new Picture(out, BAR_WIDTH, BAR_HEIGHT);
      picture.open("KL of " + step.name());
      if (Double.isFinite(step.kl())) {
        picture.bar("colour0", 0, 0, scale.at(step.kl()), BAR_HEIGHT, "KL " + NumberText.significant(step.kl()));
      }
      picture.close();
      out.close();
      out.leaf("td", NumberText.percent(step.agreement()), "class", "number");
      out.leaf("td", NumberText.count(step.bytes()), "class", "number");
      out.leaf("td", step.note()).close().line();
    }
    out.close().close().close().line();
  }

  private static void openTable(Markup out, String... heads) {
    out.open("div", "class", "scroll").open("table").open("thead").open("tr");
    for (String head : heads) {
      out.leaf("th", head);
    }
    out.close().close().open("tbody").line();
  }
}
