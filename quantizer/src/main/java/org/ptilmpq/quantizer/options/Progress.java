package org.ptilmpq.quantizer.options;

/**
 * Receives the progress of long work. Called from the thread that started the work, in order: a stage, its steps, the
 * next stage. An exception from an implementation ends the work, which then leaves nothing behind.
 */
public interface Progress {

  /** Ignores all progress. */
  Progress NONE =
      new Progress() {
        @Override
        public void stage(String name, int steps) {}

        @Override
        public void step() {}

        @Override
        public void note(String message) {}
      };

  /** A new stage of the work begins, which ends the one before. */
  void stage(String name, int steps);

  /** One of the stage's steps is done. */
  void step();

  /** One sentence for the user to read, such as "3 of 256 pictures can't be read". */
  void note(String message);
}
