/** This process as the operating system sees it: its image, its heap, whether it talks to a terminal. */
package org.ptilmpq.cli.process;
