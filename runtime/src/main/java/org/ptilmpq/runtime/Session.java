package org.ptilmpq.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.PqVerifier;
import org.ptilmpq.kernels.KernelSpec;
import org.ptilmpq.runtime.image.Picture;
import org.ptilmpq.runtime.image.PictureException;

/**
 * A model, ready to classify. Opening one plans the memory, checks it against the cap, and makes every kernel ready; a
 * run allocates nothing.
 *
 * <p>One thread at a time may use a session: every method that fills its input, computes or reads scores throws an
 * {@link IllegalStateException} while another thread is using it. Programs with several threads open one {@link
 * PqFile}, and on it a session for each thread, which shares nothing with the others but the weights; they close the
 * file after the last session. Each session has {@link SessionOptions#withThreads} threads of its own, and its memory
 * cap counts none of the others: {@link SessionOptions#withReserved} makes room for them.
 *
 * <p>The weights of a packed file are used where they are. When it is written to or shortened in place, every method
 * that computes throws an {@link UncheckedIOException} around a {@link PqFormatException}, and gives no scores; one
 * that is renamed over it does no harm.
 */
public final class Session implements AutoCloseable {

  private final ModelSource source;
  private final SessionPlan plan;
  private final PqModel model;
  private final InputInfo inputInfo;
  private final ExecutionPlan steps;
  private final ExecutionPlan.Profiler profiler;
  private final boolean profiling;
  private final ExecutionPlan.Step.Workspace workspace;

  /** The scores of the latest run: tensors may be native memory, and are gone when the session is closed. */
  private final float[] scores;

  private final ExclusiveUse use = new ExclusiveUse();

  /** Makes all that is large or slow: threads, weights, kernels and the memory that they compute in. */
  private Session(ModelSource source, SessionPlan plan, boolean profiling) throws PqFormatException {
    this.source = source;
    this.plan = plan;
    this.profiling = profiling;
    WorkerPool pool = new WorkerPool(plan.threads(), plan.kernelMemory().scratch());
    try {
      model = source.decode(plan.kernels(), pool);
      List<KernelSpec> specs = Lowering.lower(model, plan.memoryPlan());
      steps = ExecutionPlan.prepare(model, specs, plan.kernels(), plan.threads(), pool);
    } catch (PqFormatException | RuntimeException | Error e) {
      pool.close();
      if (e instanceof InternalError fault) {
        throw source.lost(fault);
      }
      throw e;
    }
    try {
      inputInfo = InputInfo.of(model.inputTensor());
      profiler = new ExecutionPlan.Profiler(steps.size());
      scores = new float[model.outputTensor().channels()];
      int arenaBytes = Math.toIntExact(plan.memoryPlan().arenaBytes());
      workspace = ExecutionPlan.Step.Workspace.allocate(arenaBytes, scores.length, plan.kernelMemory(), pool);
    } catch (RuntimeException | Error e) {
      pool.close();
      steps.close();
      throw e;
    }
  }

  /** The model with the preprocessing that the options want in place of its own. */
  private static PqModel prepared(PqModel model, SessionOptions options) {
    if (options.preprocessing().isEmpty()) {
      return model;
    }
    try {
      PqVerifier.verify(options.preprocessing().get(), model.inputTensor());
    } catch (PqFormatException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return model.with(options.preprocessing().get());
  }

  /** Plans a session, and makes ready what was planned. */
  private static Session open(ModelSource source, SessionOptions options)
      throws PqFormatException, MemoryCapException {
    SessionPlan plan = SessionPlan.of(source, options);
    try {
      return new Session(source, plan, options.profiling());
    } catch (PqFormatException | RuntimeException | Error e) {
      plan.close();
      throw e;
    }
  }

  /**
   * Opens a {@code .pq} file with {@link SessionOptions#defaults}.
   *
   * @throws PqFormatException when the file is not a valid model
   * @throws MemoryCapException when the model does not fit the Java heap
   * @throws IOException when the file can't be read
   */
  public static Session open(Path path) throws IOException {
    return open(path, SessionOptions.defaults());
  }

  /**
   * Opens a {@code .pq} file. The weights of a packed one stay in the mapped file; those of a compressed one are
   * decoded by all threads into native memory, after the memory cap was checked.
   *
   * @throws PqFormatException when the file is not a valid model
   * @throws MemoryCapException when the model does not fit {@link SessionOptions#memoryCap}, or the Java heap
   * @throws IOException when the file can't be read
   */
  public static Session open(Path path, SessionOptions options) throws IOException {
    PqFile file = PqFile.open(path);
    try {
      return open(new ModelSource(prepared(file.outline(), options), file, true), options);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  /**
   * Opens a file that is mapped or in memory already. The caller closes it, after the session.
   *
   * @throws PqFormatException when a compressed layer is damaged, or a sum of a layer could leave 32 bits
   * @throws MemoryCapException when the model does not fit {@link SessionOptions#memoryCap}, or the Java heap
   */
  public static Session open(PqFile file, SessionOptions options) throws IOException {
    return open(new ModelSource(prepared(file.outline(), options), file, false), options);
  }

  /**
   * Opens a model that was never a file, and uses its weights where they are. They have to stay there, readable from
   * all threads, until the session is closed.
   *
   * @throws PqFormatException when it is not a valid model
   * @throws MemoryCapException when it does not fit {@link SessionOptions#memoryCap}, or the Java heap
   */
  public static Session open(PqModel model, SessionOptions options) throws IOException {
    PqVerifier.verify(model);
    return open(new ModelSource(prepared(model, options), null, false), options);
  }

  /** The model this session runs. */
  public PqModel model() {
    return model;
  }

  /** The input that the network takes. */
  public InputInfo inputInfo() {
    return inputInfo;
  }

  /** The classes' names in class order; empty when the model has none. */
  public List<String> labels() {
    return model.labels();
  }

  /** The plan of where every tensor lies. */
  public MemoryPlan memoryPlan() {
    return plan.memoryPlan();
  }

  /** The memory that the session needs, part by part. */
  public MemoryBudget memoryBudget() {
    return plan.memoryBudget();
  }

  /** Bytes that one picture may take while it is decoded and resized: what the memory cap and the Java heap leave. */
  public long pictureBytes() {
    return plan.pictureInput().allowance();
  }

  /** The kernels that run, and why they were chosen. */
  public String kernelChoice() {
    return plan.kernelChoice();
  }

  /**
   * Decodes, preprocesses and classifies the picture in a file: PNG or JPEG.
   *
   * @throws PictureException when it can't be read, or is too large for the limits or the memory cap
   */
  public Classification classify(Path picture) throws PictureException {
    try (var _ = use.begin()) {
      compute(plan.pictureInput().decode(picture));
      return new Classification(scores, model.labels());
    }
  }

  /**
   * Decodes, preprocesses and classifies an encoded picture: PNG or JPEG.
   *
   * @throws PictureException when it can't be read, or is too large for the limits or the memory cap
   */
  public Classification classify(byte[] encodedPicture) throws PictureException {
    try (var _ = use.begin()) {
      compute(plan.pictureInput().decode(encodedPicture));
      return new Classification(scores, model.labels());
    }
  }

  /**
   * Decodes, preprocesses and classifies the encoded picture, PNG or JPEG, that a stream holds up to its end. The
   * stream is not closed; one that is longer than a picture may be is read no further than it takes to see that.
   *
   * @throws PictureException when it can't be read, or is too large for the limits or the memory cap
   * @throws IOException when the stream itself fails
   */
  public Classification classify(InputStream encodedPicture) throws IOException {
    try (var _ = use.begin()) {
      compute(plan.pictureInput().decode(encodedPicture));
      return new Classification(scores, model.labels());
    }
  }

  /**
   * Decodes, preprocesses and classifies the picture in a file, and ranks its likeliest classes.
   *
   * @param ranking gets the likeliest classes; unchanged when the picture can't be read
   * @throws PictureException when it can't be read, or is too large for the limits or the memory cap
   */
  public void rank(Path picture, Ranking ranking) throws PictureException {
    try (var _ = use.begin()) {
      compute(plan.pictureInput().decode(picture));
      ranking.rank(scores, model.labels());
    }
  }

  /**
   * Decodes a picture within what the memory plan has for it. It is valid until this session decodes the next one.
   *
   * @param picture a PNG or JPEG
   * @throws PictureException when it can't be read, or is too large for the limits or the memory cap
   */
  public Picture decode(Path picture) throws PictureException {
    try (var _ = use.begin()) {
      return plan.pictureInput().decode(picture);
    }
  }

  /**
   * Decodes, preprocesses and classifies an encoded picture that lies in a buffer, and ranks its likeliest classes. For
   * streams of pictures: only the decoder allocates, as long as pictures don't become larger.
   *
   * @param buffer holds a PNG or JPEG
   * @param offset of its first byte
   * @param length of it in bytes
   * @param ranking gets the likeliest classes; unchanged when the picture can't be read
   * @throws PictureException when it can't be read, or is too large for the limits or the memory cap
   */
  public void rank(byte[] buffer, int offset, int length, Ranking ranking) throws PictureException {
    try (var _ = use.begin()) {
      compute(plan.pictureInput().decode(buffer, offset, length));
      ranking.rank(scores, model.labels());
    }
  }

  /**
   * Preprocesses and classifies a picture that is already decoded, and ranks its likeliest classes. Allocates
   * nothing, as long as pictures don't become larger.
   *
   * @param ranking gets the likeliest classes; unchanged when the picture is refused
   * @throws PictureException when resizing it takes more than the memory cap leaves
   */
  public void rank(Picture picture, Ranking ranking) throws PictureException {
    try (var _ = use.begin()) {
      compute(picture);
      ranking.rank(scores, model.labels());
    }
  }

  /**
   * Preprocesses and classifies a picture that is already decoded.
   *
   * @throws PictureException when resizing it takes more than the memory cap leaves
   */
  public Classification classify(Picture picture) throws PictureException {
    try (var _ = use.begin()) {
      compute(picture);
      return new Classification(scores, model.labels());
    }
  }

  /**
   * Fills the input from a picture. A run may overwrite its input, so fill it before each run whose scores matter.
   *
   * @throws PictureException when resizing it takes more than the memory cap leaves
   */
  public void input(Picture picture) throws PictureException {
    try (var _ = use.begin()) {
      plan.pictureInput().fill(picture, workspace.tensors(), inputOffset());
    }
  }

  /**
   * Fills the input. A run may overwrite its input, so fill it before each run whose scores matter.
   *
   * @param values height × width × channels bytes as {@link InputInfo} says; copied
   * @throws IllegalArgumentException when there are more or fewer
   */
  public void input(byte[] values) {
    inputInfo.requireLengthOf(values);
    try (var _ = use.begin()) {
      workspace.tensors().write(values, 0, inputOffset(), values.length);
    }
  }

  /**
   * Computes the scores of an input: {@link #input(byte[])}, {@link #run()} and {@link #logits} in one call, with no
   * other use of the session in between.
   *
   * @param input height × width × channels bytes as {@link InputInfo} says; not changed
   * @return the score of each class in class order, before any softmax; a new array
   * @throws IllegalArgumentException when there are more or fewer bytes
   */
  public float[] run(byte[] input) {
    inputInfo.requireLengthOf(input);
    try (var _ = use.begin()) {
      workspace.tensors().write(input, 0, inputOffset(), input.length);
      compute();
      return scores.clone();
    }
  }

  /** Computes the scores of what is in the input. Allocates nothing. */
  public void run() {
    try (var _ = use.begin()) {
      compute();
    }
  }

  /** The scores of the latest run in class order, a copy. */
  public float[] logits() {
    if (use.isClosed()) {
      return scores.clone();
    }
    try (var _ = use.begin()) {
      return scores.clone();
    }
  }

  /** Each layer's cost, and its time when {@link SessionOptions#profiling} is on, in execution order. */
  public List<LayerProfile> profile() {
    return profiler.layers(steps);
  }

  /**
   * The machine code that computes a layer, for a disassembler: position-independent, one function. Layers of one shape
   * have the same code.
   *
   * @param layer number in execution order
   * @return empty where its kernel is Java
   */
  public byte[] machineCode(int layer) {
    return steps.step(layer).kernel().code();
  }

  /** Forgets the times measured so far: after a warm-up. */
  public void resetProfile() {
    profiler.reset();
  }

  /**
   * Ends the threads, frees native memory and unmaps the file. Scores, plan and profile can still be read.
   *
   * @throws IllegalStateException when another thread is using it
   */
  @Override
  public void close() {
    if (!use.close()) {
      return;
    }
    workspace.close();
    steps.close();
    plan.close();
    source.close();
  }

  /** Computes the scores of a picture, in its caller's turn. */
  private void compute(Picture picture) throws PictureException {
    plan.pictureInput().fill(picture, workspace.tensors(), inputOffset());
    compute();
  }

  private void compute() {
    try {
      // Machine code that reads beyond the new end of a file ends the process, so this is also checked before the run.
      source.requireUnchanged();
      if (profiling) {
        steps.run(workspace, profiler);
      } else {
        steps.run(workspace);
      }
      source.requireUnchanged();
    } catch (PqFormatException e) {
      throw new UncheckedIOException(e);
    } catch (InternalError e) {
      throw new UncheckedIOException(source.lost(e));
    }
    workspace.tensors().readScores(scores);
  }

  private int inputOffset() {
    return (int) plan.memoryPlan().placementOf(model.input()).offset();
  }
}
