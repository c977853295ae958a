package org.ptilmpq.quantizer.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderedWorkTest {

  @Test
  void handsResultsOverInOrder() {
    try (OrderedWork work = new OrderedWork(3)) {
      List<Integer> taken = new ArrayList<>();
      work.run(500, index -> index * index, (index, square) -> taken.add(square));
      assertThat(taken).isEqualTo(IntStream.range(0, 500).mapToObj(i -> i * i).toList());
    }
  }

  @Test
  void throwsWhatATaskThrowsAndGoesOnWorking() {
    try (OrderedWork work = new OrderedWork(2)) {
      assertThatThrownBy(() -> work.run(9, OrderedWorkTest::failAtFive, (index, result) -> {}))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("five");
      List<Integer> taken = new ArrayList<>();
      work.run(3, index -> index, (index, result) -> taken.add(result));
      assertThat(taken).containsExactly(0, 1, 2);
    }
  }

  @Test
  void endsWhenInterrupted() {
    try (OrderedWork work = new OrderedWork(2)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> work.run(9, index -> index, (index, result) -> {}))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static int failAtFive(int index) {
    if (index == 5) {
      throw new ArithmeticException("five");
    }
    return index;
  }
}
