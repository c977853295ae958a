/** Writing results to standard output, for human readers and for programs: one picture or an endless stream of them. */
package org.ptilmpq.cli.run.output;
