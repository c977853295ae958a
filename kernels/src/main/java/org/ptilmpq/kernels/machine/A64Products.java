package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;
import org.ptilmpq.kernels.machine.code.A64Assembler;

/** The common part of the products of AArch64: a register for each pixel's inputs, and how levels are unpacked. */
abstract class A64Products extends ProductCode {

  final NeonEmitter emitter = new NeonEmitter();
  final A64Assembler a = emitter.assembler;

  /** Where each pixel's inputs are. */
  final int[] inputs;

  /** @param inputs registers for the pixels of a tile, the first one {@link Segments#INPUT} */
  A64Products(int... inputs) {
    this.inputs = inputs;
  }

  @Override
  final NeonEmitter emitter() {
    return emitter;
  }

  @Override
  final int mostPixels() {
    return inputs.length;
  }

  @Override
  final int spare() {
    return inputs.length * NeonEmitter.COLUMN;
  }

  /** Emits the code that finds the inputs of all pixels but the first one. */
  final void emitPlaces(int[] pixels) {
    for (int p = 1; p < pixels.length; p++) {
      a.addImmediate(inputs[p], Segments.INPUT, pixels[p]);
    }
  }

  // ---- levels

  @Override
  final int unpackingKind(PackedWeights.Block block) {
    return 0;
  }

  @Override
  final void emitUnpacking(int kind) {
    new NeonUnpacking(emitter, stepInputs(), this::writeStep).emit();
  }

  /** Emits the code that writes the rows of a step to the panel ({@link NeonUnpacking.StepWriter}). */
  abstract void writeStep();

  @Override
  final byte[] own(PackedWeights.Block block) {
    return NeonUnpacking.own();
  }
}
