package org.ptilmpq.format;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A verified {@code .pq} file, mapped into memory. The weights of its {@link #model()} are slices of the mapping:
 * they can be used until the file is closed, from any thread. Whoever replaces a file that is in use should rename a
 * new one over it, as {@link PqWriter} does; shortening it in place takes the weights away under the reader.
 */
public final class PqFile implements AutoCloseable {

  private final Arena arena;
  private final long fileBytes;
  private final PqVerifier.Verified verified;

  /** With all weights: what a packed file holds anyway, and a compressed one once it is decoded. */
  private PqModel decoded;

  /** Why decoding failed, if it was tried. */
  private PqFormatException fault;

  private PqFile(Arena arena, MemorySegment file) throws PqFormatException {
    this.arena = arena;
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
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new PqFile(arena, file);
    } catch (Throwable e) {
      arena.close();
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

  /**
   * What the file holds, with all weights in packed form: those of a compressed file are decoded by the first call,
   * into native memory that is freed with the file; of a packed one they are slices of the mapping.
   *
   * @param work runs one task a layer
   * @throws PqFormatException when a compressed layer is damaged
   */
  public synchronized PqModel decode(LayerWork work) throws PqFormatException {
    if (fault != null) {
      throw fault;
    }
    if (decoded == null) {
      try {
        decoded = verified.compressed().decode(work, arena == null ? Arena.ofAuto() : arena);
      } catch (PqFormatException e) {
        fault = e;
        throw e;
      }
    }
    return decoded;
  }

  /**
   * The same, decoded on the calling thread where that hasn't been done.
   *
   * @throws PqFormatException when a compressed layer is damaged
   */
  public PqModel model() throws PqFormatException {
    return decode(LayerWork.SEQUENTIAL);
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
  public void close() {
    if (arena != null && arena.scope().isAlive()) {
      arena.close();
    }
  }
}
