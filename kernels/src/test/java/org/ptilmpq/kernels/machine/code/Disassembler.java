package org.ptilmpq.kernels.machine.code;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The instructions that GNU's disassembler reads in machine code. It throws where that isn't installed: no test is
 * skipped.
 */
enum Disassembler {
  X64("objdump", "i386:x86-64", "intel"),
  A64("aarch64-linux-gnu-objdump", "aarch64", "no-notes");

  private final String program;
  private final String machine;
  private final String option;

  Disassembler(String program, String machine, String option) {
    this.program = program;
    this.machine = machine;
    this.option = option;
  }

  /** The instructions, with single blanks and without remarks. */
  List<String> read(byte[] code) throws IOException {
    Path file = Files.createTempFile("code", ".bin");
    try {
      Files.write(file, code);
      List<String> command = new ArrayList<>(List.of(program, "-D", "-z", "--no-show-raw-insn", "-b", "binary"));
      command.addAll(List.of("-m", machine, "-M", option, file.toString()));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(program + " failed: " + output);
      }
      return instructions(output);
    } catch (InterruptedException e) {
      throw new IOException(program + " was interrupted", e);
    } finally {
      Files.delete(file);
    }
  }

  /** Lines of the kind {@code "  1c:	and	x5, x2, #0xf    // said about it"}. */
  private static List<String> instructions(String output) {
    List<String> instructions = new ArrayList<>();
    for (String line : output.split("\n")) {
      String[] parts = line.split(":\t", 2);
      if (parts.length == 2) {
        instructions.add(parts[1].replaceAll("//.*|#.*\\(bad\\)", "").replaceAll("\\s+", " ").strip());
      }
    }
    return instructions;
  }
}
