/** The commands of {@code ptilmpq-run.jar}, one class per command. */
package org.ptilmpq.cli.run;
