/**
 * From the bytes of a picture to the network's input: decoding with limits ({@link
 * org.ptilmpq.runtime.image.PictureDecoder}), resizing equal to Pillow's to the byte ({@link
 * org.ptilmpq.runtime.image.Resizer}), and normalizing ({@link org.ptilmpq.runtime.image.Preprocessor}). Pictures come
 * from outside: whatever is wrong with one ends in a {@link org.ptilmpq.runtime.image.PictureException}.
 */
package org.ptilmpq.runtime.image;
