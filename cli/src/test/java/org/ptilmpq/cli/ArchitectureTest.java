package org.ptilmpq.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.io.File;
import java.io.InputStream;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Enforces which module may know which: cli and quantizer → runtime → format, kernels, profiles. The class path of this
 * module has all of them but bench and examples, which nothing may depend on: their absence ensures that.
 */
class ArchitectureTest {

  private static final List<String> MODULES = List.of("cli", "quantizer", "runtime", "format", "kernels", "profiles");

  private static JavaClasses classes;

  @BeforeAll
  static void importClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.ptilmpq");
  }

  /** Without classes, all rules would hold. */
  @ParameterizedTest
  @CsvSource({"cli", "quantizer", "runtime", "format", "kernels", "profiles"})
  void thereAreClassesToJudge(String module) {
    assertThat(classes.stream().filter(resideInAPackage("org.ptilmpq." + module + "..")).count())
        .as("classes of " + module)
        .isPositive();
  }

  @ParameterizedTest
  @CsvSource({
    "cli, cli quantizer runtime format kernels profiles",
    "quantizer, quantizer runtime format kernels profiles",
    "runtime, runtime format kernels profiles",
    "format, format",
    "kernels, kernels",
    "profiles, profiles"
  })
  void modulesKnowOnlyThoseBelowThem(String module, String known) {
    String[] forbidden =
        MODULES.stream()
            .filter(other -> !List.of(known.split(" ")).contains(other))
            .map(other -> "org.ptilmpq." + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("org.ptilmpq." + module + "..")
        .should()
        .dependOnClassesThat(resideInAnyPackage(forbidden))
        .allowEmptyShould(false)
        .check(classes);
  }

  @Test
  void noProductionCodeUsesTheTestkit() {
    noClasses()
        .that().resideOutsideOfPackage("org.ptilmpq.testkit..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.ptilmpq.testkit.."))
        .check(classes);
  }

  @Test
  void modulesHaveNoCycles() {
    slices().matching("org.ptilmpq.(*)..").should().beFreeOfCycles().check(classes);
  }

  /**
   * A module's root package is its face: it has the types that the parts share, and the one place that puts parts
   * together. The parts themselves, its sub-packages, form no cycles.
   */
  @Test
  void partsOfModulesHaveNoCycles() {
    slices().matching("org.ptilmpq.(*).(*)..").should().beFreeOfCycles().check(classes);
  }

  /** The quantizer's root package is its façade alone: it uses the parts, and no part uses it. */
  @Test
  void partsOfTheQuantizerDoNotKnowItsFace() {
    noClasses()
        .that().resideInAPackage("org.ptilmpq.quantizer.*..")
        .should().dependOnClassesThat(resideInAPackage("org.ptilmpq.quantizer"))
        .check(classes);
  }

  /** The program that {@code java -jar ptilmpq-run.jar} starts must not load what the other jar alone has. */
  @Test
  void theTwoProgramsDoNotKnowEachOther() {
    noClasses()
        .that().resideInAnyPackage("org.ptilmpq.cli.run..", "org.ptilmpq.cli", "org.ptilmpq.cli.process..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.ptilmpq.cli.quantize..", "org.ptilmpq.quantizer..", "me.tongfei.."))
        .check(classes);
    noClasses()
        .that().resideInAPackage("org.ptilmpq.cli.launch..")
        .should()
        .dependOnClassesThat(resideInAPackage("org.ptilmpq..").and(not(resideInAPackage("org.ptilmpq.cli.launch.."))))
        .check(classes);
  }

  @Test
  void onlyTheCommandLineKnowsItsLibraries() {
    noClassesOutside("cli")
        .should().dependOnClassesThat(resideInAnyPackage("picocli..", "me.tongfei.."))
        .check(classes);
  }

  /** Loading it also loads a native library, for which no other command should wait. */
  @Test
  void onlySerialLinesKnowJSerialComm() {
    noClasses()
        .that().resideOutsideOfPackage("org.ptilmpq.cli.run.serial..")
        .should().dependOnClassesThat(resideInAPackage("com.fazecast.."))
        .check(classes);
  }

  /** It may be missing at run time, and a start is too short to load it. */
  @Test
  void onlyTheAdapterForItKnowsJavaDesktop() {
    noClasses()
        .that().doNotHaveFullyQualifiedName("org.ptilmpq.runtime.image.AwtPictures")
        .should().dependOnClassesThat(resideInAnyPackage("java.awt..", "javax.imageio..", "javax.swing.."))
        .check(classes);
  }

  @Test
  void onlyTheFormatKnowsFlatBuffers() {
    noClassesOutside("format")
        .should().dependOnClassesThat(resideInAPackage("com.google.flatbuffers.."))
        .check(classes);
  }

  @Test
  void onlyTheQuantizerKnowsOnnx() {
    noClassesOutside("quantizer")
        .should().dependOnClassesThat(resideInAnyPackage("ai.onnx..", "com.google.protobuf..", "org.tribuo.."))
        .check(classes);
  }

  @Test
  void kernelsKnowNoFilesOrThreads() {
    noClasses()
        .that().resideInAPackage("org.ptilmpq.kernels..")
        .should().dependOnClassesThat(resideInAnyPackage("java.nio.file..", "java.util.concurrent..", "java.net.."))
        .orShould().dependOnClassesThat(isAnyOf(Thread.class, ThreadLocal.class, File.class, InputStream.class))
        .check(classes);
  }

  @Test
  void onlyKernelsAndQuantizerUseTheVectorApi() {
    noClasses()
        .that().resideOutsideOfPackages("org.ptilmpq.kernels..", "org.ptilmpq.quantizer..")
        .should().dependOnClassesThat(resideInAPackage("jdk.incubator.vector.."))
        .check(classes);
  }

  @Test
  void nobodyReachesIntoTheVirtualMachine() {
    noClasses()
        .should().dependOnClassesThat(resideInAnyPackage("sun..", "jdk.internal.."))
        .orShould().dependOnClassesThat(isAnyOf(ThreadLocal.class))
        .check(classes);
  }

  private static GivenClassesConjunction noClassesOutside(String module) {
    return noClasses().that().resideOutsideOfPackage("org.ptilmpq." + module + "..");
  }

  private static DescribedPredicate<JavaClass> isAnyOf(Class<?>... types) {
    return DescribedPredicate.describe(
        "are any of " + List.of(types), javaClass -> List.of(types).stream().anyMatch(javaClass::isEquivalentTo));
  }
}
