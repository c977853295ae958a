package org.ptilmpq.cli.run.serial;

import java.io.IOException;

/**
 * Answers from two buffers: the answer to the last picture is kept, so that it can be repeated after other answers.
 *
 * @param <B> the buffer in which answers of this form are put together
 */
abstract class BufferedAnswers<B extends AnswerBuffer> implements Answers {

  /** For the result or error of a picture, sent by {@link #sendOfPicture}. */
  final B ofPicture;

  /** For all else, sent by {@link #send}. */
  final B other;

  private final ByteOutput output;
  private int ofPictureBytes;

  BufferedAnswers(B ofPicture, B other, ByteOutput output) {
    this.ofPicture = ofPicture;
    this.other = other;
    this.output = output;
  }

  final void sendOfPicture() throws IOException {
    ofPictureBytes = ofPicture.end();
    repeat();
  }

  @Override
  public final void repeat() throws IOException {
    output.write(ofPicture.bytes(), ofPictureBytes);
  }

  final void send() throws IOException {
    output.write(other.bytes(), other.end());
  }
}
