package org.ptilmpq.profiles;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ptilmpq.testkit.Seeds;

class ThermalStateTest {

  private static final String FIRMWARE = "sys/devices/platform/soc/soc:firmware/get_throttled";

  @TempDir Path root;

  private SystemTree tree;

  @BeforeEach
  void emptyTree() {
    tree = new SystemTree(root);
  }

  private ThermalState read() {
    return ThermalState.read(root);
  }

  private void zone(int number, String type, String temp) {
    tree.write("sys/class/thermal/thermal_zone" + number + "/type", type + "\n");
    tree.write("sys/class/thermal/thermal_zone" + number + "/temp", temp + "\n");
  }

  private void cooling(int number, String type, String state) {
    tree.write("sys/class/thermal/cooling_device" + number + "/type", type + "\n");
    tree.write("sys/class/thermal/cooling_device" + number + "/cur_state", state + "\n");
  }

  private void counts(int cpu, String core, String ofPackage) {
    String folder = "sys/devices/system/cpu/cpu" + cpu + "/thermal_throttle/";
    tree.write(folder + "core_throttle_count", core + "\n").write(folder + "package_throttle_count", ofPackage + "\n");
  }

  @Test
  void aRaspberryPiHasOneZoneAndAFirmware() {
    zone(0, "cpu-thermal", "61835");
    tree.write(FIRMWARE, "0\n");
    assertThat(read().celsius()).hasValue(61.835);
    assertThat(read().throttling()).isEqualTo(new Throttling.Firmware(0));
  }

  @ParameterizedTest
  @CsvSource({
    "0, no",
    "1, under-voltage",
    "2, frequency capped",
    "4, throttled",
    "8, soft temperature limit",
    "50000, 'no; earlier: under-voltage, throttled'",
    "0x50005, 'under-voltage, throttled; earlier: under-voltage, throttled'",
    "e000e, 'frequency capped, throttled, soft temperature limit; "
        + "earlier: frequency capped, throttled, soft temperature limit'"
  })
  void bitsOfTheFirmwareHaveNames(String bits, String text) {
    tree.write(FIRMWARE, bits + "\n");
    assertThat(read().throttling().text()).isEqualTo(text);
  }

  @Test
  void whatCameInBetweenIsSeen() {
    Throttling before = new Throttling.Firmware(0);
    assertThat(before.until(new Throttling.Firmware(0x40004))).isEqualTo("no → throttled; earlier: throttled");
    assertThat(new Throttling.Events(7).until(new Throttling.Events(7))).isEqualTo("no");
    assertThat(new Throttling.Events(7).until(new Throttling.Events(8))).isEqualTo("1 event");
    assertThat(new Throttling.Unknown().until(new Throttling.Unknown())).isEqualTo("–");
    assertThat(before.until(new Throttling.Unknown())).isEqualTo("no → –");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "throttled=0x0", "-1", "123456789", "xyz"})
  void whatIsNoNumberOfTheFirmwareIsUnknown(String text) {
    tree.write(FIRMWARE, text);
    assertThat(read().throttling()).isEqualTo(new Throttling.Unknown());
  }

  /** Zones of a Jetson Nano, one of which always says 100 degrees. */
  @Test
  void theHottestZoneOfTheProcessorCounts() {
    zone(0, "AO-therm", "41500");
    zone(1, "CPU-therm", "33000");
    zone(2, "GPU-therm", "55000");
    zone(3, "PMIC-Die", "100000");
    zone(10, "cpu1-thermal", "34500");
    assertThat(read().celsius()).hasValue(34.5);
  }

  @Test
  void zonesOfOtherMachines() {
    zone(0, "acpitz", "27800");
    assertThat(read().celsius()).isEmpty();
    zone(1, "x86_pkg_temp", "45000");
    assertThat(read().celsius()).hasValue(45);
    zone(1, "soc-thermal", "-1500");
    assertThat(read().celsius()).hasValue(-1.5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hot", "999999", "-274000", "99999999999", "45.0"})
  void temperaturesThatCantBeAreLeftOut(String temp) {
    zone(0, "cpu-thermal", temp);
    assertThat(read().celsius()).isEmpty();
  }

  @Test
  void aPcCountsEventsOfEachCoreAndOncePerPackage() {
    counts(0, "3", "10");
    counts(1, "4", "10");
    counts(10, "0", "10");
    assertThat(read().throttling()).isEqualTo(new Throttling.Events(17));
    counts(10, "rubbish", "");
    assertThat(read().throttling()).isEqualTo(new Throttling.Events(17));
  }

  @Test
  void aJetsonIsHeldBackByCoolingButNotByItsFan() {
    cooling(0, "pwm-fan", "3");
    assertThat(read().throttling()).isEqualTo(new Throttling.Unknown());
    cooling(1, "cpufreq-cpu0", "0");
    cooling(2, "devfreq-17000000.gpu", "2");
    assertThat(read().throttling().text()).isEqualTo("no");
    cooling(1, "cpufreq-cpu0", "2");
    cooling(11, "cpu-throttle-alert", "1");
    assertThat(read().throttling().text()).isEqualTo("cpufreq-cpu0, cpu-throttle-alert");
  }

  @Test
  void clocksAreTheFastestCores() {
    assertThat(ClockSpeed.read(root).current()).isEmpty();
    for (int cpu = 0; cpu < 4; cpu++) {
      String folder = "sys/devices/system/cpu/cpu" + cpu + "/cpufreq/";
      tree.write(folder + "scaling_cur_freq", (600_000 + 300_000 * cpu) + "\n")
          .write(folder + "cpuinfo_max_freq", "1799999\n");
    }
    tree.write("sys/devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq", "9000000\n");
    assertThat(ClockSpeed.read(root).current()).hasValue(1500);
    assertThat(ClockSpeed.read(root).most()).hasValue(1800);
  }

  @Test
  void aMachineThatTellsNothingIsNoError() {
    assertThat(read().celsius()).isEmpty();
    assertThat(read().throttling().text()).isEqualTo("–");
    assertThat(ThermalState.now().throttling()).isNotNull();
    assertThat(ClockSpeed.now()).isNotNull();
  }

  @Test
  void rubbishIsUnknown() {
    RandomGenerator random = Seeds.random("rubbishIsUnknown", 142);
    for (int i = 0; i < 100; i++) {
      byte[] bytes = new byte[random.nextInt(64)];
      random.nextBytes(bytes);
      tree.write(FIRMWARE, bytes);
      tree.write("sys/class/thermal/thermal_zone0/type", bytes).write("sys/class/thermal/thermal_zone0/temp", bytes);
      tree.write("sys/class/thermal/cooling_device0/type", bytes)
          .write("sys/class/thermal/cooling_device0/cur_state", bytes);
      assertThat(read().celsius()).isEmpty();
      assertThat(read().throttling().text()).isNotEmpty();
    }
  }
}
