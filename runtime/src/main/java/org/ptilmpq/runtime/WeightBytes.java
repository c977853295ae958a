package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Storage;
import org.ptilmpq.format.Weights;
import org.ptilmpq.kernels.LevelDecoder;

/**
 * The memory of a model's weights, in bytes; known before anything is decoded.
 *
 * @param file a packed file, mapped, or the packed weights themselves where there is no file
 * @param decoded the decoded weights of a compressed file
 * @param compressed a compressed file, mapped until it is decoded
 * @param heap on the Java heap while a layer is decoded
 * @param isDecodedThere whether every thread decodes layers on the heap; else one does
 * @param nativeScratch outside of the heap, for each layer while it is decoded, the largest first: threads decode
 *     different ones
 */
record WeightBytes(
    long file, long decoded, long compressed, long heap, boolean isDecodedThere, List<Long> nativeScratch) {

  /** Tables of a layer, and rows of a block. */
  private static final long DECODER = 256 * 1024;

  /** What a decoder remembers of the levels of a block per input: 64 numbers, and the array that holds them. */
  private static final long HISTORY_PER_INPUT = 64 * Integer.BYTES + 24;

  /** An array exists twice while it grows, and half of it may be unused. */
  private static final int GROWING = 4;

  /** @param decoder of the kernels, if they have one */
  static WeightBytes of(PqFile file, Optional<LevelDecoder> decoder) {
    if (file.storage() == Storage.PACKED) {
      return new WeightBytes(file.fileBytes(), 0, 0, 0, false, List.of());
    }
    long decoded = 0;
    long heap = 0;
    List<Long> outside = new ArrayList<>();
    List<Operation.Convolution> convolutions = file.outline().convolutions();
    List<PqFile.LayerBytes> layers = file.layerBytes();
    for (int i = 0; i < convolutions.size(); i++) {
      PqFile.LayerBytes bytes = layers.get(i);
      int inputs = convolutions.get(i).weights().inputs();
      decoded += bytes.codes() + bytes.tails();
      if (decoder.isPresent() && bytes.stream() > 0) {
        int inputChannels = inputs / convolutions.get(i).window().taps();
        outside.add(decoder.get().scratchBytes(inputs, inputChannels, bytes.stream(), bytes.tails()));
      } else {
        heap = Math.max(heap, heapBytes(inputs, bytes) + bytes.stream());
      }
    }
    outside.sort(Comparator.reverseOrder());
    return new WeightBytes(0, decoded, file.fileBytes(), DECODER + heap, decoder.isEmpty(), outside);
  }

  /** The levels and planes of one block, the tails of the layer, and the tails of a block as numbers. */
  private static long heapBytes(int inputs, PqFile.LayerBytes bytes) {
    long planes = (long) inputs * Byte.SIZE * Long.BYTES;
    return inputs * HISTORY_PER_INPUT + Math.min(planes, bytes.codes()) + 2 * GROWING * bytes.tails();
  }

  /** Returns the memory of a model whose weights are in packed form. */
  static WeightBytes of(PqModel model) {
    long bytes = 0;
    for (Operation.Convolution convolution : model.convolutions()) {
      Weights weights = convolution.weights();
      bytes += weights.codes().byteSize() + weights.tails().byteSize();
    }
    return new WeightBytes(bytes, 0, 0, 0, false, List.of());
  }

  /** Whether levels that are coded with tables are decoded outside of the heap. */
  boolean hasTables() {
    return !nativeScratch.isEmpty();
  }

  /** Bytes in memory before anything is decoded: every byte of a file was read for its checksums. */
  long resident() {
    return file + compressed;
  }

  /** Bytes taken while all layers are decoded. */
  long decodingOn(int threads) {
    return nativeDecodingOn(threads) + (isDecodedThere ? WorkerPool.atOnce(threads) : 1) * heap;
  }

  /** The part of {@link #decodingOn} that is outside of the Java heap. */
  long nativeDecodingOn(int threads) {
    long bytes = compressed;
    for (int i = 0; i < Math.min(WorkerPool.atOnce(threads), nativeScratch.size()); i++) {
      bytes += nativeScratch.get(i);
    }
    return bytes;
  }
}
