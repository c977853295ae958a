package org.ptilmpq.format;

import java.util.List;

/**
 * Checks the rules of a model as a whole, whether it was read or is about to be written: texts, tensors, the order of
 * operations, input and output. What one operation requires is checked by {@link OperationVerifier}.
 */
final class ModelVerifier {

  private static final int SHA256_DIGITS = 64;

  /** Index of a field that is no vector. */
  private static final int NO_INDEX = -1;

  private final PqModel model;
  private final Places places;
  private final WeightsVerifier.Extent extent;

  /** @param extent how much of the weights is there */
  ModelVerifier(PqModel model, Places places, WeightsVerifier.Extent extent) {
    this.model = model;
    this.places = places;
    this.extent = extent;
  }

  void verify() throws PqFormatException {
    checkText("name", model.name(), ModelLimits.MAX_NAME);
    checkCount("tensors", model.tensors().size());
    checkCount("operations", model.operations().size());
    checkTensorIndex("input", model.input());
    checkTensorIndex("output", model.output());
    for (int i = 0; i < model.tensors().size(); i++) {
      checkTensor(i, model.tensors().get(i));
    }
    checkEnds();
    checkOrder();
    OperationVerifier operations = new OperationVerifier(model, places, extent);
    for (int i = 0; i < model.operations().size(); i++) {
      operations.verify(i);
    }
    checkPreprocessing(model.preprocessing(), model.inputTensor());
    checkLabels();
    checkProvenance();
  }

  private static void checkCount(String list, int count) throws PqFormatException {
    if (count == 0 || count > ModelLimits.MAX_COUNT) {
      throw new PqFormatException(list + ": " + count + "; 1 to " + ModelLimits.MAX_COUNT + " are possible");
    }
  }

  private void checkTensor(int index, Tensor tensor) throws PqFormatException {
    checkText("tensors[" + index + "].name", tensor.name(), ModelLimits.MAX_NAME);
    checkExtent(index, "height", tensor.height(), ModelLimits.MAX_EXTENT);
    checkExtent(index, "width", tensor.width(), ModelLimits.MAX_EXTENT);
    checkExtent(index, "channels", tensor.channels(), ModelLimits.MAX_CHANNELS);
    // Below 2^52: 16 bits, 16 bits and 20 bits.
    long elements = (long) tensor.height() * tensor.width() * tensor.channels();
    if (elements > ModelLimits.MAX_ELEMENTS) {
      throw places.tensor(index, "height", elements + " elements; " + ModelLimits.MAX_ELEMENTS + " is the limit");
    }
    float scale = tensor.scale();
    switch (tensor.type()) {
      case INT8 -> {
        // Written so that NaN also fails.
        if (!(scale >= ModelLimits.MIN_TENSOR_SCALE && scale <= ModelLimits.MAX_TENSOR_SCALE)) {
          throw places.tensor(index, "scale", scale + " is not from 2^-30 to 2^30");
        }
        if (tensor.zeroPoint() < Byte.MIN_VALUE || tensor.zeroPoint() > Byte.MAX_VALUE) {
          throw places.tensor(index, "zero_point", tensor.zeroPoint() + " is not a signed byte");
        }
      }
      case FLOAT32 -> {
        if (scale != 1 || tensor.zeroPoint() != 0) {
          throw places.tensor(index, "scale", "a float tensor has scale 1 and zero point 0");
        }
        if (index != model.output()) {
          throw places.tensor(index, "type", "only the network's output can be of floats");
        }
      }
    }
  }

  private void checkExtent(int index, String field, int value, int limit) throws PqFormatException {
    if (value < 1 || value > limit) {
      throw places.tensor(index, field, value + " is not from 1 to " + limit);
    }
  }

  private void checkEnds() throws PqFormatException {
    if (model.inputTensor().channels() != 3) {
      throw places.tensor(
          model.input(), "channels", model.inputTensor().channels() + ", but the input is a picture in RGB: 3");
    }
    Tensor output = model.outputTensor();
    if (output.type() != Tensor.Type.FLOAT32 || output.height() != 1 || output.width() != 1) {
      throw places.tensor(model.output(), "type", "the output is of floats, of height and width 1");
    }
  }

  private void checkTensorIndex(String field, int index) throws PqFormatException {
    if (index < 0 || index >= model.tensors().size()) {
      throw new PqFormatException(field + ": tensor " + index + " of " + model.tensors().size());
    }
  }

  /** Each operation reads only filled tensors, and fills one that nothing else fills; none is left empty. */
  private void checkOrder() throws PqFormatException {
    boolean[] filled = new boolean[model.tensors().size()];
    filled[model.input()] = true;
    for (int i = 0; i < model.operations().size(); i++) {
      Operation operation = model.operations().get(i);
      checkText("operations[" + i + "].name", operation.name(), ModelLimits.MAX_NAME);
      for (int tensor : operation.inputs()) {
        if (tensor < 0 || tensor >= filled.length) {
          throw places.input(i, tensor, "tensor " + tensor + " of " + filled.length);
        }
        if (!filled[tensor]) {
          throw places.input(i, tensor, "reads tensor " + tensor + ", which no earlier operation fills");
        }
      }
      int output = operation.output();
      if (output < 0 || output >= filled.length) {
        throw places.operation(i, "output", "tensor " + output + " of " + filled.length);
      }
      if (filled[output]) {
        throw places.operation(i, "output", "tensor " + output + " is filled already");
      }
      filled[output] = true;
    }
    for (int i = 0; i < filled.length; i++) {
      if (!filled[i]) {
        throw places.tensor(i, "name", "no operation fills this tensor");
      }
    }
  }

  static void checkPreprocessing(Preprocessing preprocessing, Tensor input) throws PqFormatException {
    int resize = preprocessing.resize();
    int shorter = Math.min(input.height(), input.width());
    if (resize < 0 || resize > ModelLimits.MAX_EXTENT || resize != 0 && resize < shorter) {
      throw new PqFormatException(
          "preprocessing.resize: %d, but %d pixels are cut out of the shorter side".formatted(resize, shorter));
    }
    checkPixels("mean", preprocessing.mean(), -ModelLimits.MAX_PIXEL);
    checkPixels("std", preprocessing.std(), 1 / ModelLimits.MAX_PIXEL);
  }

  private static void checkPixels(String field, float[] values, float least) throws PqFormatException {
    if (values.length != 3) {
      throw new PqFormatException("preprocessing." + field + ": " + values.length + " values for 3 channels");
    }
    for (float value : values) {
      if (!(value >= least && value <= ModelLimits.MAX_PIXEL)) {
        throw new PqFormatException(
            "preprocessing.%s: %s is not from %s to %s".formatted(field, value, least, ModelLimits.MAX_PIXEL));
      }
    }
  }

  private void checkLabels() throws PqFormatException {
    List<String> labels = model.labels();
    int classes = model.outputTensor().channels();
    if (!labels.isEmpty() && labels.size() != classes) {
      throw new PqFormatException("labels: " + labels.size() + " for " + classes + " classes");
    }
    long bytes = 0;
    for (int i = 0; i < labels.size(); i++) {
      bytes += checkText("labels", i, labels.get(i), ModelLimits.MAX_NAME) + 1;
    }
    if (bytes > ModelLimits.MAX_LABELS) {
      throw new PqFormatException("labels: " + bytes + " bytes of text; " + ModelLimits.MAX_LABELS + " is the limit");
    }
  }

  private void checkProvenance() throws PqFormatException {
    Provenance provenance = model.provenance();
    checkText("provenance.source", provenance.source(), ModelLimits.MAX_TEXT);
    checkText("provenance.source_sha256", provenance.sourceSha256(), SHA256_DIGITS);
    checkText("provenance.producer", provenance.producer(), ModelLimits.MAX_TEXT);
    checkText("provenance.calibration", provenance.calibration(), ModelLimits.MAX_TEXT);
    checkText("provenance.settings", provenance.settings(), ModelLimits.MAX_TEXT);
    String sha256 = provenance.sourceSha256();
    if (!sha256.isEmpty() && !isSha256(sha256)) {
      throw new PqFormatException("provenance.source_sha256: not 64 lower-case hexadecimal digits");
    }
  }

  private static boolean isSha256(String digits) {
    boolean isHexadecimal = digits.length() == SHA256_DIGITS;
    for (int i = 0; i < digits.length() && isHexadecimal; i++) {
      isHexadecimal = "0123456789abcdef".indexOf(digits.charAt(i)) >= 0;
    }
    return isHexadecimal;
  }

  private void checkText(String field, String text, int maxBytes) throws PqFormatException {
    checkText(field, NO_INDEX, text, maxBytes);
  }

  /**
   * Texts are printed on terminals and in reports: they must not hold control characters.
   *
   * @param index of the element where the field is a vector, else −1
   * @return its length in bytes of UTF-8
   */
  private static int checkText(String field, int index, String text, int maxBytes) throws PqFormatException {
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c)) {
        throw textFault(field, index, "control character " + (int) c);
      }
      if (Character.isSurrogate(c)) {
        boolean isPair =
            Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
        if (!isPair) {
          throw textFault(field, index, "half a surrogate pair");
        }
        bytes += 4;
        i++;
      } else {
        bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    if (bytes > maxBytes) {
      throw textFault(field, index, bytes + " bytes of text; " + maxBytes + " is the limit");
    }
    return bytes;
  }

  private static PqFormatException textFault(String field, int index, String fault) {
    return new PqFormatException(field + (index == NO_INDEX ? "" : "[" + index + "]") + ": " + fault);
  }

  /**
   * Names tensors and operations in errors: with the byte of their table if the model comes from a file, without it if
   * the model is about to be written.
   */
  static final class Places {

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
}
