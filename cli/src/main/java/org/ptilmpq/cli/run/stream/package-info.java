/**
 * Pictures one after the other, each with its classes printed: named ones, those dropped into a folder, a camera's
 * stream on standard input.
 */
package org.ptilmpq.cli.run.stream;
