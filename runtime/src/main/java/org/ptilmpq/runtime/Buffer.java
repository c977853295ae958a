package org.ptilmpq.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ptilmpq.format.DataType;
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

  /** Whether some step needs both. */
  boolean overlapsInTime(Buffer other) {
    return first <= other.last && other.first <= last;
  }

  /** Whether a step needs it. */
  boolean livesAt(int step) {
    return first <= step && step <= last;
  }

  /** Every buffer of a network, in the order in which they are filled. The float scores lie outside the arena. */
  static List<Buffer> of(PqModel model) {
    int count = model.tensors().size();
    int[] lastUse = lastUses(model);
    int[] bufferOf = new int[count];
    Arrays.fill(bufferOf, -1);
    List<Buffer> buffers = new ArrayList<>();
    bufferOf[model.input()] = 0;
    buffers.add(alone(model, model.input(), 0, lastUse[model.input()]));
    for (int step = 0; step < model.operations().size(); step++) {
      Operation operation = model.operations().get(step);
      int output = operation.output();
      if (model.tensors().get(output).type() == DataType.FLOAT32) {
        continue;
      }
      int last = Math.max(step, lastUse[output]);
      int overwritten = overwritten(operation, model, lastUse, step);
      if (overwritten >= 0) {
        int place = bufferOf[overwritten];
        bufferOf[output] = place;
        buffers.set(place, buffers.get(place).extended(output, last));
      } else {
        bufferOf[output] = buffers.size();
        buffers.add(alone(model, output, step, last));
      }
    }
    return List.copyOf(buffers);
  }

  private Buffer extended(int tensor, int newLast) {
    List<Integer> all = new ArrayList<>(tensors);
    all.add(tensor);
    return new Buffer(List.copyOf(all), bytes, first, newLast);
  }

  private static Buffer alone(PqModel model, int tensor, int first, int last) {
    Tensor t = model.tensors().get(tensor);
    long bytes = Math.multiplyExact(Math.multiplyExact((long) t.height(), t.width()), t.channels());
    return new Buffer(List.of(tensor), MemoryPlan.aligned(bytes), first, Math.max(first, last));
  }

  /** The tensor whose place the output of a step takes, or −1. */
  private static int overwritten(Operation operation, PqModel model, int[] lastUse, int step) {
    for (int candidate : Operations.overwritable(operation, model)) {
      if (lastUse[candidate] == step) {
        return candidate;
      }
    }
    return -1;
  }

  private static int[] lastUses(PqModel model) {
    int[] last = new int[model.tensors().size()];
    Arrays.fill(last, -1);
    for (int step = 0; step < model.operations().size(); step++) {
      for (int input : Operations.inputs(model.operations().get(step))) {
        last[input] = step;
      }
    }
    return last;
  }
}
