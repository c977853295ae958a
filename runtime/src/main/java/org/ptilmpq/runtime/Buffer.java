package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.Operation;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.format.Tensor;

/**
 * A place in the arena before it has an address: the tensors that lie in it one after the other (more than one where an
 * operation writes over its input), its size, and the steps during which nothing else may lie there.
 *
 * @param tensors indices, in order of time
 * @param bytes rounded up to {@link MemoryPlan#ALIGNMENT}
 * @param first the step that fills it; 0 for the network's input, which is filled before
 * @param last the last step that reads it
 */
record Buffer(List<Integer> tensors, long bytes, int first, int last) {

  /** Whether some step needs both buffers. */
  boolean overlapsInTime(Buffer other) {
    return first <= other.last && other.first <= last;
  }

  /** Whether a step needs this buffer. */
  boolean livesAt(int step) {
    return first <= step && step <= last;
  }

  /** Every buffer of a network, in the order in which they are filled. The float scores lie outside the arena. */
  static List<Buffer> of(PqModel model) {
    int[] lastUse = lastUses(model);
    Growing[] bufferOf = new Growing[model.tensors().size()];
    List<Growing> buffers = new ArrayList<>();
    bufferOf[model.input()] = new Growing(0);
    bufferOf[model.input()].add(model.input(), Math.max(0, lastUse[model.input()]));
    buffers.add(bufferOf[model.input()]);
    for (int step = 0; step < model.operations().size(); step++) {
      Operation operation = model.operations().get(step);
      int output = operation.output();
      if (model.tensors().get(output).type() == Tensor.Type.FLOAT32) {
        continue;
      }
      int overwritten = overwritten(operation, model, lastUse, step);
      if (overwritten >= 0) {
        bufferOf[output] = bufferOf[overwritten];
      } else {
        bufferOf[output] = new Growing(step);
        buffers.add(bufferOf[output]);
      }
      bufferOf[output].add(output, Math.max(step, lastUse[output]));
    }
    List<Buffer> done = new ArrayList<>(buffers.size());
    for (Growing growing : buffers) {
      done.add(growing.done(model));
    }
    return done;
  }

  /** A buffer that may yet take over further tensors. */
  private static final class Growing {

    private final List<Integer> tensors = new ArrayList<>();
    private final int first;
    private int last;

    Growing(int first) {
      this.first = first;
    }

    void add(int tensor, int lastUse) {
      tensors.add(tensor);
      last = lastUse;
    }

    Buffer done(PqModel model) {
      int bytes = model.tensors().get(tensors.getFirst()).elements();
      return new Buffer(List.copyOf(tensors), MemoryPlan.aligned(bytes), first, last);
    }
  }

  /** The tensor whose place the output of a step takes, or −1. */
  private static int overwritten(Operation operation, PqModel model, int[] lastUse, int step) {
    for (int candidate : overwritable(operation, model)) {
      if (lastUse[candidate] == step) {
        return candidate;
      }
    }
    return -1;
  }

  /**
   * Indices of the tensors whose place the output may take, when nothing reads them later: those of which each element
   * is read only for the output element of the same place. A convolution reads its input around that place, so a
   * residual that is also the input doesn't qualify.
   */
  private static List<Integer> overwritable(Operation operation, PqModel model) {
    List<Integer> overwritable = new ArrayList<>();
    Tensor output = model.tensors().get(operation.output());
    for (int input : elementwise(operation)) {
      if (sameLayout(model.tensors().get(input), output)) {
        overwritable.add(input);
      }
    }
    return overwritable;
  }

  private static List<Integer> elementwise(Operation operation) {
    if (operation instanceof Operation.Convolution o) {
      return o.residual() < 0 || o.residual() == o.input() ? List.of() : List.of(o.residual());
    }
    boolean isElementwise = operation instanceof Operation.Addition || operation instanceof Operation.Rescale;
    return isElementwise ? operation.inputs() : List.of();
  }

  private static boolean sameLayout(Tensor a, Tensor b) {
    return a.height() == b.height()
        && a.width() == b.width()
        && a.channels() == b.channels()
        && a.type() == b.type();
  }

  private static int[] lastUses(PqModel model) {
    int[] last = new int[model.tensors().size()];
    Arrays.fill(last, -1);
    for (int step = 0; step < model.operations().size(); step++) {
      for (int input : model.operations().get(step).inputs()) {
        last[input] = step;
      }
    }
    return last;
  }
}
