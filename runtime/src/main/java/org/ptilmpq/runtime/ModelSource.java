package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.CodedLayer;
import org.ptilmpq.format.PqFile;
import org.ptilmpq.format.PqFormatException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.LevelDecoder;
import org.ptilmpq.kernels.LevelDecoder.CodedLevels;

/**
 * Where a session's model comes from: a file, whose weights are used until the session is closed, or the caller's
 * memory.
 *
 * @param outline the model, but perhaps without its weights; its preprocessing is the session's, whatever the file says
 * @param file that has the weights; null for a model that was never a file
 * @param ownsFile whether the file is closed with the session
 */
record ModelSource(PqModel outline, PqFile file, boolean ownsFile) implements AutoCloseable {

  /** Returns the memory of the weights, with what these kernels take to decode them. */
  WeightBytes weightBytes(KernelSet kernels) {
    return file == null ? WeightBytes.of(outline) : WeightBytes.of(file, kernels.levelDecoder());
  }

  /**
   * The model with its weights, each layer decoded by one of the pool's threads where that hasn't been done.
   *
   * @throws PqFormatException when a compressed layer is damaged
   */
  PqModel decode(KernelSet kernels, WorkerPool pool) throws PqFormatException {
    if (file == null) {
      return outline;
    }
    if (kernels.levelDecoder().isEmpty()) {
      return decode(pool, CodedLayer.Decoder.NONE);
    }
    try (KernelTableDecoder decoder = new KernelTableDecoder(kernels.levelDecoder().get())) {
      return decode(pool, decoder);
    }
  }

  private PqModel decode(WorkerPool pool, CodedLayer.Decoder decoder) throws PqFormatException {
    return file.decode(pool::forEach, decoder).with(outline.preprocessing());
  }

  /**
   * Checks that the file is unchanged: cheap enough to be called before and after each run, and without allocating.
   *
   * @throws PqFormatException when the file was written to or shortened in place
   */
  void requireUnchanged() throws PqFormatException {
    if (file != null) {
      file.requireUnchanged();
    }
  }

  /**
   * Returns why a read of the weights failed: the file was shortened.
   *
   * @param fault what the virtual machine threw
   * @throws InternalError the same, where there is no file or it is as it was
   */
  PqFormatException lost(InternalError fault) {
    if (file == null) {
      throw fault;
    }
    return file.lost(fault);
  }

  @Override
  public void close() {
    if (ownsFile) {
      file.close();
    }
  }

  /** Hands the layers of a compressed file to the kernels' decoder, of which {@code format} knows nothing. */
  record KernelTableDecoder(LevelDecoder levels) implements CodedLayer.Decoder, AutoCloseable {

    @Override
    public void close() {
      levels.close();
    }

    @Override
    public boolean decode(CodedLayer layer) {
      List<CodedLevels.Block> blocks = new ArrayList<>(layer.blocks().size());
      for (CodedLayer.Block block : layer.blocks()) {
        blocks.add(new CodedLevels.Block(block.channels(), block.width(), block.tails()));
      }
      return levels.decode(
          new CodedLevels(
              layer.inputs(),
              layer.inputChannels(),
              layer.kernelWidth(),
              blocks,
              layer.logMean(),
              layer.mean(),
              layer.firstOctave(),
              layer.frequencies(),
              layer.tableOf(),
              layer.stream(),
              layer.words(),
              layer.escapes(),
              layer.codes(),
              layer.tails()));
    }
  }
}
