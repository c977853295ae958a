package org.ptilmpq.runtime;

import org.ptilmpq.format.ChannelGroup;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;
import org.ptilmpq.format.Weights;

/**
 * Runs a model straight from what {@link Operation} says, an array for each tensor, sums in 64 bits, nothing shared
 * with the kernels. Requantization is the documented one: factors in doubles, rounded once to floats; then one float
 * operation after the other, clamp, and round half to even.
 */
final class NaiveInterpreter {

  private final PqModel model;
  private final byte[][] values;
  private float[] scores;

  private NaiveInterpreter(PqModel model) {
    this.model = model;
    this.values = new byte[model.tensors().size()][];
  }

  /** The scores for an input of height × width × channels bytes. */
  static float[] run(PqModel model, byte[] input) {
    NaiveInterpreter interpreter = new NaiveInterpreter(model);
    interpreter.values[model.input()] = input;
    for (Operation operation : model.operations()) {
      interpreter.run(operation);
    }
    return interpreter.scores;
  }

  private void run(Operation operation) {
    Tensor out = model.tensors().get(operation.output());
    if (out.type() == Tensor.Type.FLOAT32) {
      scores = new float[out.channels()];
    } else {
      values[operation.output()] = new byte[out.elements()];
    }
    short[][] codes = operation instanceof Operation.Convolution o ? o.weights().unpackedCodes() : null;
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        if (operation instanceof Operation.Convolution o) {
          convolution(o, codes, out, y, x);
        } else {
          pixel(operation, out, y, x);
        }
      }
    }
  }

  private void pixel(Operation operation, Tensor out, int y, int x) {
    for (int c = 0; c < out.channels(); c++) {
      values[operation.output()][index(out, y, x, c)] =
          (byte)
              switch (operation) {
                case Operation.Addition o -> addition(o, out, y, x, c);
                case Operation.MaxPooling o -> maximum(o, y, x, c);
                case Operation.AveragePooling o -> mean(o, out, y, x, c);
                case Operation.Slice o ->
                    value(
                        o.input(),
                        o.startY() + y * o.strideY(),
                        o.startX() + x * o.strideX(),
                        o.startC() + c * o.strideC());
                case Operation.Padding o -> padded(o.input(), y - o.padTop(), x - o.padLeft(), c - o.padFront());
                case Operation.Rescale o -> rescale(o, out, y, x, c);
                case Operation.Convolution o -> throw new AssertionError(o);
              };
    }
  }

  private void convolution(Operation.Convolution o, short[][] codes, Tensor out, int y, int x) {
    Tensor in = model.tensors().get(o.input());
    Weights weights = o.weights();
    double unit = out.type() == Tensor.Type.FLOAT32 ? 1 : out.scale();
    int position = 0;
    for (ChannelGroup group : weights.groups()) {
      for (int end = position + group.channels(); position < end; position++) {
        int c = weights.outputChannel(position);
        long sum = 0;
        long levels = 0;
        for (int k = 0; k < weights.inputs(); k++) {
          int level = group.width() == 0 ? 0 : group.grid().level(codes[position][k]);
          sum += (long) level * convolutionInput(o, in, out, y, x, c, k);
          levels += level;
        }
        double factor = (double) weights.scales()[position] * in.scale() / unit;
        double offset = weights.biases()[position] / unit - factor * in.zeroPoint() * levels;
        double residualFactor = 0;
        if (o.residual() >= 0) {
          Tensor residual = model.tensors().get(o.residual());
          residualFactor = residual.scale() / unit;
          offset -= residualFactor * residual.zeroPoint();
        }
        float result = (float) sum * (float) factor + (float) (offset + out.zeroPoint());
        if (o.residual() >= 0) {
          result += (float) value(o.residual(), y, x, c) * (float) residualFactor;
        }
        if (out.type() == Tensor.Type.FLOAT32) {
          scores[c] = result;
        } else {
          values[o.output()][index(out, y, x, c)] = (byte) round(result, o.low(), o.high());
        }
      }
    }
  }

  private int convolutionInput(Operation.Convolution o, Tensor in, Tensor out, int y, int x, int c, int k) {
    int partChannels = in.channels() / o.groups();
    int tap = k / partChannels;
    Operation.Window w = o.window();
    int row = y * w.strideY() - w.padTop() + tap / w.kernelWidth() * w.dilationY();
    int column = x * w.strideX() - w.padLeft() + tap % w.kernelWidth() * w.dilationX();
    int part = c / (out.channels() / o.groups());
    return padded(o.input(), row, column, part * partChannels + k % partChannels);
  }

  private int addition(Operation.Addition o, Tensor out, int y, int x, int c) {
    Tensor a = model.tensors().get(o.left());
    Tensor b = model.tensors().get(o.right());
    double left = a.scale() / (double) out.scale();
    double right = b.scale() / (double) out.scale();
    float offset = (float) (out.zeroPoint() - left * a.zeroPoint() - right * b.zeroPoint());
    float sum = value(o.left(), y, x, c) * (float) left + value(o.right(), y, x, c) * (float) right;
    return round(sum + offset, o.low(), o.high());
  }

  private int rescale(Operation.Rescale o, Tensor out, int y, int x, int c) {
    Tensor in = model.tensors().get(o.input());
    double ratio = in.scale() / (double) out.scale();
    float offset = (float) (out.zeroPoint() - ratio * in.zeroPoint());
    return round(value(o.input(), y, x, c) * (float) ratio + offset, o.low(), o.high());
  }

  private int maximum(Operation.MaxPooling o, int y, int x, int c) {
    Operation.Window w = o.window();
    int largest = -128;
    for (int ky = 0; ky < w.kernelHeight(); ky++) {
      for (int kx = 0; kx < w.kernelWidth(); kx++) {
        int row = y * w.strideY() - w.padTop() + ky;
        int column = x * w.strideX() - w.padLeft() + kx;
        if (isInside(o.input(), row, column, c)) {
          largest = Math.max(largest, value(o.input(), row, column, c));
        }
      }
    }
    return largest;
  }

  private int mean(Operation.AveragePooling o, Tensor out, int y, int x, int c) {
    Tensor in = model.tensors().get(o.input());
    Operation.Window w = o.window();
    int sum = 0;
    int count = 0;
    for (int ky = 0; ky < w.kernelHeight(); ky++) {
      for (int kx = 0; kx < w.kernelWidth(); kx++) {
        int row = y * w.strideY() - w.padTop() + ky;
        int column = x * w.strideX() - w.padLeft() + kx;
        if (o.countPadding() || isInside(o.input(), row, column, c)) {
          sum += padded(o.input(), row, column, c);
          count++;
        }
      }
    }
    double ratio = in.scale() / (double) out.scale();
    float offset = (float) (out.zeroPoint() - ratio * in.zeroPoint());
    return round(sum * (float) (ratio / count) + offset, o.low(), o.high());
  }

  private int padded(int tensor, int y, int x, int c) {
    return isInside(tensor, y, x, c) ? value(tensor, y, x, c) : model.tensors().get(tensor).zeroPoint();
  }

  private boolean isInside(int tensor, int y, int x, int c) {
    Tensor t = model.tensors().get(tensor);
    return y >= 0 && y < t.height() && x >= 0 && x < t.width() && c >= 0 && c < t.channels();
  }

  private int value(int tensor, int y, int x, int c) {
    return values[tensor][index(model.tensors().get(tensor), y, x, c)];
  }

  private static int index(Tensor tensor, int y, int x, int c) {
    return (y * tensor.width() + x) * tensor.channels() + c;
  }

  private static int round(float value, int low, int high) {
    return (int) Math.rint(Math.min((float) high, Math.max((float) low, value)));
  }
}
