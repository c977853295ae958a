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

  private PqFile(Arena arena, MemorySegment file) throws PqFormatException {
    this.arena = arena;
    this.fileBytes = file.byteSize();
    this.verified = PqVerifier.verify(file);
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
    return Storage.PACKED;
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
    return verified.model();
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

  /** Length of everything that is not weight codes or padding: graph, scales, biases, labels, texts. */
  public int metadataBytes() {
    return verified.metadataBytes();
  }

  /** The weight sections, in the order of the file. */
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
