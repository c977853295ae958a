package org.ptilmpq.kernels.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;

@EnabledOnOs(architectures = "aarch64")
class NeonEmitterTest {

  @Test
  void functionsLeaveTheLowerHalvesOfEightVectorsAsTheyWere() {
    EmittedFunction f = new EmittedFunction(NeonEmitter::new);
    for (int v = 8; v < 16; v++) {
      f.putLong(16 * v, 0x0123456789ABCDEFL * v);
    }
    NeonEmitter e = new NeonEmitter();
    e.enter();
    for (int v = 0; v < e.vectors(); v++) {
      e.clear(v);
    }
    e.leave();
    int function = e.code().length;
    e.enter();
    for (int v = 8; v < 16; v++) {
      e.loadVector(v, 0, 16 * v);
    }
    e.call(1);
    for (int v = 8; v < 16; v++) {
      e.storeVector(v, 0, 1024 + 16 * v, 8);
    }
    e.leave();
    f.run(e.code(), function, EmittedFunction.addressOf(0));
    for (int v = 8; v < 16; v++) {
      assertThat(f.longAt(1024 + 16 * v)).isEqualTo(0x0123456789ABCDEFL * v);
    }
  }
}
