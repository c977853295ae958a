package org.ptilmpq.cli.quantize;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.ptilmpq.cli.process.StandardError;
import org.ptilmpq.quantizer.Progress;

/** Shows progress on stderr: a bar a stage where someone watches, a line a stage where it goes to a file. */
final class ConsoleProgress implements Progress, AutoCloseable {

  private final boolean watched = StandardError.isTerminal();
  private ProgressBar bar;

  @Override
  public void stage(String name, int steps) {
    close();
    if (watched) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(steps)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .setConsumer(new ConsoleProgressBarConsumer(System.err))
              .build();
    } else {
      System.err.println(name + " (" + steps + " steps)");
    }
  }

  @Override
  public void step() {
    if (bar != null) {
      bar.step();
    }
  }

  @Override
  public void note(String message) {
    System.err.println((bar == null ? "" : System.lineSeparator()) + message);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
