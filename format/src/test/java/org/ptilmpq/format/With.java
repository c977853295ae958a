package org.ptilmpq.format;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Copies of records with one component changed, to make models that break one rule. */
final class With {

  private With() {}

  /** The record with another value of the named component. */
  static <R extends Record> R with(R record, String component, Object value) {
    try {
      RecordComponent[] components = record.getClass().getRecordComponents();
      Object[] values = new Object[components.length];
      Class<?>[] types = new Class<?>[components.length];
      boolean found = false;
      for (int i = 0; i < components.length; i++) {
        boolean changed = components[i].getName().equals(component);
        found |= changed;
        values[i] = changed ? value : components[i].getAccessor().invoke(record);
        types[i] = components[i].getType();
      }
      if (!found) {
        throw new IllegalArgumentException(
            component + " is none of " + Arrays.toString(components));
      }
      @SuppressWarnings("unchecked")
      Class<R> type = (Class<R>) record.getClass();
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  /** The model with another value of a component of one tensor. */
  static PqModel tensor(PqModel model, int index, String component, Object value) {
    List<Tensor> tensors = new ArrayList<>(model.tensors());
    tensors.set(index, with(tensors.get(index), component, value));
    return with(model, "tensors", tensors);
  }

  /** The model with another value of a component of one operation, or of its window. */
  static PqModel operation(PqModel model, int index, String component, Object value) {
    List<Operation> operations = new ArrayList<>(model.operations());
    Record operation = (Record) operations.get(index);
    Operation.Window window =
        switch (operations.get(index)) {
          case Operation.Convolution o -> o.window();
          case Operation.MaxPooling o -> o.window();
          case Operation.AveragePooling o -> o.window();
          default -> null;
        };
    boolean isOfWindow =
        window != null
            && Arrays.stream(Operation.Window.class.getRecordComponents()).anyMatch(c -> c.getName().equals(component));
    operations.set(
        index,
        (Operation)
            (isOfWindow
                ? with(operation, "window", with(window, component, value))
                : with(operation, component, value)));
    return with(model, "operations", operations);
  }

  /** The model with another value of a component of one convolution's weights. */
  static PqModel weights(PqModel model, int index, String component, Object value) {
    Weights weights = ((Operation.Convolution) model.operations().get(index)).weights();
    return operation(model, index, "weights", with(weights, component, value));
  }
}
