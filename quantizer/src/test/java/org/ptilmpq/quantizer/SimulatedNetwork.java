package org.ptilmpq.quantizer;

import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;

/**
 * A quantized model in real numbers: each operation by its definition, in double, its result rounded to the output's
 * grid. Slow, and made from the format's documentation alone, so that emission and session can be held to it.
 */
final class SimulatedNetwork {

  private final PqModel model;
  private final double[][] values;

  private SimulatedNetwork(PqModel model) {
    this.model = model;
    this.values = new double[model.tensors().size()][];
  }

  /** Returns the scores for an input in bytes. */
  static double[] run(PqModel model, byte[] input) {
    SimulatedNetwork network = new SimulatedNetwork(model);
    Tensor tensor = model.inputTensor();
    double[] real = new double[input.length];
    for (int i = 0; i < real.length; i++) {
      real[i] = (double) tensor.scale() * (input[i] - tensor.zeroPoint());
    }
    network.values[model.input()] = real;
    for (Operation operation : model.operations()) {
      network.values[operation.output()] = network.compute(operation);
    }
    return network.values[model.output()];
  }

  private double[] compute(Operation operation) {
    Tensor out = model.tensors().get(operation.output());
    return switch (operation) {
      case Operation.Convolution c -> rounded(convolution(c, out), out, c.low(), c.high());
      case Operation.Addition a -> rounded(sum(values[a.left()], values[a.right()]), out, a.low(), a.high());
      case Operation.MaxPooling p -> maxPooling(p, out);
      case Operation.AveragePooling p -> rounded(globalAverage(p, out), out, p.low(), p.high());
      default -> throw new AssertionError("not in the models of these tests: " + operation);
    };
  }

  private double[] convolution(Operation.Convolution c, Tensor out) {
    Tensor in = model.tensors().get(c.input());
    Weights weights = c.weights();
    Operation.Window window = c.window();
    short[][] codes = weights.unpackedCodes();
    int perGroupIn = in.channels() / c.groups();
    int perGroupOut = out.channels() / c.groups();
    double[] y = new double[out.elements()];
    int position = 0;
    for (var group : weights.groups()) {
      for (int j = 0; j < group.channels(); j++, position++) {
        int channel = weights.outputChannel(position);
        int firstIn = channel / perGroupOut * perGroupIn;
        for (int oy = 0; oy < out.height(); oy++) {
          for (int ox = 0; ox < out.width(); ox++) {
            double sum = weights.biases()[position];
            for (int k = 0; k < weights.inputs() && group.width() > 0; k++) {
              int tap = k / perGroupIn;
              int iy = oy * window.strideY() - window.padTop() + tap / window.kernelWidth() * window.dilationY();
              int ix = ox * window.strideX() - window.padLeft() + tap % window.kernelWidth() * window.dilationX();
              if (iy >= 0 && iy < in.height() && ix >= 0 && ix < in.width()) {
                double w = (double) weights.scales()[position] * group.grid().level(codes[position][k]);
                sum += w * values[c.input()][(iy * in.width() + ix) * in.channels() + firstIn + k % perGroupIn];
              }
            }
            y[(oy * out.width() + ox) * out.channels() + channel] = sum;
          }
        }
      }
    }
    return c.residual() < 0 ? y : sum(y, values[c.residual()]);
  }

  private double[] maxPooling(Operation.MaxPooling p, Tensor out) {
    Tensor in = model.tensors().get(p.input());
    double[] y = new double[out.elements()];
    for (int i = 0; i < y.length; i++) {
      int c = i % out.channels();
      int ox = i / out.channels() % out.width();
      int oy = i / out.channels() / out.width();
      double greatest = Double.NEGATIVE_INFINITY;
      for (int ky = 0; ky < p.window().kernelHeight(); ky++) {
        for (int kx = 0; kx < p.window().kernelWidth(); kx++) {
          int iy = oy * p.window().strideY() - p.window().padTop() + ky;
          int ix = ox * p.window().strideX() - p.window().padLeft() + kx;
          if (iy >= 0 && iy < in.height() && ix >= 0 && ix < in.width()) {
            greatest = Math.max(greatest, values[p.input()][(iy * in.width() + ix) * in.channels() + c]);
          }
        }
      }
      y[i] = greatest;
    }
    return y;
  }

  private double[] globalAverage(Operation.AveragePooling p, Tensor out) {
    Tensor in = model.tensors().get(p.input());
    double[] y = new double[out.channels()];
    double[] x = values[p.input()];
    for (int i = 0; i < x.length; i++) {
      y[i % y.length] += x[i] / (in.height() * in.width());
    }
    return y;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }

  private static double[] rounded(double[] real, Tensor out, int low, int high) {
    if (out.type() == Tensor.Type.FLOAT32) {
      return real;
    }
    double[] rounded = new double[real.length];
    for (int i = 0; i < real.length; i++) {
      double q = Math.clamp(Math.rint(real[i] / out.scale() + out.zeroPoint()), low, high);
      rounded[i] = out.scale() * (q - out.zeroPoint());
    }
    return rounded;
  }
}
