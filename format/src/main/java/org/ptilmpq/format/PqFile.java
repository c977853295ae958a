package org.ptilmpq.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A verified {@code .pq} file, mapped into memory. The weights of its {@link #model()} are slices of the mapping: they
 * can be used until the file is closed, from any thread. Whoever replaces a file that is in use should rename a new one
 * over it, as {@link PqWriter} does; writing into it changes the weights under the reader, and shortening it takes them
 * away; {@link #requireUnchanged} detects either.
 */
public final class PqFile implements AutoCloseable {

  /** Null where the file is in memory already. */
  private final MappedFile mapped;

  private final long fileBytes;
  private final PqVerifier.Verified verified;

  /** The model with all weights: of a packed file from the start, of a compressed one once it is decoded. */
  private PqModel decoded;

  /** The arena of decoded weights; null before they are decoded. */
  private Arena weights;

  /** Why decoding failed, if it was tried. */
  private PqFormatException fault;

  /**
   * Lengths that the weights of a layer of a compressed file will have once they are decoded, and of what they are
   * decoded from.
   *
   * @param codes of the bit planes, {@link Weights#codes}
   * @param tails of {@link Weights#tails}; 0 when there are none
   * @param stream of the layer's own, which a {@link CodedLayer.Decoder} gets; 0 where it isn't coded with tables
   */
  public record LayerBytes(long codes, long tails, long stream) {}

  /**
   * The bytes of a file by what they hold; they add up to its length.
   *
   * @param graph tensors, operations, groups, labels, texts
   * @param channels scales, biases and order of the channels, and of a compressed file the tables
   * @param levels the codes of the weights, tails included
   * @param frame lengths, checksums, alignment
   */
  public record Parts(long graph, long channels, long levels, long frame) {}

  private PqFile(MappedFile mapped, MemorySegment file) throws PqFormatException {
    this.mapped = mapped;
    this.fileBytes = file.byteSize();
    this.verified = PqVerifier.verify(file);
    this.decoded = verified.compressed() == null ? verified.model() : null;
  }

  /**
   * Maps and verifies a file.
   *
   * @throws PqFormatException when it is not a valid {@code .pq} file: the message names the field and offset
   * @throws IOException when it can't be read
   */
  public static PqFile open(Path path) throws IOException {
    MappedFile mapped = new MappedFile(path);
    try {
      return new PqFile(mapped, mapped.bytes());
    } catch (InternalError e) {
      mapped.close();
      throw mapped.lost(e);
    } catch (PqFormatException | RuntimeException | Error e) {
      mapped.close();
      throw e;
    }
  }

  /**
   * Verifies a file that is in memory already.
   *
   * @param file a native segment or one over a byte array; it must not change while the result is used
   */
  public static PqFile of(MemorySegment file) throws PqFormatException {
    return new PqFile(null, file);
  }

  /** Verifies a file that is in memory already; its bytes must not change while the result is used. */
  public static PqFile of(byte[] file) throws PqFormatException {
    return of(MemorySegment.ofArray(file));
  }

  /** The form in which the file holds its weights. */
  public Storage storage() {
    return verified.compressed() == null ? Storage.PACKED : Storage.COMPRESSED;
  }

  /**
   * The model as far as it is known without decoding: all of a packed file; of a compressed one all but the weights'
   * codes and tails, which are empty segments.
   */
  public PqModel outline() {
    return verified.model();
  }

  /** What decoding a compressed file takes: for each of {@link PqModel#convolutions}; empty for a packed file. */
  public List<LayerBytes> layerBytes() {
    return verified.compressed() == null ? List.of() : verified.compressed().layerBytes();
  }

  /**
   * The model with all weights in packed form: those of a compressed file are decoded by the first call, into native
   * memory that is freed with the file; those of a packed one are slices of the mapping.
   *
   * @param work runs one task per layer
   * @param decoder tried first for each layer that is coded with tables
   * @throws PqFormatException when a compressed layer is damaged
   */
  public synchronized PqModel decode(LayerWork work, CodedLayer.Decoder decoder) throws PqFormatException {
    if (fault != null) {
      throw fault;
    }
    if (decoded == null) {
      try {
        PqModel model = verified.compressed().decode(work, decoder, weights());
        if (mapped != null) {
          mapped.requireUnchanged();
          // It is no longer needed, and takes memory.
          mapped.close();
        }
        decoded = model;
      } catch (PqFormatException e) {
        fault = e;
        throw e;
      } catch (InternalError e) {
        fault = lost(e);
        throw fault;
      }
    }
    return decoded;
  }

  /** The arena of decoded weights: as long-lived as this file, if it was mapped. */
  private Arena weights() {
    if (mapped == null) {
      return Arena.ofAuto();
    }
    weights = Arena.ofShared();
    return weights;
  }

  /**
   * The model with all weights, decoded on the calling thread where that hasn't been done.
   *
   * @throws PqFormatException when a compressed layer is damaged
   */
  public PqModel model() throws PqFormatException {
    return decode(LayerWork.SEQUENTIAL, CodedLayer.Decoder.NONE);
  }

  /**
   * Fails if the weights are no longer those that were verified; cheap enough to call before and after each use, and
   * allocates nothing. Those of a compressed file are decoded: what becomes of the file then doesn't matter.
   *
   * @throws PqFormatException when a packed file was written to or shortened after it was opened
   */
  public void requireUnchanged() throws PqFormatException {
    if (mapped != null && storage() == Storage.PACKED) {
      mapped.requireUnchanged();
    }
  }

  /**
   * Explains a failed read of the mapping: somebody has shortened the file.
   *
   * @param fault what the virtual machine threw
   * @throws InternalError the fault itself, where nothing is mapped or the file is as it was
   */
  public PqFormatException lost(InternalError fault) {
    if (mapped == null) {
      throw fault;
    }
    return mapped.lost(fault);
  }

  /** Length of the file. */
  public long fileBytes() {
    return fileBytes;
  }

  /**
   * Length of the metadata that the file begins with: of a packed file everything that is not weight codes or padding,
   * of a compressed one only its frame; {@link #parts} says more.
   */
  public int metadataBytes() {
    return verified.metadataBytes();
  }

  /** The bytes of the file by what they hold. */
  public Parts parts() {
    if (verified.compressed() != null) {
      return verified.compressed().parts();
    }
    long channels = 0;
    for (Operation.Convolution convolution : verified.model().convolutions()) {
      Weights weights = convolution.weights();
      channels += 2L * Float.BYTES * weights.channels() + weights.orderBytes();
    }
    long levels = verified.sections().stream().mapToLong(FileLayout.Section::length).sum();
    long graph = verified.metadataBytes() - channels;
    return new Parts(graph, channels, levels, fileBytes - graph - channels - levels);
  }

  /** Ends the mapping; the model's weights can't be used any more. Closing twice does nothing. */
  @Override
  public synchronized void close() {
    if (mapped != null) {
      mapped.close();
    }
    if (weights != null && weights.scope().isAlive()) {
      weights.close();
    }
  }

  /** Runs the tasks of decoding, which don't depend on each other: one after the other, or on several threads. */
  @FunctionalInterface
  public interface LayerWork {

    /** All tasks on the calling thread. */
    LayerWork SEQUENTIAL =
        (count, task) -> {
          for (int i = 0; i < count; i++) {
            task.accept(i);
          }
        };

    /**
     * Runs {@code task} once for each number from 0 to {@code count} − 1, in any order, and returns when all are done
     * and what they wrote can be seen by the calling thread.
     */
    void run(int count, IntConsumer task);
  }
}
