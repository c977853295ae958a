package org.ptilmpq.runtime;

import java.util.List;
import java.util.Locale;
import org.ptilmpq.runtime.MemoryPlan.Placement;

/** A memory plan in ASCII: one letter per placement, one row per band of addresses, one column per step (or a few). */
final class ArenaDrawing {

  private static final int ROWS = 16;
  private static final int MAX_COLUMNS = 100;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private final MemoryPlan plan;
  private final List<Placement> placements;
  private final int stepsPerColumn;
  private final long bytesPerRow;

  ArenaDrawing(MemoryPlan plan) {
    this.plan = plan;
    this.placements = plan.placements();
    this.stepsPerColumn = Math.max(1, (plan.steps() + MAX_COLUMNS - 1) / MAX_COLUMNS);
    this.bytesPerRow = Math.max(1, (plan.arenaBytes() + ROWS - 1) / ROWS);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "arena %,d bytes for %d steps; %,d are in use at the fullest step, so no plan is below that",
        plan.arenaBytes(),
        plan.steps(),
        plan.lowerBoundBytes());
    line(text, "one row: %,d bytes; one column: %s", bytesPerRow, columnWidth());
    text.append('\n');
    for (long offset = 0; offset < plan.arenaBytes(); offset += bytesPerRow) {
      line(text, "%12s |%s|", String.format(Locale.ROOT, "%,d", offset), row(offset));
    }
    line(text, "%12s  %s", "step", ruler());
    text.append('\n');
    for (int i = 0; i < placements.size(); i++) {
      Placement p = placements.get(i);
      line(
          text,
          "%s %,12d…%,-12d steps %3d–%-3d  %s",
          letter(i),
          p.offset(),
          p.end() - 1,
          p.firstStep(),
          p.lastStep(),
          String.join(" → ", p.tensors()));
    }
    return text.toString();
  }

  private String columnWidth() {
    return stepsPerColumn == 1 ? "one step" : stepsPerColumn + " steps";
  }

  private int columns() {
    return (plan.steps() + stepsPerColumn - 1) / stepsPerColumn;
  }

  private String row(long offset) {
    StringBuilder row = new StringBuilder();
    for (int column = 0; column < columns(); column++) {
      row.append(cell(offset, column));
    }
    return row.toString();
  }

  /** The placement that fills most of the band during the column's steps, or a blank. */
  private char cell(long offset, int column) {
    char letter = ' ';
    long most = 0;
    int firstStep = column * stepsPerColumn;
    for (int i = 0; i < placements.size(); i++) {
      Placement p = placements.get(i);
      long bytes = Math.min(p.end(), offset + bytesPerRow) - Math.max(p.offset(), offset);
      long steps = Math.min(p.lastStep(), firstStep + stepsPerColumn - 1) - Math.max(p.firstStep(), firstStep) + 1L;
      if (bytes > 0 && steps > 0 && bytes * steps > most) {
        most = bytes * steps;
        letter = letter(i);
      }
    }
    return letter;
  }

  private String ruler() {
    StringBuilder ruler = new StringBuilder();
    for (int column = 0; column < columns(); column += 10) {
      ruler.append(String.format(Locale.ROOT, "%-10d", column * stepsPerColumn));
    }
    return ruler.toString().stripTrailing();
  }

  private static char letter(int placement) {
    return LETTERS.charAt(placement % LETTERS.length());
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
