/*
 * The device's end of PTILMPQ's framed serial link (docs/serial.md), in C99 without malloc, for microcontrollers: 500
 * bytes of memory, and 200 of stack. Pictures go in parts, each sent again until the host acknowledges it, so that a
 * camera's FIFO can be emptied piece by piece and a bad line costs time but no result.
 */
#ifndef PTILMPQ_SERIAL_H
#define PTILMPQ_SERIAL_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a picture in one part: memory on the stack, and what is sent again when it gets lost. */
#ifndef PTILMPQ_PART
#define PTILMPQ_PART 128
#endif

/* The longest answer that is kept, with its 7 bytes of head and checksum: any but a RESULT of several classes. */
#ifndef PTILMPQ_ANSWER
#define PTILMPQ_ANSWER 96
#endif

#define PTILMPQ_LABEL 40
#define PTILMPQ_TEXT 80
#define PTILMPQ_STATISTICS 13

enum ptilmpq_outcome {
  PTILMPQ_DONE,    /* the answer is there */
  PTILMPQ_REFUSED, /* the host answered with an error, which is in ptilmpq_line.error and .text */
  PTILMPQ_SILENT,  /* no answer after all tries */
  PTILMPQ_LOST     /* the host wants an earlier part of the picture, which its source can't give again */
};

struct ptilmpq_line {
  /* To be set before use. */
  int (*read)(void *context);                                          /* the next byte, or -1 when none is there */
  void (*write)(void *context, const uint8_t *bytes, size_t count);    /* sends all of them */
  uint32_t (*millis)(void *context);                                   /* a clock that may wrap, as Arduino's millis() */
  void *context;
  uint32_t timeout;                                                    /* milliseconds until a message is sent again */
  uint16_t tries;                                                      /* how often it is sent, 0: without end */

  /* Of the host's last refusal. */
  uint8_t error;
  char text[PTILMPQ_TEXT + 1];

  /* The library's own; all zero at first. */
  uint16_t sequence;
  uint32_t sum;
  uint8_t block[255];
  uint8_t block_length;
  uint8_t answer[PTILMPQ_ANSWER];
  size_t answer_length;
  uint8_t code_left;
  uint8_t zero_follows;
  uint8_t inside;
};

struct ptilmpq_host {
  uint8_t version;
  uint16_t height, width; /* of the network's input, in pixels */
  uint32_t classes;
  uint32_t longest_picture; /* bytes */
  uint8_t top;              /* classes in a result */
  char model[PTILMPQ_LABEL + 1];
};

struct ptilmpq_result {
  uint32_t class_index;
  uint16_t probability; /* in 1/65535 */
  char label[PTILMPQ_LABEL + 1];
};

/* Gives count bytes of the picture from an offset on, 0; or -1 when they can't be had any more. */
typedef int (*ptilmpq_source)(void *context, uint32_t offset, uint8_t *into, size_t count);

/* Has to come first after each reset: it tells the host to forget what it had of this device. */
enum ptilmpq_outcome ptilmpq_hello(struct ptilmpq_line *line, struct ptilmpq_host *host);

/* Sends a picture of so many bytes, JPEG or PNG, and waits for its likeliest class. */
enum ptilmpq_outcome ptilmpq_picture(
    struct ptilmpq_line *line, uint32_t bytes, ptilmpq_source source, void *context, struct ptilmpq_result *result);

/* Asks for the host's counts, in the order of docs/serial.md. */
enum ptilmpq_outcome ptilmpq_statistics(struct ptilmpq_line *line, uint32_t values[PTILMPQ_STATISTICS]);

/* CRC-32C of more bytes; begin with sum 0. */
uint32_t ptilmpq_crc32c(uint32_t sum, const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif

#endif
