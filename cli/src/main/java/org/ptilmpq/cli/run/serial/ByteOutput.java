package org.ptilmpq.cli.run.serial;

import java.io.IOException;

/** Where answers go: the line that is connected at the moment. */
interface ByteOutput {

  void write(byte[] bytes, int length) throws IOException;
}
