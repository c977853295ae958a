package org.ptilmpq.quantizer;

/**
 * Told how long work comes along. Called from the thread that started the work, in order: a stage, its steps, the next
 * stage. What an implementation throws ends the work; nothing is left behind then.
 */
public interface Progress {

  /** Takes no notice. */
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

  /** One sentence that people should read, "3 of 256 pictures can't be read" say. */
  void note(String message);
}
