package org.ptilmpq.quantizer.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.ptilmpq.quantizer.graph.Node.AveragePooling;
import org.ptilmpq.quantizer.graph.Node.Convolution;
import org.ptilmpq.quantizer.graph.Node.MaxPooling;
import org.ptilmpq.quantizer.graph.Node.Padding;
import org.ptilmpq.testkit.Seeds;

/** Tests what each pass does and what it leaves alone; {@link Graphs#apply} checks that results stay the same. */
class PassesTest {

  private final Graphs graphs = new Graphs(Seeds.random("PassesTest", 23));
  private final Value x = graphs.input();

  private static List<String> names(FloatGraph graph) {
    return graph.nodes().stream().map(Node::name).toList();
  }

  @Test
  void scalingIsFolded() {
    Value a = graphs.convolution(x, "a");
    Value b = graphs.scaling(a, "b");
    FloatGraph graph = graphs.graph(graphs.scaling(b, "c"));
    FloatGraph folded = graphs.apply(Passes::foldChannelScalings, graph);
    assertThat(names(folded)).containsExactly("a");
    Convolution last = (Convolution) graph.nodes().getLast();
    assertThat(((Convolution) folded.nodes().getFirst()).normScale()).isEqualTo(last.normScale());
    assertThat(((Convolution) folded.nodes().getFirst()).normShift()).isEqualTo(last.normShift());
  }

  @Test
  void whatANormPromisesIsScaledWithItsResult() {
    Value a = graphs.scaling(graphs.convolution(x, "a"), "norm");
    FloatGraph graph = graphs.graph(graphs.plainScaling(a, "factor"));
    Convolution norm = (Convolution) graph.nodes().get(1);
    Convolution factor = (Convolution) graph.nodes().get(2);
    Convolution folded = (Convolution) graphs.apply(Passes::foldChannelScalings, graph).nodes().getFirst();
    for (int c = 0; c < 3; c++) {
      float s = factor.kernel().values()[c];
      assertThat(folded.normScale()[c]).isCloseTo(s * norm.normScale()[c], offset(1e-6f));
      assertThat(folded.normShift()[c]).isCloseTo(s * norm.normShift()[c] + factor.bias()[c], offset(1e-6f));
    }
  }

  @Test
  void scalingIsNotFoldedOverAnotherReader() {
    Value a = graphs.convolution(x, "a");
    Value b = graphs.scaling(a, "b");
    FloatGraph graph = graphs.graph(graphs.sum(a, b, "c"));
    assertThat(names(graphs.apply(Passes::foldChannelScalings, graph))).containsExactly("a", "b", "c");
  }

  @Test
  void scalingIsNotFoldedOverAnActivation() {
    Value a = graphs.convolution(x, "a");
    Value b = graphs.activation(a, Clamp.RELU, "b");
    FloatGraph graph = graphs.graph(graphs.scaling(b, "c"));
    assertThat(names(graphs.apply(Passes::foldChannelScalings, graph))).containsExactly("a", "b", "c");
    FloatGraph fused = graphs.apply(Passes::fuseActivations, graph);
    assertThat(names(graphs.apply(Passes::foldChannelScalings, fused))).containsExactly("a", "c");
  }

  @Test
  void scalingOfTheInputStays() {
    Value a = graphs.scaling(x, "a");
    FloatGraph graph = graphs.graph(graphs.convolution(a, "b"));
    assertThat(names(graphs.apply(Passes::foldChannelScalings, graph))).containsExactly("a", "b");
  }

  @Test
  void activationsAreFused() {
    Value a = graphs.activation(graphs.convolution(x, "a"), Clamp.RELU, "a relu");
    Value b = graphs.activation(graphs.sum(a, x, "b"), Clamp.RELU6, "b relu");
    Value c = graphs.activation(graphs.activation(x, Clamp.RELU, "c"), Clamp.RELU6, "c relu");
    FloatGraph fused = graphs.apply(Passes::fuseActivations, graphs.graph(graphs.sum(b, c, "d")));
    assertThat(names(fused)).containsExactly("a", "b", "c", "d");
    assertThat(fused.nodes().stream().map(Node::clamp))
        .containsExactly(Clamp.RELU, Clamp.RELU6, Clamp.RELU6, Clamp.NONE);
  }

  @Test
  void activationsStayWhereTheirInputIsNeededOrCannotClamp() {
    Value a = graphs.convolution(x, "a");
    Value b = graphs.activation(a, Clamp.RELU, "b");
    Value p = new Value("p", x.shape());
    graphs.add(new MaxPooling("p", graphs.sum(a, b, "c"), p, new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1)));
    FloatGraph graph = graphs.graph(graphs.activation(p, Clamp.RELU, "d"));
    assertThat(names(graphs.apply(Passes::fuseActivations, graph))).containsExactly("a", "b", "c", "p", "d");
  }

  @Test
  void averagesTakeTheirActivation() {
    Value p = new Value("p", x.shape());
    graphs.add(new AveragePooling("p", x, p, new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1), true, Clamp.NONE));
    FloatGraph graph = graphs.graph(graphs.activation(p, new Clamp(-0.1f, 0.1f), "d"));
    assertThat(names(graphs.apply(Passes::fuseActivations, graph))).containsExactly("p");
  }

  @Test
  void additionGoesIntoTheLaterConvolution() {
    Value a = graphs.convolution(x, "a");
    Value b = graphs.convolution(x, "b");
    FloatGraph fused = graphs.apply(Passes::fuseAdditions, graphs.graph(graphs.sum(b, a, "c")));
    assertThat(names(fused)).containsExactly("a", "b");
    assertThat(((Convolution) fused.nodes().getLast()).residual()).isEqualTo(Optional.of(a));
  }

  @Test
  void additionMovesAConvolutionBehindTheOtherOperand() {
    Value a = graphs.convolution(x, "a");
    Value b = graphs.activation(x, Clamp.RELU, "b");
    FloatGraph fused = graphs.apply(Passes::fuseAdditions, graphs.graph(graphs.sum(a, b, "c")));
    assertThat(names(fused)).containsExactly("b", "a");
  }

  @Test
  void additionsThatAreNotFused() {
    Value a = graphs.convolution(x, "a");
    Value twice = graphs.sum(a, a, "twice");
    Value b = graphs.activation(graphs.convolution(twice, "b"), Clamp.RELU, "b relu");
    Value c = graphs.sum(twice, b, "c");
    FloatGraph graph = graphs.apply(Passes::fuseActivations, graphs.graph(c));
    assertThat(names(graphs.apply(Passes::fuseAdditions, graph))).containsExactly("a", "twice", "b", "c");
  }

  @Test
  void aConvolutionTakesOneAdditionOnly() {
    Value a = graphs.convolution(x, "a");
    Value b = graphs.sum(a, x, "b");
    FloatGraph fused = graphs.apply(Passes::fuseAdditions, graphs.graph(graphs.sum(b, x, "c")));
    assertThat(names(fused)).containsExactly("a", "c");
  }

  @Test
  void paddingGoesIntoTheConvolution() {
    Value p = new Value("p", new Shape(8, 6, 3));
    graphs.add(new Padding("p", x, p, 1, 2, 0));
    Convolution model = (Convolution) graphs.graph(graphs.convolution(x, "model")).nodes().getLast();
    Value y = new Value("y", new Shape(6, 4, 3));
    graphs.add(
        new Convolution(
            "a",
            p,
            Optional.empty(),
            y,
            new Window(3, 3, 1, 1, 1, 1, 0, 0, 0, 0),
            1,
            model.kernel(),
            model.bias(),
            new float[0],
            new float[0],
            Clamp.NONE));
    FloatGraph fused = graphs.apply(Passes::fusePaddings, graphs.graph(y));
    assertThat(names(fused)).containsExactly("a");
    assertThat(((Convolution) fused.nodes().getLast()).window())
        .isEqualTo(new Window(3, 3, 1, 1, 1, 1, 1, 2, 2, 0));
  }

  @Test
  void residualBlockBecomesTwoConvolutions() {
    Value a = graphs.activation(graphs.scaling(graphs.convolution(x, "a"), "an"), Clamp.RELU, "ar");
    Value b = graphs.scaling(graphs.convolution(a, "b"), "bn");
    FloatGraph graph = graphs.graph(graphs.activation(graphs.sum(b, x, "sum"), Clamp.RELU, "out"));
    FloatGraph simplified = graphs.apply(Passes::simplify, graph);
    assertThat(names(simplified)).containsExactly("a", "b");
    assertThat(simplified.nodes().getLast().clamp()).isEqualTo(Clamp.RELU);
  }
}
