package org.ptilmpq.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.kernels.KernelCosts;

class MeasuredCostsTest {

  private static final String MACHINE = "a processor, Java 25";

  @TempDir private Path folder;

  @Test
  void whatWasMeasuredOnThisMachineIsRead() throws Exception {
    Path file = folder.resolve("new").resolve("costs");
    assertThat(MeasuredCosts.read(file, MACHINE)).isEmpty();
    MeasuredCosts.write(KernelCosts.standard(256), file, MACHINE);
    assertThat(MeasuredCosts.read(file, MACHINE)).contains(KernelCosts.standard(256));
    assertThat(MeasuredCosts.read(file, "another processor, Java 25")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "machine=a processor, Java 25", "machine=a processor, Java 25\nbits=wide", "\\u00zz", "machine"})
  void aBrokenFileIsPassedOver(String text) throws Exception {
    Path file = folder.resolve("costs");
    Files.writeString(file, text);
    assertThat(MeasuredCosts.read(file, MACHINE)).isEmpty();
  }
}
