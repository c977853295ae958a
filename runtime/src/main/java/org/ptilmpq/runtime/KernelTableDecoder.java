package org.ptilmpq.runtime;

import java.util.List;
import org.ptilmpq.format.CodedLayer;
import org.ptilmpq.format.TableDecoder;
import org.ptilmpq.kernels.CodedLevels;
import org.ptilmpq.kernels.KernelSet;
import org.ptilmpq.kernels.LevelDecoder;

/** Hands the layers of a compressed file to the kernels' decoder, of which {@code format} knows nothing. */
record KernelTableDecoder(LevelDecoder levels) implements TableDecoder {

  /** Of kernels that have one. */
  static TableDecoder of(KernelSet kernels) {
    return kernels.levelDecoder().<TableDecoder>map(KernelTableDecoder::new).orElse(TableDecoder.NONE);
  }

  @Override
  public boolean decode(CodedLayer layer) {
    List<CodedLevels.Block> blocks =
        layer.blocks().stream().map(b -> new CodedLevels.Block(b.channels(), b.width(), b.tails())).toList();
    return levels.decode(
        new CodedLevels(
            layer.inputs(),
            layer.inputChannels(),
            layer.kernelWidth(),
            blocks,
            layer.logMean(),
            layer.mean(),
            layer.firstOctave(),
            layer.slots(),
            layer.tableOf(),
            layer.streams(),
            layer.offset(),
            layer.words(),
            layer.escapes(),
            layer.codes(),
            layer.tails()));
  }
}
