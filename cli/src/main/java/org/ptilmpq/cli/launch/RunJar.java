package org.ptilmpq.cli.launch;

/** The entry point of {@code java -jar ptilmpq-run.jar} and of the {@code ptilmpq} script. */
public final class RunJar {

  private RunJar() {}

  public static void main(String[] arguments) throws Exception {
    RunNeeds needs = new RunNeeds(arguments);
    new Launcher(RunJar.class, "org.ptilmpq.cli.run.PlainCall", "run.jvm.options", needs).launch(arguments);
  }
}
