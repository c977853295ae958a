package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.profiles.ByteSize;
import org.ptilmpq.profiles.DeviceProfile;
import org.ptilmpq.profiles.Machine;
import org.ptilmpq.profiles.Machine.MemoryLimit;

/**
 * The settings of a device profile on a machine, which need not be the board it was written for: never more threads
 * than the machine offers, never more memory than it has or its control group allows.
 *
 * @param profile whose recommendations these are
 * @param threads the profile's, or one per processor where it has none; no more than the machine has processors
 * @param memoryCap the profile's, no more than this process may use; without one, the control group's limit, or empty
 * @param tiles that suit the profile's caches, or those that it requests
 * @param notes one human-readable sentence on everything that is not as the profile says
 */
public record ProfileSettings(
    DeviceProfile profile, int threads, OptionalLong memoryCap, TileSizes tiles, List<Note> notes) {

  /** The subject of a note, so that a note on what the user sets otherwise can be dropped. */
  public enum Subject {
    ARCHITECTURE,
    THREADS,
    MEMORY
  }

  /**
   * Something that is not as the profile says.
   *
   * @param text a sentence without its full stop
   */
  public record Note(Subject subject, String text) {}

  public ProfileSettings {
    notes = List.copyOf(notes);
  }

  /** The settings of a profile on a machine. */
  public static ProfileSettings of(DeviceProfile profile, Machine machine) {
    List<Note> notes = new ArrayList<>();
    String name = "profile " + profile.name();
    if (!profile.architecture().equals(machine.architecture())) {
      String text = "%s is for %s, and this machine is %s: times here say nothing about such a device";
      notes.add(new Note(Subject.ARCHITECTURE, text.formatted(name, profile.architecture(), machine.architecture())));
    }
    int offered = Math.clamp(machine.processors(), 1, SessionOptions.MAX_THREADS);
    int threads = profile.threads() == 0 ? offered : Math.min(profile.threads(), offered);
    if (threads < profile.threads()) {
      String text = "%s asks for %d threads, and this process may use %d %s: %3$d";
      String noun = offered == 1 ? "processor" : "processors";
      notes.add(new Note(Subject.THREADS, text.formatted(name, profile.threads(), offered, noun)));
    }
    OptionalLong cap = memoryCap(profile, machine);
    if (profile.memoryCapBytes() > 0 && cap.getAsLong() < profile.memoryCapBytes()) {
      String text = "%s asks for a memory cap of %s, and this process may use %s (%s): that is the cap";
      String asked = ByteSize.format(profile.memoryCapBytes());
      String allowed = ByteSize.format(cap.getAsLong());
      notes.add(new Note(Subject.MEMORY, text.formatted(name, asked, allowed, machine.memoryLimit())));
    }
    return new ProfileSettings(profile, threads, cap, tiles(profile), notes);
  }

  private static OptionalLong memoryCap(DeviceProfile profile, Machine machine) {
    boolean isLimited = machine.memoryLimit() == MemoryLimit.CONTROL_GROUP;
    if (profile.memoryCapBytes() == 0) {
      return isLimited ? OptionalLong.of(machine.memoryBytes()) : OptionalLong.empty();
    }
    boolean isKnown = machine.memoryBytes() > 0;
    return OptionalLong.of(
        isKnown ? Math.min(profile.memoryCapBytes(), machine.memoryBytes()) : profile.memoryCapBytes());
  }

  /** Tiles that suit the profile's caches, each replaced by the profile's own where it has one. */
  public static TileSizes tiles(DeviceProfile profile) {
    TileSizes caches = TileSizes.of(profile.l1DataBytes(), profile.l2BytesOfACore());
    DeviceProfile.Tiles asked = profile.tiles();
    return new TileSizes(
        asked.pixels().orElse(caches.pixels()),
        asked.keptPixels().orElse(caches.keptPixels()),
        asked.tableBytes().orElse(caches.tableBytes()));
  }
}
