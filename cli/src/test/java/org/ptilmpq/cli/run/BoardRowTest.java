package org.ptilmpq.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.ptilmpq.cli.run.BenchmarkReport.Latency;
import org.ptilmpq.profiles.ClockSpeed;
import org.ptilmpq.profiles.Machine;
import org.ptilmpq.profiles.ThermalState;
import org.ptilmpq.profiles.Throttling;

class BoardRowTest {

  private static final ThermalState UNKNOWN = new ThermalState(OptionalDouble.empty(), new Throttling.Unknown());
  private static final Latency LATENCY = new Latency(900, 20.5, 21.25, 22.999, 30);

  private static BoardRow row(String board, ClockSpeed clock, ThermalState before, ThermalState after) {
    List<Machine.Board.Name> names =
        board.isEmpty() ? List.of() : List.of(new Machine.Board.Name(board, "/proc/device-tree/model"));
    Machine.Board evidence = new Machine.Board(names, List.of(), "", "", "", List.of(), List.of(), 0);
    Machine machine = new Machine(evidence, "Cortex-A72", "aarch64", 4, 4L << 30, Machine.MemoryLimit.MAIN_MEMORY);
    return new BoardRow(
        machine, board.isEmpty() ? Optional.empty() : Optional.of("pi4"), clock, "net.pq", 4, LATENCY,
        OptionalLong.of(100 << 20), before, after, LocalDate.of(2026, 11, 27), "25.0.1+8", "0.1.0");
  }

  @Test
  void aBoardThatTellsAllHasAWholeRow() {
    ThermalState before = new ThermalState(OptionalDouble.of(48.31), new Throttling.Firmware(0));
    ThermalState after = new ThermalState(OptionalDouble.of(81.06), new Throttling.Firmware(0x80008));
    ClockSpeed clock = new ClockSpeed(OptionalLong.of(1500), OptionalLong.of(1800));
    BoardRow row = row("Raspberry Pi 4 Model B Rev 1.4", clock, before, after);
    assertThat(row.toString().lines().toList())
        .hasSize(3)
        .last()
        .isEqualTo(
            "| Raspberry Pi 4 Model B Rev 1.4 | pi4 | 4 × Cortex-A72 | 1500 / 1800 | 4 GiB | 25.0.1+8 | net.pq | 4 "
                + "| 21.25 | 23.00 | 100 MiB | 48.3 → 81.1 "
                + "| no → soft temperature limit; earlier: soft temperature limit | 2026-11-27 | 0.1.0 |");
    assertThat(row.json().toString())
        .contains("\"celsius_before\":48.31,\"celsius_after\":81.06", "\"clock_most_mhz\":1800", "\"median_ms\":21.25");
  }

  @Test
  void whatTheSystemDoesntTellIsADash() {
    BoardRow row = row("", new ClockSpeed(OptionalLong.empty(), OptionalLong.empty()), UNKNOWN, UNKNOWN);
    assertThat(row.toString())
        .contains("| unnamed aarch64 | none | 4 × Cortex-A72 | – / – | 4 GiB |", "| 100 MiB | – | – | 2026-11-27 |");
    assertThat(row.json().toString()).contains("\"celsius_before\":null", "\"clock_mhz\":null", "\"profile\":null");
    ThermalState warm = new ThermalState(OptionalDouble.of(50), new Throttling.Unknown());
    assertThat(row("", new ClockSpeed(OptionalLong.empty(), OptionalLong.of(2400)), UNKNOWN, warm).toString())
        .contains("| – / 2400 |", "| – → 50.0 | – |");
  }

  /** All lines of a table have the same number of cells, whatever a board is called. */
  @Test
  void aNameCantBreakTheTable() {
    String text =
        row("A | B\\\nC", new ClockSpeed(OptionalLong.empty(), OptionalLong.empty()), UNKNOWN, UNKNOWN).toString();
    assertThat(text.lines()).hasSize(3).allSatisfy(line -> assertThat(line.split("(?<!\\\\)\\|", -1)).hasSize(17));
    assertThat(text).contains("| A \\| B\\\\ C |");
  }

  @Test
  void aRowOfThisMachineHasNoFoldersInIt() throws Exception {
    ClockSpeed clock = ClockSpeed.now();
    BoardRow row =
        BoardRow.of(
            Path.of("/some/where/net.pq"), Optional.empty(), 2, LATENCY, UNKNOWN, ThermalState.now(), clock);
    assertThat(row.toString()).contains("| net.pq | 2 | 21.25 | 23.00 |").doesNotContain("/some");
    assertThat(row.version()).matches("\\d+\\.\\d+.*");
  }
}
