/** How results are written to standard output: for people and for programs, one picture or an endless stream of them. */
package org.ptilmpq.cli.run.output;
