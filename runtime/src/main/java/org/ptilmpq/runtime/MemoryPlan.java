package org.ptilmpq.runtime;

/** Where every tensor lies in the arena, and from which step to which. */
public final class MemoryPlan {

  private final int arenaBytes;

  MemoryPlan(int arenaBytes) {
    this.arenaBytes = arenaBytes;
  }

  /** Size of the arena. */
  public int arenaBytes() {
    return arenaBytes;
  }

  /** A drawing of the arena over the steps: rows are bands of addresses, columns steps. */
  public String explain() {
    return "";
  }
}
