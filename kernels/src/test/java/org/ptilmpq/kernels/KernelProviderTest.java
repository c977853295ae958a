package org.ptilmpq.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jdk.incubator.vector.IntVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The choice of kernels. Each surefire execution says which set it is there to test. */
class KernelProviderTest {

  /** The beginning of the name of the set that these tests are meant to run on; default: machine code. */
  private static final String EXPECTED = "ptilmpq.test.kernels";

  @Test
  void choosesWhatThisExecutionIsThereToTest() {
    KernelSet.Choice choice = KernelProvider.choose();
    assertThat(choice.kernels().name())
        .as(choice.reason())
        .startsWith(System.getProperty(EXPECTED, "machine code, "));
  }

  @Test
  void saysWhy() {
    String reason = KernelProvider.choose().reason();
    String bits = System.getProperty(KernelProvider.VECTOR_BITS_PROPERTY);
    String machine = "the machine's vectors have " + IntVector.SPECIES_PREFERRED.vectorBitSize();
    String kernels = System.getProperty(KernelProvider.KERNELS_PROPERTY, "machine");
    if (kernels.equals("scalar")) {
      assertThat(reason).isEqualTo("-Dptilmpq.kernels=scalar asks for them");
    } else if (kernels.equals("machine")) {
      assertThat(reason).startsWith("this machine has ");
    } else {
      assertThat(reason).contains(machine);
      if (bits != null && IntVector.SPECIES_PREFERRED.vectorBitSize() != Integer.parseInt(bits)) {
        assertThat(reason).contains("-Dptilmpq.vector.bits=" + bits);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"scalar, scalar", "vector, vector", "machine, machine code"})
  void takesTheSetThatIsAskedFor(String asked, String name) {
    withProperty(
        KernelProvider.KERNELS_PROPERTY,
        asked,
        () -> assertThat(KernelProvider.choose().kernels().name()).startsWith(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SCALAR", "simd", "0"})
  void refusesOtherSets(String value) {
    withProperty(
        KernelProvider.KERNELS_PROPERTY,
        value,
        () ->
            assertThatThrownBy(KernelProvider::choose)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dptilmpq.kernels is '" + value + "'; it can be machine, vector or scalar"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64", "1024", "256 ", "wide"})
  void refusesOtherWidths(String value) {
    withProperty(
        KernelProvider.VECTOR_BITS_PROPERTY,
        value,
        () ->
            assertThatThrownBy(KernelProvider::choose)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dptilmpq.vector.bits is '" + value + "'; it can be 128, 256 or 512"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fastest", "16-bit"})
  void refusesOtherProducts(String value) {
    withProperty(
        KernelProvider.PRODUCTS_PROPERTY,
        value,
        () ->
            assertThatThrownBy(KernelProvider::choose)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dptilmpq.products is '" + value + "'; it can be fp32 or look-up"));
  }

  private static void withProperty(String name, String value, Runnable body) {
    String before = System.setProperty(name, value);
    try {
      body.run();
    } finally {
      if (before == null) {
        System.clearProperty(name);
      } else {
        System.setProperty(name, before);
      }
    }
  }
}
