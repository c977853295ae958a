/** The commands of {@code ptilmpq-quantize.jar}, a class each. */
package org.ptilmpq.cli.quantize;
