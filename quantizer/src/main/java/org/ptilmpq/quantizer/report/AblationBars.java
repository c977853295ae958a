package org.ptilmpq.quantizer.report;

import java.util.List;

/** The contribution of each step of the method: a bar per step, as long as the divergence left, and the figures. */
final class AblationBars {

  private static final double WIDTH = 300;
  private static final double HEIGHT = 14;

  private AblationBars() {}

  static void write(Markup out, List<AblationStep> steps) {
    Scale scale = Scale.fromZero(steps.stream().mapToDouble(AblationStep::kl).toArray(), 0, WIDTH);
    out.open("div", "class", "scroll").open("table").open("thead").open("tr");
    out.leaf("th", "step").leaf("th", "KL").leaf("th", "").leaf("th", "agreement").leaf("th", "bytes").leaf("th", "");
    out.close().close().open("tbody").line();
    for (AblationStep step : steps) {
      out.open("tr").leaf("td", step.name());
      out.leaf("td", NumberText.significant(step.kl()), "class", "number").open("td");
      Picture picture = new Picture(out, WIDTH, HEIGHT);
      picture.open("KL of " + step.name());
      if (Double.isFinite(step.kl())) {
        picture.bar("colour0", 0, 0, scale.at(step.kl()), HEIGHT, "KL " + NumberText.significant(step.kl()));
      }
      picture.close();
      out.close();
      out.leaf("td", NumberText.percent(step.agreement()), "class", "number");
      out.leaf("td", NumberText.count(step.bytes()), "class", "number");
      out.leaf("td", step.note()).close().line();
    }
    out.close().close().close().line();
  }
}
