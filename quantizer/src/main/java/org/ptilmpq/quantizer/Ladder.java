package org.ptilmpq.quantizer;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.quantizer.options.Effort;

/** The steps of the method in the order in which they are switched on, from the least work to an effort. */
final class Ladder {

  private Ladder() {}

  /** Some of the steps; the name is that of the last one. */
  record Rung(String name, Effort effort) {}

  /** Returns rungs that differ, the last one being the effort itself. */
  static List<Rung> upTo(Effort most) {
    List<Rung> rungs = new ArrayList<>();
    Effort none =
        new Effort(
            most.pictures(), Math.min(most.variants(), 1), most.positions(), false, false, false, false, false);
    rungs.add(new Rung("nearest levels, equal importance", none));
    boolean equalization = most.equalization();
    boolean matching = most.matching();
    boolean fisher = most.fisher();
    boolean layerKl = most.layerKl();
    none = none.withEqualization(equalization);
    add(rungs, "channels equalized", none);
    add(rungs, "outputs matched layer by layer", with(none, false, false, false, matching));
    add(rungs, "steps by what channels matter", with(none, false, fisher, false, matching));
    add(rungs, "layers weighted by their output KL", with(none, false, fisher, layerKl, matching));
    add(rungs, "rounded by second moments", with(none, most.secondOrder(), fisher, layerKl, matching));
    add(rungs, "on parts of the pictures, too", most);
    return rungs;
  }

  private static Effort with(Effort none, boolean secondOrder, boolean fisher, boolean layerKl, boolean matching) {
    return new Effort(
        none.pictures(),
        none.variants(),
        none.positions(),
        secondOrder,
        fisher,
        layerKl,
        matching,
        none.equalization());
  }

  private static void add(List<Rung> rungs, String name, Effort effort) {
    if (!effort.equals(rungs.getLast().effort())) {
      rungs.add(new Rung(name, effort));
    }
  }
}
