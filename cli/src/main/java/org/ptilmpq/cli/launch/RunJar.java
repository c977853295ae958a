package org.ptilmpq.cli.launch;

/** Where {@code java -jar ptilmpq-run.jar} begins. */
public final class RunJar {

  private RunJar() {}

  public static void main(String[] arguments) throws Exception {
    new Launcher("org.ptilmpq.cli.run.Run", "run.jvm.options").launch(arguments);
  }
}
