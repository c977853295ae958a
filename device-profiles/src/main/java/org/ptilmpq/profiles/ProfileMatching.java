package org.ptilmpq.profiles;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ptilmpq.profiles.DeviceProfiles.Match;

/**
 * Finds the profile that a machine has: by its name, the strings of its device tree, a Raspberry Pi's revision code,
 * its chip, last by a guess from its cores, and otherwise the generic one of its architecture.
 */
final class ProfileMatching {

  /** Bit 23 says that bits 4 to 11 are the type (Raspberry Pi documentation, New-style revision codes). */
  private static final int NEW_STYLE_REVISION = 1 << 23;

  private static final Pattern REVISION = Pattern.compile("[0-9a-fA-F]{6,8}");

  private final Machine machine;
  private final Machine.Board board;
  private final List<DeviceProfile> profiles;

  private ProfileMatching(Machine machine, List<DeviceProfile> profiles) {
    this.machine = machine;
    this.board = machine.board();
    this.profiles = profiles;
  }

  /** @param profiles the preferred one first */
  static Match match(Machine machine, List<DeviceProfile> profiles) {
    ProfileMatching matching = new ProfileMatching(machine, profiles);
    return matching
        .byName()
        .or(matching::byCompatible)
        .or(matching::byRevision)
        .or(matching::byHardware)
        .or(matching::byCores)
        .orElseGet(matching::generic);
  }

  private Optional<Match> first(Predicate<DeviceProfile> predicate, String reason) {
    return profiles.stream().filter(predicate).findFirst().map(profile -> new Match(profile, reason));
  }

  private Optional<Match> byName() {
    return board.names().stream()
        .map(
            name -> {
              String text = name.text().toLowerCase(Locale.ROOT);
              return first(
                      profile ->
                          profile.marks().models().stream()
                              .anyMatch(part -> text.contains(part.toLowerCase(Locale.ROOT))),
                      name.file() + " calls this board \"" + name.text() + "\"")
                  .orElse(null);
            })
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** The strings go from the board to its chip, so that the first one that any profile has decides. */
  private Optional<Match> byCompatible() {
    return board.compatible().stream()
        .map(
            text ->
                first(
                        profile -> profile.marks().compatible().contains(text),
                        board.compatibleFile() + " has \"" + text + "\"")
                    .orElse(null))
        .filter(Objects::nonNull)
        .findFirst();
  }

  private Optional<Match> byRevision() {
    if (!REVISION.matcher(board.revision()).matches()) {
      return Optional.empty();
    }
    int code = Integer.parseUnsignedInt(board.revision(), 16);
    int type = code >> 4 & 0xFF;
    return (code & NEW_STYLE_REVISION) == 0
        ? Optional.empty()
        : first(
            profile -> profile.marks().revisionTypes().contains(type),
            "the revision %s in /proc/cpuinfo is a Raspberry Pi's of type %02x".formatted(board.revision(), type));
  }

  private Optional<Match> byHardware() {
    String chip = "," + board.hardware().toLowerCase(Locale.ROOT);
    return board.hardware().isEmpty()
        ? Optional.empty()
        : first(
            profile -> profile.marks().compatible().stream().anyMatch(text -> text.endsWith(chip)),
            "the hardware in /proc/cpuinfo is " + board.hardware());
  }

  /** Machines with as many of the same cores are nearly as fast as a board, unless they are servers. */
  private Optional<Match> byCores() {
    if (board.cores().isEmpty()) {
      return Optional.empty();
    }
    String memory = board.memoryBytes() == 0 ? "" : " and " + ByteSize.format(board.memoryBytes()) + " of memory";
    String cores = board.cores().size() + " × " + board.cores().getFirst();
    return first(
        this::hasSuchCores, "this is a guess by its processor: " + unnamed() + ", but it has " + cores + memory);
  }

  private boolean hasSuchCores(DeviceProfile profile) {
    DeviceProfile.Marks marks = profile.marks();
    boolean hasAes = board.features().contains("aes");
    return !profile.isGeneric()
        && profile.architecture().equals(machine.architecture())
        && board.cores().size() == profile.cores()
        && board.cores().stream().allMatch(profile.cpu()::equals)
        && marks.aes().orElse(hasAes) == hasAes
        && (marks.mostMemoryBytes() == 0 || board.memoryBytes() <= marks.mostMemoryBytes());
  }

  private Match generic() {
    String reason = unnamed() + ", and the architecture is " + machine.architecture();
    String known =
        profiles.stream().map(DeviceProfile::architecture).distinct().sorted().collect(Collectors.joining(" or "));
    return first(
            profile -> profile.isGeneric() && profile.architecture().equals(machine.architecture()), reason)
        .orElseGet(() -> new Match(null, reason + ", not " + known));
  }

  private String unnamed() {
    return machine.model().isEmpty()
        ? "nothing names a board (no device tree, or a container hides it)"
        : "no profile knows \"" + machine.model() + "\"";
  }
}
