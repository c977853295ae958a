package org.ptilmpq.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ptilmpq.kernels.KernelProvider;
import org.ptilmpq.kernels.TileSizes;
import org.ptilmpq.profiles.DeviceProfile;
import org.ptilmpq.profiles.DeviceProfiles;
import org.ptilmpq.profiles.Machine;
import org.ptilmpq.profiles.Machine.MemoryLimit;

class ProfileSettingsTest {

  private static final long GIB = 1L << 30;

  private static ProfileSettings settings(String profile, int processors, long memory, MemoryLimit limit)
      throws IOException {
    DeviceProfile found = DeviceProfiles.find(profile);
    String architecture = found.architecture();
    return ProfileSettings.of(
        found, new Machine(Machine.Board.NONE, "unknown", architecture, processors, memory, limit));
  }

  private static List<String> notes(ProfileSettings settings) {
    return settings.notes().stream().map(ProfileSettings.Note::text).toList();
  }

  @Test
  void onItsBoardAProfileHoldsAsItIs() throws IOException {
    ProfileSettings settings = settings("pi4", 4, 4 * GIB, MemoryLimit.MAIN_MEMORY);
    assertThat(settings.threads()).isEqualTo(4);
    assertThat(settings.memoryCap()).hasValue(GIB / 2);
    assertThat(settings.notes()).isEmpty();
  }

  @Test
  void aContainerThatOffersLessLowersIt() throws IOException {
    ProfileSettings settings = settings("pi4", 2, GIB / 4, MemoryLimit.CONTROL_GROUP);
    assertThat(settings.threads()).isEqualTo(2);
    assertThat(settings.memoryCap()).hasValue(GIB / 4);
    assertThat(notes(settings))
        .containsExactly(
            "profile pi4 asks for 4 threads, and this process may use 2 processors: 2",
            "profile pi4 asks for a memory cap of 512 MiB, and this process may use 256 MiB (control group): "
                + "that is the cap");
    assertThat(notes(settings("pi4", 1, 0, MemoryLimit.UNKNOWN)))
        .containsExactly("profile pi4 asks for 4 threads, and this process may use 1 processor: 1");
  }

  /** Sane defaults for what nobody knows: one thread per processor, and no cap but the control group's. */
  @ParameterizedTest
  @CsvSource({"generic-arm64", "generic-x86-64"})
  void anUnknownBoardUsesWhatThereIs(String profile) throws IOException {
    ProfileSettings settings = settings(profile, 6, 8 * GIB, MemoryLimit.MAIN_MEMORY);
    assertThat(settings.threads()).isEqualTo(6);
    assertThat(settings.memoryCap()).isEmpty();
    assertThat(settings.tiles()).isEqualTo(TileSizes.STANDARD);
    assertThat(settings.notes()).isEmpty();
    assertThat(settings(profile, 6, GIB, MemoryLimit.CONTROL_GROUP).memoryCap()).hasValue(GIB);
    assertThat(settings(profile, 1000, 0, MemoryLimit.UNKNOWN).threads()).isEqualTo(SessionOptions.MAX_THREADS);
  }

  @Test
  void anotherArchitectureIsSaid() throws IOException {
    DeviceProfile pi5 = DeviceProfiles.find("pi5");
    Machine workstation = new Machine(Machine.Board.NONE, "Some CPU", "x86_64", 16, 64 * GIB, MemoryLimit.MAIN_MEMORY);
    assertThat(notes(ProfileSettings.of(pi5, workstation)))
        .containsExactly(
            "profile pi5 is for aarch64, and this machine is x86_64: times here say nothing about such a device");
  }

  @ParameterizedTest
  @CsvSource({
    "pi-zero-2, 49, 28, 78642", "pi3, 49, 28, 78642", "pi4, 91, 28, 157284", "pi5, 210, 28, 314571",
    "jetson-nano, 210, 28, 314571", "jetson-orin-nano, 91, 28, 157284", "generic-arm64, 224, 28, 600000"
  })
  void tilesSuitTheCaches(String profile, int pixels, int keptPixels, int tableBytes) throws IOException {
    TileSizes tiles = new TileSizes(pixels, keptPixels, tableBytes);
    assertThat(ProfileSettings.tiles(DeviceProfiles.find(profile))).isEqualTo(tiles);
    assertThat(SessionOptions.defaults().withProfile(DeviceProfiles.find(profile)).tileSizes()).isEqualTo(tiles);
  }

  @Test
  void aProfileMayAskForTilesItself(@TempDir Path folder) throws IOException {
    Path pi3 =
        Path.of("..", "device-profiles", "src", "main", "resources", "org", "ptilmpq", "profiles", "pi3.properties");
    String text = Files.readString(pi3) + "\ntile.pixels = 70\ntile.tables = 1000\n";
    DeviceProfile own = DeviceProfiles.find(Files.writeString(folder.resolve("own"), text).toString());
    assertThat(ProfileSettings.tiles(own)).isEqualTo(new TileSizes(70, 28, 1000));
  }

  /**
   * What the plan counts is what the kernels allocate: less with the tiles of a smaller cache, which only vector
   * kernels have.
   */
  @ParameterizedTest
  @CsvSource({"vector, true", "machine, false", "scalar, false"})
  void theMemoryPlanFollowsTheTiles(String kernels, boolean hasTiles) throws IOException {
    String before = System.setProperty(KernelProvider.KERNELS_PROPERTY, kernels);
    SessionOptions usual = SessionOptions.defaults().withThreads(1);
    Path demo = Path.of("..", "examples", "resnet20-cifar10.pq");
    try (Session large = Session.open(demo, usual);
        Session small = Session.open(demo, usual.withTileSizes(ProfileSettings.tiles(DeviceProfiles.find("pi3"))))) {
      assertThat(small.kernelChoice()).startsWith(kernels);
      long saved = large.memoryBudget().scratchPerThread() - small.memoryBudget().scratchPerThread();
      assertThat(saved > 0).isEqualTo(hasTiles);
      assertThat(large.memoryBudget().total() - small.memoryBudget().total()).isEqualTo(saved);
    } finally {
      if (before == null) {
        System.clearProperty(KernelProvider.KERNELS_PROPERTY);
      } else {
        System.setProperty(KernelProvider.KERNELS_PROPERTY, before);
      }
    }
  }

  @Test
  void withoutAProfileTilesAreTheUsualOnes() {
    assertThat(SessionOptions.defaults().tileSizes()).isEqualTo(TileSizes.STANDARD);
  }
}
