package org.ptilmpq.quantizer;

import java.io.IOException;
import java.util.List;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.format.Storage;
import org.ptilmpq.quantizer.allocation.StepAllocator.Demand;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;

/** Best mode: what decides the bits for each kind of target. */
final class BestMethod {

  private final Preparation preparation;
  private final QuantizerOptions options;
  private final OrderedWork work;
  private final Progress progress;
  private final SequentialRounding rounding;
  private List<Demand> demands;

  BestMethod(Preparation preparation, QuantizerOptions options, OrderedWork work, Progress progress) {
    this.preparation = preparation;
    this.options = options;
    this.work = work;
    this.progress = progress;
    this.rounding =
        new SequentialRounding(
            preparation.graph(),
            preparation.calibration(),
            preparation.grids(),
            options.effort(),
            options.seed(),
            work);
  }

  /**
   * The network for a target.
   *
   * @throws QuantizationException when the target can't be met
   */
  QuantizedNetwork run(Target target) throws IOException, QuantizationException {
    return switch (target) {
      case Target.Width width -> ofFixedWidths(target);
      case Target.FileSize size when options.storage() == Storage.PACKED -> ofFixedWidths(target);
      case Target.FileSize size -> search().ofSize(size.bytes(), progress);
      case Target.Share share -> search().ofBits(share.bits(), progress);
      case Target.MaxDrop drop -> throw new QuantizationException("not yet");
    };
  }

  private StepSearch search() {
    if (demands == null) {
      demands = new Demands(preparation, options.effort(), work, progress).measure();
    }
    return new StepSearch(preparation, rounding, demands, options.storage());
  }

  /** Codes of fixed widths, which packed files are made of. */
  private QuantizedNetwork ofFixedWidths(Target target) throws IOException, QuantizationException {
    List<Node.Convolution> layers = preparation.graph().convolutions();
    FixedWidths widths = new FixedWidths(layers, preparation.calibration(), target, work, progress);
    widths.decide(target, outlines -> PqWriter.fileBytes(preparation.model(outlines)));
    GivenGoals plan = new GivenGoals(widths::goal);
    int nodes = preparation.graph().nodes().size();
    progress.stage("rounding layers", nodes);
    rounding.run(rounding.begin(), 0, nodes, plan, progress);
    return QuantizedNetwork.of(preparation, plan.outcomes(), options.storage());
  }
}
