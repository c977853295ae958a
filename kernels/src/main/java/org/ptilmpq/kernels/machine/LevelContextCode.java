package org.ptilmpq.kernels.machine;

import static org.ptilmpq.kernels.machine.LevelFrame.CHANNELS;
import static org.ptilmpq.kernels.machine.LevelFrame.CONTEXTS;
import static org.ptilmpq.kernels.machine.LevelFrame.FLIPS;
import static org.ptilmpq.kernels.machine.LevelFrame.LOGS;
import static org.ptilmpq.kernels.machine.LevelFrame.MEANS;
import static org.ptilmpq.kernels.machine.LevelFrame.REGISTER;

import org.ptilmpq.kernels.machine.code.Label;

/**
 * Writes the code for what is expected of the levels at an input, which chooses their tables. docs/format.md, "What is
 * expected", has the arithmetic. A logarithm in eighths is the beginning of a float's bits: 8 · exponent and the three
 * bits after the leading one. Vectors 6 to 13 are constants of a loop.
 */
final class LevelContextCode {

  /** Bits of a float below the three that a logarithm in eighths counts. */
  private static final int FLOAT_SHIFT = 20;

  private static final int SIGN = 31;

  private final LevelEmitter e;
  private final Emitter g;

  LevelContextCode(LevelEmitter emitter) {
    e = emitter;
    g = emitter.general();
  }

  /** Computes the logarithm of the mean magnitude at this input in vector 11. */
  private void inputLogarithm() {
    g.load(0, REGISTER, LevelFrame.INPUT_MEAN);
    e.broadcast(11, 0, 0);
    constant(0, LevelFrame.FOUR);
    constant(13, LevelFrame.EXPONENT);
    e.add(11, 11, 0);
    logarithm(11);
  }

  /** Changes numbers from 1 to 2^24 − 1 into their logarithms; vector 13 is the exponent of 1. */
  void logarithm(int vector) {
    e.toFloats(vector, vector);
    e.shiftRight(vector, vector, FLOAT_SHIFT);
    e.subtract(vector, vector, 13);
  }

  /** Loads a number of the frame into all lanes. */
  void constant(int vector, int displacement) {
    e.broadcast(vector, REGISTER, displacement);
  }

  /** Emits what is expected where only the means of channel and input are known. */
  void emitAlone() {
    inputLogarithm();
    classifyConstants();
    Label loop = beginLoop();
    e.load(0, 4, LOGS);
    e.add(0, 0, 11);
    e.subtract(4, 12, 0);
    classify();
    endLoop(loop);
  }

  private void classifyConstants() {
    constant(8, LevelFrame.EIGHT);
    constant(9, LevelFrame.OCTAVE_BASE);
    constant(10, LevelFrame.SEVEN);
    e.clear(12);
  }

  /** Turns the expected logarithm in vector 0, and the prediction's excess over it in vector 4, into contexts. */
  private void classify() {
    e.shiftRight(0, 0, 3);
    e.subtract(0, 0, 9);
    e.max(0, 0, 12);
    e.min(0, 0, 10);
    e.shiftRight(4, 4, 3);
    e.add(4, 4, 8);
    e.max(4, 4, 12);
    e.min(4, 4, 10);
    e.shiftLeft(0, 0, 3);
    e.add(0, 0, 4);
    // As an offset among addresses.
    e.shiftLeft(0, 0, 3);
    e.store(0, 4, CONTEXTS);
  }

  /** Emits what is expected where the levels at neighbouring taps are known. */
  void emitWithTaps() {
    inputLogarithm();
    constant(0, LevelFrame.TO_EIGHTHS);
    e.add(11, 11, 0);
    classifyConstants();
    constant(6, LevelFrame.ONE);
    constant(7, LevelFrame.MAX_INDEX);
    int[] taps = {LevelFrame.LEFT, LevelFrame.ABOVE, LevelFrame.ABOVE_LEFT, LevelFrame.ABOVE_RIGHT};
    for (int tap = 0; tap < taps.length; tap++) {
      g.load(tap, REGISTER, taps[tap]);
    }
    Label loop = beginLoop();
    for (int tap = 0; tap < taps.length; tap++) {
      e.loadBytes(tap, tap, 0);
      g.addImmediate(tap, LevelEmitter.LANES);
    }
    predict();
    magnitude();
    e.shiftRight(5, 0, 1);
    e.subtract(4, 4, 5);
    e.add(0, 5, 12);
    classify();
    endLoop(loop);
    for (int tap : taps) {
      advance(tap, CHANNELS);
    }
  }

  /**
   * Computes the prediction's logarithm in vector 4, from left, above, above left and above right in vectors 0 to 3.
   */
  private void predict() {
    e.add(4, 0, 1);
    e.shiftLeft(4, 4, 2);
    e.shiftLeft(5, 2, 1);
    e.subtract(4, 4, 5);
    e.add(4, 4, 3);
    e.shiftRight(5, 4, SIGN);
    e.store(5, 4, FLIPS);
    e.abs(4, 4);
    e.shiftLeft(4, 4, 1);
    e.or(4, 4, 6);
    logarithm(4);
  }

  /** Adds up the logarithms of the channel, the input and the neighbouring taps in vector 0. */
  private void magnitude() {
    for (int tap = 0; tap < 4; tap++) {
      e.abs(tap, tap);
    }
    e.add(2, 2, 3);
    int[] weights = {LevelFrame.LEFT_WEIGHT, LevelFrame.ABOVE_WEIGHT, LevelFrame.CORNER_WEIGHT};
    for (int i = 0; i < weights.length; i++) {
      constant(5, weights[i]);
      e.multiply(i, i, 5);
    }
    e.add(0, 0, 1);
    e.add(0, 0, 2);
    e.load(5, 4, MEANS);
    e.shiftRight(5, 5, 1);
    e.add(0, 0, 5);
    e.add(0, 0, 8);
    e.shiftRight(0, 0, 3);
    e.min(0, 0, 7);
    e.max(0, 0, 6);
    logarithm(0);
    e.load(5, 4, LOGS);
    e.add(0, 0, 5);
    e.add(0, 0, 11);
  }

  /** Begins a loop over all channels, eight at a time: register 4 moves over numbers, register 6 counts. */
  Label beginLoop() {
    Label loop = new Label();
    g.move(4, REGISTER);
    g.moveImmediate(6, CHANNELS / LevelEmitter.LANES);
    g.bind(loop);
    return loop;
  }

  void endLoop(Label loop) {
    g.addImmediate(4, LevelEmitter.LANES * Integer.BYTES);
    g.countDown(6, loop);
  }

  /** Adds to a number of the frame, which is then in register 0. */
  void advance(int slot, int value) {
    g.load(0, REGISTER, slot);
    g.addImmediate(0, value);
    g.store(0, REGISTER, slot);
  }
}
