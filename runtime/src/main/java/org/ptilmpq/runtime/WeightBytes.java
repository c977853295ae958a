package org.ptilmpq.runtime;

import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;

/**
 * Where a model's weights take memory, in bytes; known before anything is decoded.
 *
 * @param file mapped, or the packed weights themselves where there is no file
 * @param decoded beside it
 */
record WeightBytes(long file, long decoded) {

  static WeightBytes of(PqFile file) {
    long decoded = 0;
    if (file.storage() == Storage.COMPRESSED) {
      for (int i = 0; i < file.outline().operations().size(); i++) {
        decoded += file.packedBytes(i).total();
      }
    }
    return new WeightBytes(file.fileBytes(), decoded);
  }

  /** Of a model whose weights are in packed form. */
  static WeightBytes of(PqModel model) {
    long bytes = 0;
    for (Operation operation : model.operations()) {
      if (operation instanceof Operation.Convolution convolution) {
        Weights weights = convolution.weights();
        bytes += weights.codes().byteSize() + weights.tails().byteSize();
      }
    }
    return new WeightBytes(bytes, 0);
  }
}
