/**
 * The classes that {@code java -jar} starts. A jar's manifest can't add the Vector API's module, and the Java that the
 * user has at hand may be too old: this package finds a suitable Java and starts the program in it. It is compiled for
 * Java 8 and uses nothing newer, so that any Java can say what is needed.
 */
package org.ptilmpq.cli.launch;
