package org.ptilmpq.profiles;

import java.util.List;
import java.util.Optional;

/**
 * The marks by which a kind of board is recognized. A profile without models, compatible strings and revision types is
 * generic.
 *
 * @param models parts of its name, any of which is enough: "Raspberry Pi 4"
 * @param compatible strings of its device tree, any of which is enough: "brcm,bcm2711"
 * @param revisionTypes of a Raspberry Pi: bits 4 to 11 of the revision code
 * @param aes whether its cores have AES instructions, which distinguishes boards from servers of the same core; empty:
 *     doesn't matter
 * @param mostMemoryBytes the largest main memory it is sold with; 0: unknown
 */
public record BoardMarks(
    List<String> models,
    List<String> compatible,
    List<Integer> revisionTypes,
    Optional<Boolean> aes,
    long mostMemoryBytes) {

  public BoardMarks {
    models = List.copyOf(models);
    compatible = List.copyOf(compatible);
    revisionTypes = List.copyOf(revisionTypes);
  }

  boolean areNone() {
    return models.isEmpty() && compatible.isEmpty() && revisionTypes.isEmpty();
  }
}
