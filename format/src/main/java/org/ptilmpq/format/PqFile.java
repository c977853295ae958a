package org.ptilmpq.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * A verified {@code .pq} file, mapped into memory. The weights of its {@link #model()} are slices of the mapping:
 * they can be used until the file is closed, from any thread. Whoever replaces a file that is in use should rename a
 * new one over it, as {@link PqWriter} does; writing into it changes the weights under the reader, and shortening it
 * takes them away: {@link #requireUnchanged} tells.
 */
public final class PqFile implements AutoCloseable {

  /** Null where the file is in memory already. */
  private final MappedFile mapped;

  private final long fileBytes;
  private final PqVerifier.Verified verified;

  /** With all weights: what a packed file holds anyway, and a compressed one once it is decoded. */
  private PqModel decoded;

  /** Of decoded weights; null before they are decoded. */
  private Arena weights;

  /** Why decoding failed, if it was tried. */
  private PqFormatException fault;

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

  /** How the file holds its weights. */
  public Storage storage() {
    return verified.compressed() == null ? Storage.PACKED : Storage.COMPRESSED;
  }

  /**
   * What the file holds, as far as it is known without decoding: of a packed file everything; in a compressed one the
   * weights' codes and tails are empty segments, and everything else is there.
   */
  public PqModel outline() {
    return verified.model();
  }

  /**
   * Lengths that the weights of an operation of {@link #outline} have when they are decoded, before that is done; zeros
   * for one without weights.
   *
   * @param operation its index
   */
  public PackedBytes packedBytes(int operation) {
    if (verified.compressed() != null) {
      return verified.compressed().packedBytes(operation);
    }
    return outline().operations().get(operation) instanceof Operation.Convolution convolution
        ? PackedBytes.of(convolution.weights())
        : new PackedBytes(0, 0);
  }

  /** Bytes of the stream of an operation of a compressed file that a {@link TableDecoder} is asked for; else 0. */
  public long streamBytes(int operation) {
    return verified.compressed() == null ? 0 : verified.compressed().streamBytes(operation);
  }

  /**
   * What the file holds, with all weights in packed form: those of a compressed file are decoded by the first call,
   * into native memory that is freed with the file; of a packed one they are slices of the mapping.
   *
   * @param work runs one task a layer
   * @param decoder asked first for each layer that is coded with tables
   * @throws PqFormatException when a compressed layer is damaged
   */
  public synchronized PqModel decode(LayerWork work, TableDecoder decoder) throws PqFormatException {
    if (fault != null) {
      throw fault;
    }
    if (decoded == null) {
      try {
        PqModel model = verified.compressed().decode(work, decoder, weights());
        if (mapped != null) {
          mapped.requireUnchanged();
          // Nothing of it is needed any more, and it takes memory.
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

  /** Where decoded weights live: as long as this file is open, if it was mapped. */
  private Arena weights() {
    if (mapped == null) {
      return Arena.ofAuto();
    }
    weights = Arena.ofShared();
    return weights;
  }

  /**
   * The same, decoded on the calling thread where that hasn't been done.
   *
   * @throws PqFormatException when a compressed layer is damaged
   */
  public PqModel model() throws PqFormatException {
    return decode(LayerWork.SEQUENTIAL, TableDecoder.NONE);
  }

  /**
   * Ends the use of weights that are no longer what was verified; cheap enough to be asked before and after each use,
   * and without allocating. A compressed file's are decoded, and what becomes of it then doesn't matter.
   *
   * @throws PqFormatException when a packed file was written to or shortened after it was opened
   */
  public void requireUnchanged() throws PqFormatException {
    if (mapped != null && storage() == Storage.PACKED) {
      mapped.requireUnchanged();
    }
  }

  /**
   * Why a read of the mapping failed: somebody has shortened the file.
   *
   * @param fault what the virtual machine threw
   * @throws InternalError the same, where nothing is mapped or the file is as it was
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
   * of a compressed one only its frame; {@link #parts} tells more.
   */
  public int metadataBytes() {
    return verified.metadataBytes();
  }

  /** What the file's bytes go to. */
  public FileParts parts() {
    if (verified.compressed() != null) {
      return verified.compressed().parts();
    }
    long channels = 0;
    for (Operation operation : verified.model().operations()) {
      if (operation instanceof Operation.Convolution convolution) {
        Weights weights = convolution.weights();
        int orderBytes = weights.channels() <= ModelLimits.MAX_ORDER16 ? Short.BYTES : Integer.BYTES;
        channels += 2L * Float.BYTES * weights.channels() + (long) orderBytes * weights.channelOrder().length;
      }
    }
    long levels = verified.sections().stream().mapToLong(Section::length).sum();
    long graph = verified.metadataBytes() - channels;
    return new FileParts(graph, channels, levels, fileBytes - graph - channels - levels);
  }

  /** The weight sections, in the order of the file; of a compressed one all that lies behind its frame. */
  public List<Section> sections() {
    return verified.sections();
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
}
