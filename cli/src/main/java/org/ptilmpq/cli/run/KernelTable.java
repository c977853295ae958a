package org.ptilmpq.cli.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ptilmpq.cli.CommandException;
import org.ptilmpq.cli.Json;
import org.ptilmpq.format.AtomicFile;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.runtime.LayerProfile;
import org.ptilmpq.runtime.Session;
import org.ptilmpq.runtime.SessionOptions;

/**
 * The kernels that compute each layer of a model on this machine, and their machine code: layers of one shape share it.
 */
final class KernelTable {

  /** Functions in the written file begin at multiples of this. */
  private static final int ALIGNMENT = 64;

  private final String choice;
  private final List<Row> rows = new ArrayList<>();
  private final ByteArrayOutputStream code = new ByteArrayOutputStream();

  /** @param offset of its code in the file of {@link #writeCode}; −1 where there is none */
  private record Row(LayerProfile layer, int offset, int bytes) {}

  private KernelTable(String choice) {
    this.choice = choice;
  }

  static KernelTable of(PqFile file) throws IOException {
    try (Session session = Session.open(file, SessionOptions.defaults().withThreads(1))) {
      KernelTable table = new KernelTable(session.kernelChoice());
      Map<ByteBuffer, Integer> offsets = new HashMap<>();
      List<LayerProfile> layers = session.profile();
      for (int i = 0; i < layers.size(); i++) {
        byte[] function = session.machineCode(i);
        int offset = function.length == 0 ? -1 : offsets.computeIfAbsent(ByteBuffer.wrap(function), table::append);
        table.rows.add(new Row(layers.get(i), offset, function.length));
      }
      return table;
    }
  }

  private int append(ByteBuffer function) {
    while (code.size() % ALIGNMENT != 0) {
      code.write(0);
    }
    int offset = code.size();
    code.writeBytes(function.array());
    return offset;
  }

  /** Returns which kernels these are, and why. */
  String choice() {
    return choice;
  }

  /** Writes all functions, each once, to a file. */
  void writeCode(Path to) throws CommandException, IOException {
    if (code.size() == 0) {
      throw CommandException.wrongUse("no machine code to write: the kernels are " + choice);
    }
    AtomicFile.write(to, code.toByteArray());
  }

  List<Json> json() {
    List<Json> layers = new ArrayList<>();
    for (Row row : rows) {
      Json layer =
          new Json().put("name", row.layer.name()).put("kernel", row.layer.method()).put("code_bytes", row.bytes);
      layers.add(row.offset < 0 ? layer : layer.put("code_offset", row.offset));
    }
    return layers;
  }

  @Override
  public String toString() {
    TextTable table = new TextTable("step", "name", "operation", "kernel", "code at", "bytes");
    for (int step = 0; step < rows.size(); step++) {
      Row row = rows.get(step);
      String offset = row.offset < 0 ? "" : String.format("0x%x", row.offset);
      String bytes = row.offset < 0 ? "" : Integer.toString(row.bytes);
      table.row(
          List.of(Integer.toString(step), row.layer.name(), row.layer.kind(), row.layer.method(), offset, bytes));
    }
    return "kernels      %s%ncode         %d bytes, each function once%n%n%s".formatted(choice, code.size(), table);
  }
}
