package org.ptilmpq.format;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A quantized network as a {@code .pq} file holds it. Tensors are referred to by their index in {@link #tensors};
 * {@link #operations} are in an order in which they can be executed.
 *
 * @param name the network's common name, such as "resnet50-imagenet"
 * @param tensors every activation, the input and the output included
 * @param operations in execution order: each input is the network's input or an earlier operation's output
 * @param input index of the tensor that the preprocessed picture fills
 * @param output index of the tensor of class scores (logits), {@link Tensor.Type#FLOAT32}, of height and width 1
 * @param preprocessing from decoded picture to input tensor
 * @param labels class names in index order; empty, or as many as the output has channels
 * @param provenance what the file was made from, and how
 */
public record PqModel(
    String name,
    List<Tensor> tensors,
    List<Operation> operations,
    int input,
    int output,
    Preprocessing preprocessing,
    List<String> labels,
    Provenance provenance) {

  public PqModel {
    tensors = List.copyOf(tensors);
    operations = List.copyOf(operations);
    labels = List.copyOf(labels);
  }

  /** Returns the same network with other preprocessing. */
  public PqModel with(Preprocessing preprocessing) {
    return new PqModel(name, tensors, operations, input, output, preprocessing, labels, provenance);
  }

  /** Returns the same network with its convolutions, in their order, replaced by others. */
  PqModel with(List<Operation.Convolution> convolutions) {
    Iterator<Operation.Convolution> next = convolutions.iterator();
    List<Operation> replaced = new ArrayList<>(operations);
    replaced.replaceAll(operation -> operation instanceof Operation.Convolution ? next.next() : operation);
    return new PqModel(name, tensors, replaced, input, output, preprocessing, labels, provenance);
  }

  /** The operations that have weights, in execution order. */
  public List<Operation.Convolution> convolutions() {
    List<Operation.Convolution> convolutions = new ArrayList<>();
    for (Operation operation : operations) {
      if (operation instanceof Operation.Convolution convolution) {
        convolutions.add(convolution);
      }
    }
    return convolutions;
  }

  /** The input tensor. */
  public Tensor inputTensor() {
    return tensors.get(input);
  }

  /** The tensor of class scores. */
  public Tensor outputTensor() {
    return tensors.get(output);
  }
}
