package org.ptilmpq.cli.launch;

/** Where {@code java -jar ptilmpq-quantize.jar} begins. */
public final class QuantizeJar {

  private QuantizeJar() {}

  public static void main(String[] arguments) throws Exception {
    new Launcher("org.ptilmpq.cli.quantize.Quantize", "quantize.jvm.options").launch(arguments);
  }
}
