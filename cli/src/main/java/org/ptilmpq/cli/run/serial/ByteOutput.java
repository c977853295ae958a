package org.ptilmpq.cli.run.serial;

import java.io.IOException;

/** The line that is connected at the moment, to which answers go. */
interface ByteOutput {

  void write(byte[] bytes, int length) throws IOException;
}
