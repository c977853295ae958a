/**
 * {@code serve --serial}: pictures that come over a serial line, and the answers, as {@code docs/serial.md} specifies
 * them. From the line inwards: {@link org.ptilmpq.cli.run.serial.SerialLink} has bytes, {@link
 * org.ptilmpq.cli.run.serial.FrameDecoder} makes frames of them, a {@link
 * org.ptilmpq.cli.run.serial.SerialServer.Receiver} makes pictures and requests, {@link
 * org.ptilmpq.cli.run.serial.Service} carries them out, and {@link org.ptilmpq.cli.run.serial.Answers} writes the
 * results. All buffers are allocated once.
 */
package org.ptilmpq.cli.run.serial;
