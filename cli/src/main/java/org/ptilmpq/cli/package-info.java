/** The command lines of both jars: what their commands share. Results go to stdout, everything else to stderr. */
package org.ptilmpq.cli;
