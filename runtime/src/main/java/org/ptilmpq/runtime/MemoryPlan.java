package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.runtime.MemoryPlan.Placement;

/**
 * Where every tensor lies in the arena, and during which steps. Made once, before anything is computed: no run ever
 * allocates or moves a tensor. {@code docs/memory.md} describes how it is found.
 */
public final class MemoryPlan {

  /**
   * Bytes; every tensor starts at a multiple of it. It is a cache line and the widest vector, so that a tensor lies the
   * same way in its cache lines wherever the plan puts it, and a layer's speed does not depend on the plan.
   */
  public static final int ALIGNMENT = 64;

  private final List<Placement> placements;
  private final int[] placementOfTensor;
  private final int steps;
  private final long arenaBytes;
  private final long lowerBoundBytes;

  /**
   * A piece of the arena.
   *
   * @param tensors names of the tensors that lie here one after the other; each but the first is written over the one
   *     before it by the very operation that reads that one last
   * @param offset of the first byte
   * @param bytes a multiple of {@link #ALIGNMENT}
   * @param firstStep the step that fills it (the network's input: 0)
   * @param lastStep the last step that reads it
   */
  public record Placement(List<String> tensors, long offset, long bytes, int firstStep, int lastStep) {

    /** Offset of the first byte after it. */
    public long end() {
      return offset + bytes;
    }

    /** Whether it is in use during a step. */
    public boolean livesAt(int step) {
      return firstStep <= step && step <= lastStep;
    }
  }

  private MemoryPlan(
      List<Placement> placements, int[] placementOfTensor, int steps, long arenaBytes, long lowerBoundBytes) {
    this.placements = List.copyOf(placements);
    this.placementOfTensor = placementOfTensor;
    this.steps = steps;
    this.arenaBytes = arenaBytes;
    this.lowerBoundBytes = lowerBoundBytes;
  }

  /** Plans a verified network. */
  public static MemoryPlan of(PqModel model) {
    List<Buffer> buffers = Buffer.of(model);
    MemoryPlanner.Layout layout = MemoryPlanner.plan(buffers);
    int[] placementOfTensor = new int[model.tensors().size()];
    Arrays.fill(placementOfTensor, -1);
    List<Placement> placements = new ArrayList<>();
    for (int i = 0; i < buffers.size(); i++) {
      Buffer buffer = buffers.get(i);
      List<String> names = new ArrayList<>();
      for (int tensor : buffer.tensors()) {
        names.add(model.tensors().get(tensor).name());
        placementOfTensor[tensor] = i;
      }
      placements.add(new Placement(names, layout.offsets()[i], buffer.bytes(), buffer.first(), buffer.last()));
    }
    return new MemoryPlan(
        placements,
        placementOfTensor,
        model.operations().size(),
        layout.bytes(),
        MemoryPlanner.lowerBound(buffers));
  }

  static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Size of the arena. */
  public long arenaBytes() {
    return arenaBytes;
  }

  /** The most bytes that live at one step: no plan with these lifetimes can be smaller. */
  public long lowerBoundBytes() {
    return lowerBoundBytes;
  }

  /** Number of steps of the network. */
  public int steps() {
    return steps;
  }

  /** Every piece, in the order in which they are filled. */
  public List<Placement> placements() {
    return placements;
  }

  /** Where a tensor of the model lies; it must be one that an operation reads or fills, and not the float scores. */
  public Placement placementOf(int tensor) {
    int placement = placementOfTensor[tensor];
    if (placement < 0) {
      throw new IllegalArgumentException("tensor " + tensor + " has no place in the arena");
    }
    return placements.get(placement);
  }

  /** A drawing of the arena over the steps: rows are bands of addresses, columns steps; a legend follows. */
  public String explain() {
    return new Drawing(this).toString();
  }

  /**
   * A memory plan in ASCII: one letter per placement, one row per band of addresses, one column per step (or a few).
   */
  private static final class Drawing {

    private static final int ROWS = 16;
    private static final int MAX_COLUMNS = 100;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private final MemoryPlan plan;
    private final List<Placement> placements;
    private final int stepsPerColumn;
    private final long bytesPerRow;

    Drawing(MemoryPlan plan) {
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
}
