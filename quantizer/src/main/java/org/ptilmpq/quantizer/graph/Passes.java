package org.ptilmpq.quantizer.graph;

import java.util.Optional;
import java.util.function.BiPredicate;
import org.ptilmpq.quantizer.graph.Node.Activation;
import org.ptilmpq.quantizer.graph.Node.Addition;
import org.ptilmpq.quantizer.graph.Node.AveragePooling;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Node.Padding;

/** The rewrites of a graph between import and quantization; each keeps what the graph computes, up to rounding. */
public final class Passes {

  private Passes() {}

  /** Returns the graph with batch normalizations folded, and activations and additions fused into convolutions. */
  public static FloatGraph simplify(FloatGraph graph) {
    FloatGraph folded = foldChannelScalings(graph.withNodes(graph.nodes()));
    // Activations come before additions, so that an addition brings its activation along into the convolution.
    return fuseAdditions(fuseActivations(fusePaddings(folded)));
  }

  /**
   * Folds a depthwise convolution of one position (a batch normalization, or a constant factor or summand per channel)
   * into the convolution before it: with {@code y = w ∗ x + b} and {@code z = s·y + t} per channel, {@code z = (s·w) ∗
   * x + (s·b + t)}. The convolution's output must have no other reader and no activation. The standard deviation and
   * mean that a batch normalization promises for the result are carried over.
   */
  static FloatGraph foldChannelScalings(FloatGraph graph) {
    return rewritten(graph, Passes::foldChannelScaling);
  }

  /** Makes rows and columns of zeros before a convolution part of the convolution's own padding. */
  static FloatGraph fusePaddings(FloatGraph graph) {
    return rewritten(graph, Passes::fusePadding);
  }

  /** Makes the node before an activation clamp its own result, where nothing reads that without the activation. */
  static FloatGraph fuseActivations(FloatGraph graph) {
    return rewritten(graph, Passes::fuseActivation);
  }

  /**
   * Makes an addition part of the convolution that computes one of its operands: the other becomes the convolution's
   * residual. That convolution's output must have no other reader and no activation before the addition. If both
   * operands come from such convolutions, the later one takes the earlier one's result.
   */
  static FloatGraph fuseAdditions(FloatGraph graph) {
    return rewritten(graph, Passes::fuseAddition);
  }

  /**
   * Goes through a graph from first to last.
   *
   * @param pass puts another node into the list in the place of this one and of one before it, and returns whether it
   *     did
   */
  private static FloatGraph rewritten(FloatGraph graph, BiPredicate<Node, NodeList> pass) {
    NodeList nodes = new NodeList(graph);
    for (Node node : graph.nodes()) {
      if (!pass.test(node, nodes)) {
        nodes.add(node);
      }
    }
    return nodes.graph();
  }

  private static boolean foldChannelScaling(Node node, NodeList nodes) {
    if (!(node instanceof Convolution scaling && isChannelScaling(scaling))) {
      return false;
    }
    Optional<Convolution> before = plainProducer(scaling.input(), nodes);
    before.ifPresent(convolution -> nodes.replace(convolution, folded(convolution, scaling)));
    return before.isPresent();
  }

  private static boolean isChannelScaling(Convolution node) {
    int channels = node.input().shape().channels();
    return node.groups() == channels
        && node.kernel().outputs() == channels
        && node.window().isPointwise()
        && node.residual().isEmpty();
  }

  /** The convolution without residual and activation that computes a value which nothing else reads. */
  private static Optional<Convolution> plainProducer(Value value, NodeList nodes) {
    return nodes
        .soleProducer(value)
        .filter(node -> node instanceof Convolution c && c.residual().isEmpty() && c.clamp().isNone())
        .map(Convolution.class::cast);
  }

  private static Convolution folded(Convolution convolution, Convolution scaling) {
    Kernel kernel = convolution.kernel();
    float[] weights = new float[kernel.values().length];
    float[] bias = new float[kernel.outputs()];
    boolean normalizing = scaling.normScale().length > 0;
    float[] normScale = (normalizing ? scaling : convolution).normScale().clone();
    float[] normShift = (normalizing ? scaling : convolution).normShift().clone();
    for (int out = 0; out < kernel.outputs(); out++) {
      double scale = scaling.kernel().values()[out];
      bias[out] = (float) (scale * convolution.bias()[out] + scaling.bias()[out]);
      if (!normalizing && normScale.length > 0) {
        normScale[out] = (float) (scale * normScale[out]);
        normShift[out] = (float) (scale * normShift[out] + scaling.bias()[out]);
      }
      int end = (out + 1) * kernel.weightsPerOutput();
      for (int i = out * kernel.weightsPerOutput(); i < end; i++) {
        weights[i] = (float) (scale * kernel.values()[i]);
      }
    }
    return new Convolution(
        convolution.name(),
        convolution.input(),
        Optional.empty(),
        scaling.output(),
        convolution.window(),
        convolution.groups(),
        new Kernel(kernel.outputs(), kernel.inputs(), kernel.height(), kernel.width(), weights),
        bias,
        normScale,
        normShift,
        scaling.clamp());
  }

  private static boolean fusePadding(Node node, NodeList nodes) {
    if (node instanceof Convolution convolution
        && nodes.soleProducer(convolution.input()).orElse(null) instanceof Padding padding
        && padding.input().shape().channels() == padding.output().shape().channels()) {
      nodes.replace(padding, fused(padding, convolution));
      return true;
    }
    return false;
  }

  private static Convolution fused(Padding padding, Convolution convolution) {
    Shape inner = padding.input().shape();
    Shape padded = padding.output().shape();
    Window window = convolution.window();
    return new Convolution(
        convolution.name(),
        padding.input(),
        convolution.residual(),
        convolution.output(),
        new Window(
            window.kernelHeight(),
            window.kernelWidth(),
            window.strideY(),
            window.strideX(),
            window.dilationY(),
            window.dilationX(),
            window.padTop() + padding.padTop(),
            window.padLeft() + padding.padLeft(),
            window.padBottom() + padded.height() - inner.height() - padding.padTop(),
            window.padRight() + padded.width() - inner.width() - padding.padLeft()),
        convolution.groups(),
        convolution.kernel(),
        convolution.bias(),
        convolution.normScale(),
        convolution.normShift(),
        convolution.clamp());
  }

  private static boolean fuseActivation(Node node, NodeList nodes) {
    if (!(node instanceof Activation activation)) {
      return false;
    }
    Optional<Node> before = nodes.soleProducer(activation.input());
    Optional<Node> fused = before.flatMap(producer -> fused(producer, activation));
    fused.ifPresent(clamping -> nodes.replace(before.get(), clamping));
    return fused.isPresent();
  }

  private static Optional<Node> fused(Node producer, Activation activation) {
    Clamp clamp = producer.clamp().then(activation.clamp());
    Value output = activation.output();
    return switch (producer) {
      case Convolution c -> Optional.of(c.with(c.residual(), output, clamp));
      case Addition a -> Optional.of(new Addition(a.name(), a.left(), a.right(), output, clamp));
      case AveragePooling p ->
          Optional.of(new AveragePooling(p.name(), p.input(), output, p.window(), p.countPadding(), clamp));
      case Activation a -> Optional.of(new Activation(a.name(), a.input(), output, clamp));
      case Node.MaxPooling _, Node.Slice _, Padding _ -> Optional.empty();
    };
  }

  private static boolean fuseAddition(Node node, NodeList nodes) {
    if (!(node instanceof Addition addition)) {
      return false;
    }
    Optional<Convolution> left = plainProducer(addition.left(), nodes);
    Optional<Convolution> right = plainProducer(addition.right(), nodes);
    boolean takeRight = right.isPresent() && (left.isEmpty() || nodes.isAfter(right.get(), left.get()));
    Optional<Convolution> chosen = takeRight ? right : left;
    chosen.ifPresent(
        convolution -> {
          Value residual = takeRight ? addition.left() : addition.right();
          // The residual may be computed after the convolution: in the addition's place it is available.
          nodes.remove(convolution);
          nodes.add(convolution.with(Optional.of(residual), addition.output(), addition.clamp()));
        });
    return chosen.isPresent();
  }
}
