package org.ptilmpq.quantizer.best;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ptilmpq.format.PqWriter;
import org.ptilmpq.quantizer.best.StepAllocator.Demand;
import org.ptilmpq.quantizer.calibration.Calibration;
import org.ptilmpq.quantizer.calibration.OrderedWork;
import org.ptilmpq.quantizer.graph.Node;
import org.ptilmpq.quantizer.options.QuantizationException;
import org.ptilmpq.quantizer.options.QuantizerOptions;
import org.ptilmpq.quantizer.options.Target;
import org.ptilmpq.quantizer.prepare.CalibratedModel;
import org.ptilmpq.quantizer.prepare.ComparedPictures;
import org.ptilmpq.quantizer.prepare.QuantizedNetwork;
import org.ptilmpq.quantizer.prepare.ReportBuilder;

/** Best mode: decides the bits for each kind of target. */
public final class BestMethod {

  private static final double MAX_BITS = 8;
  private static final double MIN_BITS = 1;

  /** Enough to know the bits to a twentieth. */
  private static final int TRIALS = 6;

  /** Enough to see how much second-order rounding does for a layer. */
  private static final int TRIAL_PICTURES = 64;

  private final CalibratedModel calibrated;
  private final ComparedPictures heldOut;
  private final QuantizerOptions options;
  private final OrderedWork work;
  private final SequentialRounding rounding;
  private List<Demand> demands;

  public BestMethod(CalibratedModel calibrated, ComparedPictures heldOut, QuantizerOptions options, OrderedWork work) {
    this.calibrated = calibrated;
    this.heldOut = heldOut;
    this.options = options;
    this.work = work;
    this.rounding = rounding(calibrated.calibration());
  }

  private SequentialRounding rounding(Calibration calibration) {
    return new SequentialRounding(
        calibrated.graph(), calibration, calibrated.grids(), options.effort(), options.seed(), work);
  }

  /**
   * Returns the network for a target. The demands of the layers are measured the first time, whatever the target.
   *
   * @throws QuantizationException when the target can't be met
   */
  public QuantizedNetwork run(Target target, ReportBuilder findings) throws IOException, QuantizationException {
    if (options.hasFixedWidths(target)) {
      return ofFixedWidths(target, findings);
    }
    return switch (target) {
      case Target.Width width -> throw new AssertionError(width + " is a fixed width");
      case Target.FileSize size -> search(findings).ofSize(size.bytes(), findings);
      case Target.Share share -> search(findings).ofBits(share.bits(), findings);
      case Target.MaxDrop drop -> ofDrop(drop, findings);
    };
  }

  /** Returns the smallest network that disagrees with the float one on few enough of the held-out pictures. */
  private QuantizedNetwork ofDrop(Target.MaxDrop drop, ReportBuilder findings)
      throws IOException, QuantizationException {
    if (heldOut.isEmpty()) {
      throw new QuantizationException(
          "a drop can't be held without pictures to see it on: give at least 128 calibration pictures, or a size");
    }
    double good = MAX_BITS;
    double bad = MIN_BITS;
    QuantizedNetwork best = null;
    for (int trial = 0; trial < TRIALS; trial++) {
      double bits = trial == 0 ? good : Math.sqrt(good * bad);
      QuantizedNetwork network = search(findings).ofBits(bits, findings);
      double disagreement = 100 * (1 - heldOut.compare(network.model()).orElseThrow().agreement());
      findings.note(
          String.format(
              Locale.ROOT,
              "%.2f bits per weight, %d bytes: another class than the float network's on %.2f %% of the pictures",
              bits,
              network.bytes(),
              disagreement));
      if (disagreement <= drop.points()) {
        good = bits;
        best = network;
      } else {
        bad = bits;
      }
      if (best == null) {
        throw new QuantizationException(
            "even " + MAX_BITS + " bits per weight disagree on more than " + drop.points() + " % of the pictures");
      }
    }
    return best;
  }

  private StepSearch search(ReportBuilder findings) throws IOException {
    if (demands == null) {
      demands = new Sensitivities(calibrated, options.effort(), work, findings).measure();
    }
    Optional<SequentialRounding> trial =
        options.effort().secondOrder()
            ? Optional.of(rounding(calibrated.calibration().some(TRIAL_PICTURES)))
            : Optional.empty();
    return new StepSearch(calibrated, rounding, trial, demands, options.storage());
  }

  /** Returns the network with codes of fixed widths, which packed files are made of. */
  private QuantizedNetwork ofFixedWidths(Target target, ReportBuilder findings)
      throws IOException, QuantizationException {
    List<Node.Convolution> layers = calibrated.graph().convolutions();
    FixedWidths widths = new FixedWidths(layers, calibrated.calibration(), target, work, findings);
    widths.decide(target, outlines -> PqWriter.fileBytes(calibrated.model(outlines)));
    int nodes = calibrated.graph().nodes().size();
    findings.stage("rounding layers", nodes);
    rounding.run(rounding.begin(), 0, nodes, widths, findings);
    return QuantizedNetwork.of(calibrated, widths.rounded(), options.storage());
  }
}
