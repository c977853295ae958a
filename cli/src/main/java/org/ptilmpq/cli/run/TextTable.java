package org.ptilmpq.cli.run;

import java.util.ArrayList;
import java.util.List;

/**
 * A table with columns as wide as their widest cell and two blanks between them; columns whose cells all begin with a
 * digit are right-aligned.
 */
final class TextTable {

  private final List<List<String>> rows = new ArrayList<>();
  private final int columns;

  TextTable(String... header) {
    columns = header.length;
    rows.add(List.of(header));
  }

  /** Adds a row of as many cells as the header has. */
  TextTable row(List<String> cells) {
    if (cells.size() != columns) {
      throw new IllegalArgumentException(cells.size() + " cells in a table of " + columns + " columns");
    }
    rows.add(List.copyOf(cells));
    return this;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = row.get(column);
        String space = " ".repeat(width(column) - cell.length());
        line.append(column == 0 ? "" : "  ").append(isNumeric(column) ? space + cell : cell + space);
      }
      out.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return out.toString();
  }

  private int width(int column) {
    return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
  }

  private boolean isNumeric(int column) {
    List<List<String>> body = rows.subList(1, rows.size());
    return body.stream().map(row -> row.get(column)).anyMatch(cell -> !cell.isEmpty())
        && body.stream()
            .map(row -> row.get(column))
            .allMatch(cell -> cell.isEmpty() || cell.equals("-") || Character.isDigit(cell.charAt(0)));
  }
}
