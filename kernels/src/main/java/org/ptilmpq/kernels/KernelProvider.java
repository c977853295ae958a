package org.ptilmpq.kernels;

import java.util.List;
import org.ptilmpq.kernels.KernelSet.Choice;
import org.ptilmpq.kernels.machine.MachineKernels;
import org.ptilmpq.kernels.scalar.ScalarKernels;
import org.ptilmpq.kernels.vector.Lanes;
import org.ptilmpq.kernels.vector.VectorKernels;
import org.ptilmpq.kernels.vector.VectorKernels.Products;

/** The one place that chooses a kernel set, and says why. */
public final class KernelProvider {

  /**
   * {@code -Dptilmpq.kernels=machine|vector|scalar} requests one set. Without it, and where machine code can't run, the
   * best available set is used.
   */
  public static final String KERNELS_PROPERTY = "ptilmpq.kernels";

  /** {@code -Dptilmpq.machine=NAME} requests an instruction set of machine code other than the best one: "avx2". */
  public static final String MACHINE_PROPERTY = MachineKernels.PROPERTY;

  /** {@code -Dptilmpq.vector.bits=128|256|512} requests vectors narrower than the machine's own. */
  public static final String VECTOR_BITS_PROPERTY = Lanes.PROPERTY;

  /**
   * {@code -Dptilmpq.products=fp32|look-up} says how the vector kernels compute convolutions: by multiplying, the
   * default, or by looking up wherever a layer can be looked up. The sums are the same.
   */
  public static final String PRODUCTS_PROPERTY = "ptilmpq.products";

  private static final String MODULE = "jdk.incubator.vector";

  private KernelProvider() {}

  /**
   * The best set for this virtual machine and its system properties.
   *
   * @throws IllegalArgumentException when a property has an invalid value
   */
  public static Choice choose() {
    return choose(TileSizes.STANDARD);
  }

  /**
   * The best set, with tiles that suit the machine's caches; the scalar kernels have no tiles.
   *
   * @throws IllegalArgumentException when a property has an invalid value
   */
  public static Choice choose(TileSizes tiles) {
    property(VECTOR_BITS_PROPERTY, List.of("128", "256", "512"));
    String products = property(PRODUCTS_PROPERTY, List.of("fp32", "look-up"));
    Choice choice = withoutVectorApi();
    return choice.kernels() == null ? portable(products, tiles, choice.reason() + "; ") : choice;
  }

  /**
   * Why {@link #choose} would take kernels of the Vector API, whose module a virtual machine must be started with; null
   * if it wouldn't.
   *
   * @throws IllegalArgumentException when {@link #KERNELS_PROPERTY} has an invalid value
   */
  public static String whyVectorApi() {
    Choice choice = withoutVectorApi();
    if (choice.kernels() == null) {
      return choice.reason();
    }
    choice.kernels().close();
    return null;
  }

  /** The choice as far as it can be made without the Vector API: no kernels, and the reason, where that is wanted. */
  private static Choice withoutVectorApi() {
    String kernels = property(KERNELS_PROPERTY, List.of("machine", "vector", "scalar"));
    if ("scalar".equals(kernels)) {
      return new Choice(new ScalarKernels(), "-D" + KERNELS_PROPERTY + "=scalar asks for them");
    }
    if ("vector".equals(kernels)) {
      return new Choice(null, "-D" + KERNELS_PROPERTY + "=vector asks for the Vector API");
    }
    Choice machine = MachineKernels.choose();
    return machine.kernels() == null
        ? new Choice(null, "there is no machine code, since " + machine.reason())
        : machine;
  }

  /**
   * Machine code in each instruction set of this machine, the best one first, to compare them. The caller closes them.
   */
  public static List<KernelSet> machineCode() {
    return List.copyOf(MachineKernels.ofThisMachine());
  }

  /** Bits of a vector in kernels of the Vector API, whose module must be there. */
  public static int vectorBits() {
    return Lanes.bits();
  }

  /** @param why the reason for not using machine code */
  private static Choice portable(String products, TileSizes tiles, String why) {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      String reason = why + "the Vector API is not loaded; start Java with --add-modules " + MODULE;
      return new Choice(new ScalarKernels(), reason);
    }
    Products product = "look-up".equals(products) ? Products.LOOK_UP : Products.FP32;
    return new Choice(new VectorKernels(product, tiles), why + Lanes.reason());
  }

  /** The value of a property; null where it isn't set. */
  private static String property(String name, List<String> allowed) {
    String value = System.getProperty(name);
    if (value != null && !allowed.contains(value)) {
      String others = String.join(", ", allowed.subList(0, allowed.size() - 1));
      throw new IllegalArgumentException(
          "-D" + name + " is '" + value + "'; it can be " + others + " or " + allowed.getLast());
    }
    return value;
  }
}
