package org.ptilmpq.profiles;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A kind of board, and good defaults on it. Where a board is sold with several memory sizes, figures hold for the
 * smallest. A figure of 0 is one the profile doesn't know.
 *
 * @param name what {@code --profile} calls it, "pi4"
 * @param title human-readable, "Raspberry Pi 4"
 * @param marks what such a board is recognized by; none for a generic profile
 * @param architecture "aarch64" or "x86_64"
 * @param cpu the core's name, "Cortex-A72"
 * @param cores number of cores
 * @param clockMegahertz highest clock the maker states
 * @param memoryBytes main memory
 * @param simdBits width of a vector register
 * @param dotProduct whether the core has 8-bit dot product instructions (SDOT or VNNI)
 * @param l1DataBytes first-level data cache of one core
 * @param l2Bytes second-level cache, of one core or shared by all as {@code l2Shared} says
 * @param l2Shared whether all cores share the second-level cache
 * @param l3Bytes third-level cache, shared; 0 where there is none
 * @param threads threads to run with by default; 0: as many as the machine offers
 * @param memoryCapBytes memory to stay within by default; 0: no cap
 * @param tiles sizes of the kernels' tiles in place of those that follow from the caches
 * @param sources where the figures come from
 */
public record DeviceProfile(
    String name,
    String title,
    Marks marks,
    String architecture,
    String cpu,
    int cores,
    int clockMegahertz,
    long memoryBytes,
    int simdBits,
    boolean dotProduct,
    long l1DataBytes,
    long l2Bytes,
    boolean l2Shared,
    long l3Bytes,
    int threads,
    long memoryCapBytes,
    Tiles tiles,
    List<String> sources) {

  public DeviceProfile {
    sources = List.copyOf(sources);
  }

  /** Whether it fits any machine of its architecture rather than one board. */
  public boolean isGeneric() {
    return marks.areNone();
  }

  /** The second-level cache that one core may count on, in bytes: all of its own, or its share of a shared one. */
  public long l2BytesOfACore() {
    return l2Shared ? l2Bytes / cores : l2Bytes;
  }

  /**
   * Sizes of the kernels' tiles, each empty where the caches decide.
   *
   * @param pixels output pixels at a time
   * @param keptPixels output pixels at a time where levels are kept
   * @param tableBytes bytes of a look-up's tables
   */
  public record Tiles(OptionalInt pixels, OptionalInt keptPixels, OptionalInt tableBytes) {

    /** Sizes that follow from the caches. */
    public static final Tiles BY_CACHES = new Tiles(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
  }

  /**
   * The marks by which a kind of board is recognized. A profile without models, compatible strings and revision types
   * is generic.
   *
   * @param models parts of its name, any of which is enough: "Raspberry Pi 4"
   * @param compatible strings of its device tree, any of which is enough: "brcm,bcm2711"
   * @param revisionTypes of a Raspberry Pi: bits 4 to 11 of the revision code
   * @param aes whether its cores have AES instructions, which distinguishes boards from servers of the same core;
   *     empty: doesn't matter
   * @param mostMemoryBytes the largest main memory it is sold with; 0: unknown
   */
  public record Marks(
      List<String> models,
      List<String> compatible,
      List<Integer> revisionTypes,
      Optional<Boolean> aes,
      long mostMemoryBytes) {

    public Marks {
      models = List.copyOf(models);
      compatible = List.copyOf(compatible);
      revisionTypes = List.copyOf(revisionTypes);
    }

    boolean areNone() {
      return models.isEmpty() && compatible.isEmpty() && revisionTypes.isEmpty();
    }
  }
}
