/** Pictures that keep coming: camera streams on standard input, pictures dropped into a folder. */
package org.ptilmpq.cli.run.stream;
