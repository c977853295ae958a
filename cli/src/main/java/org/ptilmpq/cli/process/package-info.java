/** This process as the operating system sees it: its image, and its standard output and error. */
package org.ptilmpq.cli.process;
