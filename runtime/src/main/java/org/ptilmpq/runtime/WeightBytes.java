package org.ptilmpq.runtime;

import java.util.Optional;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PackedBytes;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.kernels.LevelDecoder;

/**
 * Where a model's weights take memory, in bytes; known before anything is decoded.
 *
 * @param file mapped, or the packed weights themselves where there is no file
 * @param decoded beside it
 * @param decoding on the Java heap while layers are decoded, by any number of threads: the compressed bytes
 * @param decodingPerThread on the Java heap while a thread decodes a layer
 */
record WeightBytes(long file, long decoded, long decoding, long decodingPerThread) {

  /** Tables of a layer, and rows of a block. */
  private static final long DECODER = 256 * 1024;

  /** What a decoder remembers of the levels of a block at an input: 64 numbers, and the array that they are in. */
  private static final long HISTORY_PER_INPUT = 64 * Integer.BYTES + 24;

  /** An array that grows is there twice while it does, and half of it may be unused. */
  private static final int GROWING = 4;

  static WeightBytes of(PqFile file, Optional<LevelDecoder> decoder) {
    if (file.storage() == Storage.PACKED) {
      return new WeightBytes(file.fileBytes(), 0, 0, 0);
    }
    long decoded = 0;
    long largest = 0;
    for (int i = 0; i < file.outline().operations().size(); i++) {
      if (file.outline().operations().get(i) instanceof Operation.Convolution convolution) {
        PackedBytes bytes = file.packedBytes(i);
        decoded += bytes.total();
        // The levels and planes of one block, the tails of the layer, and the tails of a block as numbers.
        long history = convolution.weights().inputs() * HISTORY_PER_INPUT;
        long planes = (long) convolution.weights().inputs() * Byte.SIZE * Long.BYTES;
        largest = Math.max(largest, history + Math.min(planes, bytes.codes()) + 2 * GROWING * bytes.tails());
      }
    }
    return new WeightBytes(file.fileBytes(), decoded, file.fileBytes(), DECODER + largest);
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
    return new WeightBytes(bytes, 0, 0, 0);
  }

  /** On the Java heap while all layers are decoded. */
  long decodingOn(int threads) {
    return decoding + threads * decodingPerThread;
  }
}
