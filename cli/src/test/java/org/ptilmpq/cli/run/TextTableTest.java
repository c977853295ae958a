package org.ptilmpq.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void numbersStandRightAndTextLeft() {
    TextTable table = new TextTable("name", "bytes", "note");
    table.row(List.of("a", "1", "x")).row(List.of("longer", "12345", ""));
    assertThat(table.toString().lines()).containsExactly("name    bytes  note", "a           1  x", "longer  12345");
  }

  @Test
  void aRowHasAsManyCellsAsTheHeader() {
    assertThatThrownBy(() -> new TextTable("a").row(List.of("1", "2"))).isInstanceOf(IllegalArgumentException.class);
  }
}
