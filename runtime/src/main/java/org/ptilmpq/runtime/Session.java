package org.ptilmpq.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ptilmpq.format.PqModel;

/**
 * A model, ready to classify. {@link #open} plans the memory, holds it against the cap, and makes every kernel ready; a run
 * allocates nothing. A session is not thread-safe: one thread at a time may use it. Sessions are independent of each other.
 */
public final class Session implements AutoCloseable {

  private Session() {}

  /**
   * Opens a {@code .pq} file; its weights stay in the mapped file.
   *
   * @throws org.ptilmpq.format.PqFormatException when the file is not a valid model
   * @throws MemoryCapException when the model does not fit {@link SessionOptions#memoryCap}
   */
  public static Session open(Path file, SessionOptions options) throws IOException {
    throw new UnsupportedOperationException("arrives with PqFile");
  }

  /** Opens a model that is already in memory, whose weights the session uses where they are. */
  public static Session open(PqModel model, SessionOptions options) throws IOException {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** The model this session runs. */
  public PqModel model() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** Where every tensor lies. */
  public MemoryPlan memoryPlan() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** What the session needs, part by part. */
  public MemoryBudget memoryBudget() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** Which kernels run, and why these. */
  public String kernelChoice() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** Decodes, preprocesses and classifies the picture in a file: PNG or JPEG. */
  public Classification classify(Path picture) throws IOException {
    throw new UnsupportedOperationException("arrives with the picture decoder");
  }

  /** Decodes, preprocesses and classifies an encoded picture: PNG or JPEG. */
  public Classification classify(byte[] encodedPicture) throws IOException {
    throw new UnsupportedOperationException("arrives with the picture decoder");
  }

  /**
   * Fills the input: height × width × channels bytes in the input tensor's quantization. A run may overwrite its input,
   * so fill it before each run whose scores matter.
   */
  public void input(byte[] values) {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** Computes the scores of what is in the input. Allocates nothing. */
  public void run() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** The scores of the latest run, a copy. */
  public float[] logits() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** The scores of the latest run with their labels and probabilities. */
  public Classification classification() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** Each layer's cost, and its time when {@link SessionOptions#profiling} is on, in execution order. */
  public List<LayerProfile> profile() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** Forgets the times measured so far: after a warm-up. */
  public void resetProfile() {
    throw new UnsupportedOperationException("arrives soon");
  }

  /** Ends the worker threads and unmaps the file. */
  @Override
  public void close() {}
}
