package org.ptilmpq.cli.launch;

/** The entry point of {@code java -jar ptilmpq-quantize.jar}. */
public final class QuantizeJar extends Launcher {

  private QuantizeJar() {
    super("org.ptilmpq.cli.quantize.Quantize", "quantize.jvm.options");
  }

  public static void main(String[] arguments) throws Exception {
    new QuantizeJar().launch(arguments);
  }

  @Override
  String unmet(boolean hasVectorApi) {
    return hasVectorApi ? null : "the quantizer computes with the Vector API";
  }
}
