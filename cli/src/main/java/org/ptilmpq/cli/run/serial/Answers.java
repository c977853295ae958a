package org.ptilmpq.cli.run.serial;

import java.io.IOException;
import org.ptilmpq.format.PqModel;
import org.ptilmpq.runtime.Ranking;

/**
 * Writes the host's answers in one of their two forms. Each has the number of what it answers: the sequence of a frame,
 * or the count of pictures. They are put together in two buffers: the answer to the last picture is kept, so that it
 * can be repeated after other answers. All methods that write throw when the line is gone.
 *
 * @param <B> the buffer in which answers of this form are put together
 */
abstract class Answers<B extends Answers.Buffer> {

  /** Most classes in a result, so that its length is bounded. */
  static final int MAX_CLASSES = 20;

  /** Most characters of a label or name that are sent; the rest is cut off. */
  static final int MAX_LABEL = 40;

  /** Most characters of an error's text that are sent. */
  static final int MAX_TEXT = 80;

  /** The line that is connected at the moment, to which answers go. */
  interface Output {
    void write(byte[] bytes, int length) throws IOException;
  }

  /** A buffer in which answers are put together, one after the other in the same bytes. */
  interface Buffer {
    /** Ends the answer and returns how many bytes there are in {@link #bytes}. */
    int end();

    /** Returns the bytes that hold the answer after {@link #end}. */
    byte[] bytes();
  }

  /** Why a request has no result. Numbers are never given a new meaning. */
  enum ErrorCode {
    TOO_LONG(1),
    UNREADABLE_PICTURE(2),
    UNKNOWN_TYPE(3),
    MALFORMED(4);

    private final int number;

    ErrorCode(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }
  }

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
  record Host(int height, int width, int classes, int longestPicture, int top, String model) {

    /** Version of the protocol in docs/serial.md. */
    static final int PROTOCOL_VERSION = 1;

    static Host of(PqModel model, int longestPicture, int top) {
      int classes = model.outputTensor().channels();
      return new Host(
          model.inputTensor().height(),
          model.inputTensor().width(),
          classes,
          longestPicture,
          Math.min(top, classes),
          model.name());
    }
  }

  /** For the result or error of a picture, sent by {@link #sendOfPicture}. */
  final B ofPicture;

  /** For all else, sent by {@link #send}. */
  final B other;

  private final Output output;
  private int ofPictureBytes;

  Answers(B ofPicture, B other, Output output) {
    this.ofPicture = ofPicture;
    this.other = other;
    this.output = output;
  }

  abstract void result(int number, Ranking ranking) throws IOException;

  abstract void error(int number, ErrorCode code, String text) throws IOException;

  /**
   * @param wanted offset of the byte that has to come next
   */
  abstract void acknowledge(int number, int wanted) throws IOException;

  abstract void statistics(int number, SerialStatistics statistics) throws IOException;

  abstract void hello(int number, Host host) throws IOException;

  /** Repeats the last {@link #result} or {@link #error}. */
  final void repeat() throws IOException {
    output.write(ofPicture.bytes(), ofPictureBytes);
  }

  final void sendOfPicture() throws IOException {
    ofPictureBytes = ofPicture.end();
    repeat();
  }

  final void send() throws IOException {
    output.write(other.bytes(), other.end());
  }

  /** Returns the character, or a question mark in place of one that not every display at the other end has. */
  static byte printable(char character) {
    return (byte) (character >= ' ' && character <= '~' ? character : '?');
  }
}
