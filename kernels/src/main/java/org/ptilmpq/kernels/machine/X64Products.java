package org.ptilmpq.kernels.machine;

import org.ptilmpq.kernels.PackedWeights;

/**
 * The common part of the products of x86-64: steps of four inputs, to which 128 is added, and how levels are unpacked.
 */
abstract class X64Products extends ProductCode {

  final X64Emitter emitter;
  private final X64Unpacking unpacking;

  X64Products(X64Emitter emitter, X64Unpacking unpacking) {
    this.emitter = emitter;
    this.unpacking = unpacking;
  }

  @Override
  final X64Emitter emitter() {
    return emitter;
  }

  @Override
  final int stepInputs() {
    return 4;
  }

  @Override
  final boolean flipsSigns() {
    return true;
  }

  @Override
  final int unpackingKind(PackedWeights.Block block) {
    return unpacking.kind(block);
  }

  @Override
  final void emitUnpacking(int kind) {
    unpacking.emit(emitter, kind);
  }

  @Override
  final byte[] own(PackedWeights.Block block) {
    return unpacking.own(block);
  }
}
