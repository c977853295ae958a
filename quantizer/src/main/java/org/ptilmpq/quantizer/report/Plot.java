package org.ptilmpq.quantizer.report;

import java.util.function.DoubleFunction;
import org.ptilmpq.quantizer.drawing.Markup;
import org.ptilmpq.quantizer.drawing.Picture;
import org.ptilmpq.quantizer.drawing.Scale;

/** A picture with axes, grid lines, and room for marks between them. */
final class Plot extends Picture {

  private static final double LEFT = 64;
  private static final double TOP = 10;
  private static final double RIGHT = 14;
  private static final double BOTTOM = 22;

  private final double width;
  private final double height;

  /**
   * @param width between vertical axis and right margin
   * @param height between top margin and horizontal axis
   */
  Plot(Markup out, double width, double height) {
    super(out, LEFT + width + RIGHT, TOP + height + BOTTOM);
    this.width = width;
    this.height = height;
  }

  double left() {
    return LEFT;
  }

  double right() {
    return LEFT + width;
  }

  double top() {
    return TOP;
  }

  double bottom() {
    return TOP + height;
  }

  /** Grid lines, and figures left of them. */
  void verticalAxis(Scale scale, DoubleFunction<String> text) {
    for (double tick : scale.ticks()) {
      double y = scale.at(tick);
      line("grid", left(), y, right(), y);
      text(text.apply(tick), left() - 6, y + 4, "end");
    }
  }

  /** A line below the plot with figures under it. */
  void horizontalAxis(Scale scale, DoubleFunction<String> text) {
    line("axis", left(), bottom(), right(), bottom());
    for (double tick : scale.ticks()) {
      double x = scale.at(tick);
      line("axis", x, bottom(), x, bottom() + 4);
      text(text.apply(tick), x, bottom() + 17, "middle");
    }
  }
}
