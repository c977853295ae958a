package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.PqModel;

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
    return new ArenaDrawing(this).toString();
  }
}
