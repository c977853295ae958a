package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.List;
import org.ptilmpq.format.CodedLayer;
import org.ptilmpq.format.TableDecoder;
import org.ptilmpq.kernels.CodedLevels;
import org.ptilmpq.kernels.LevelDecoder;

/** Hands the layers of a compressed file to the kernels' decoder, of which {@code format} knows nothing. */
record KernelTableDecoder(LevelDecoder levels) implements TableDecoder, AutoCloseable {

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
