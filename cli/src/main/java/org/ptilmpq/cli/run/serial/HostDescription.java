package org.ptilmpq.cli.run.serial;

import org.ptilmpq.format.PqModel;

/**
 * The host's description of itself.
 *
 * @param height of the network's input in pixels
 * @param width of the network's input in pixels
 * @param classes number of classes
 * @param longestPicture bytes of the longest encoded picture that is taken
 * @param top classes in a result
 * @param model the network's name
 */
record HostDescription(int height, int width, int classes, int longestPicture, int top, String model) {

  /** Version of the protocol in docs/serial.md. */
  static final int PROTOCOL_VERSION = 1;

  static HostDescription of(PqModel model, int longestPicture, int top) {
    return new HostDescription(
        model.inputTensor().height(),
        model.inputTensor().width(),
        model.outputTensor().channels(),
        longestPicture,
        Math.min(top, model.outputTensor().channels()),
        model.name());
  }
}
