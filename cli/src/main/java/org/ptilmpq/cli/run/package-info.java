/** The commands of {@code ptilmpq-run.jar}, a class each. */
package org.ptilmpq.cli.run;
