package org.ptilmpq.format;

/**
 * Names tensors and operations in errors: with the byte of their table if the model comes from a file, without it if
 * the model is about to be written.
 */
final class Places {

  private final PqModel model;
  private final int[] tensors;
  private final int[] operations;

  private Places(PqModel model, int[] tensors, int[] operations) {
    this.model = model;
    this.tensors = tensors;
    this.operations = operations;
  }

  /** Returns the places of a model in memory. */
  static Places of(PqModel model) {
    return new Places(model, null, null);
  }

  /**
   * Returns the places of a decoded file.
   *
   * @param tensors where the table of each tensor begins
   * @param operations where the table of each operation begins
   */
  static Places of(PqModel model, int[] tensors, int[] operations) {
    return new Places(model, tensors, operations);
  }

  PqFormatException tensor(int index, String field, String fault) {
    return fault("tensors", index, model.tensors().get(index).name(), tensors, field, fault);
  }

  PqFormatException operation(int index, String field, String fault) {
    return fault("operations", index, model.operations().get(index).name(), operations, field, fault);
  }

  /**
   * A fault of a tensor that an operation reads.
   *
   * @param input index of the tensor
   */
  PqFormatException input(int index, int input, String fault) {
    Operation operation = model.operations().get(index);
    boolean isFirst = operation.inputs().getFirst() == input;
    String field =
        operation instanceof Operation.Addition ? isFirst ? "left" : "right" : isFirst ? "input" : "residual";
    return operation(index, field, fault);
  }

  private static PqFormatException fault(
      String list, int index, String name, int[] offsets, String field, String fault) {
    String where = offsets == null ? "" : ", table at byte " + offsets[index];
    return new PqFormatException("%s[%d].%s ('%s'%s): %s".formatted(list, index, field, name, where, fault));
  }
}
