package org.ptilmpq.quantizer.calibration;

import java.util.Arrays;
import org.ptilmpq.quantizer.graph.Kernel;
import org.ptilmpq.quantizer.graph.Node.Convolution;

/**
 * Other weights for a layer, in floats: rounded ones, dequantized. Its own result becomes {@code (ŵ ∗ x + bias) · gain
 * + shift}.
 *
 * @param layer the convolution of the float network
 * @param kernel ŵ, of the same shape as the layer's own
 * @param gain one per output channel
 * @param shift one per output channel
 */
public record Candidate(Convolution layer, Kernel kernel, float[] gain, float[] shift) {

  public Candidate {
    Kernel own = layer.kernel();
    boolean alike =
        kernel.outputs() == own.outputs()
            && kernel.inputs() == own.inputs()
            && kernel.height() == own.height()
            && kernel.width() == own.width();
    if (!alike || gain.length != own.outputs() || shift.length != own.outputs()) {
      throw new IllegalArgumentException("weights, gains or shifts don't fit layer '" + layer.name() + "'");
    }
  }

  /** Returns a candidate with gain 1 and shift 0. */
  public static Candidate of(Convolution layer, Kernel kernel) {
    float[] gain = new float[kernel.outputs()];
    Arrays.fill(gain, 1);
    return new Candidate(layer, kernel, gain, new float[kernel.outputs()]);
  }

  /** Returns the layer with these weights, gain and shift taken into weights and bias. */
  Convolution convolution() {
    float[] weights = kernel.values().clone();
    float[] bias = layer.bias().clone();
    for (int c = 0; c < bias.length; c++) {
      for (int k = c * kernel.weightsPerOutput(); k < (c + 1) * kernel.weightsPerOutput(); k++) {
        weights[k] *= gain[c];
      }
      bias[c] = bias[c] * gain[c] + shift[c];
    }
    return new Convolution(
        layer.name(),
        layer.input(),
        layer.residual(),
        layer.output(),
        layer.window(),
        layer.groups(),
        new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), weights),
        bias,
        layer.normScale(),
        layer.normShift(),
        layer.clamp());
  }
}
