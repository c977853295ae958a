package org.ptilmpq.cli.launch;

import java.util.Collections;
import java.util.List;

/** The entry point of {@code java -jar ptilmpq-quantize.jar}. */
public final class QuantizeJar {

  private QuantizeJar() {}

  public static void main(String[] arguments) throws Exception {
    Launcher.Needs vectorApi =
        new Launcher.Needs() {
          @Override
          public String unmet(boolean hasVectorApi) {
            return hasVectorApi ? null : "the quantizer computes with the Vector API";
          }

          @Override
          public List<String> options() {
            return Collections.emptyList();
          }
        };
    String program = "org.ptilmpq.cli.quantize.Quantize";
    new Launcher(QuantizeJar.class, program, "quantize.jvm.options", vectorApi).launch(arguments);
  }
}
