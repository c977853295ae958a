#include "ptilmpq_serial.h"

#include <string.h>

enum {
  HELLO = 0x01,
  PART = 0x03,
  STATISTICS = 0x04,
  HELLO_ANSWER = 0x81,
  RESULT = 0x82,
  ACKNOWLEDGEMENT = 0x83,
  STATISTICS_ANSWER = 0x84,
  ERROR = 0xFF,

  VERSION = 1,
  HEAD = 3,
  CHECKSUM = 4,
  FULL_BLOCK = 254
};

/* Half a byte at a time: 64 bytes of table, an eighth of the steps that single bits take. */
uint32_t ptilmpq_crc32c(uint32_t sum, const uint8_t *bytes, size_t count) {
  static const uint32_t table[16] = {
      0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
      0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75};
  sum = ~sum;
  while (count-- > 0) {
    sum ^= *bytes++;
    sum = sum >> 4 ^ table[sum & 15];
    sum = sum >> 4 ^ table[sum & 15];
  }
  return ~sum;
}

static uint32_t get32(const uint8_t *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void put32(uint8_t *bytes, uint32_t value) {
  for (int i = 0; i < 4; i++) {
    bytes[i] = (uint8_t)(value >> 8 * i);
  }
}

/* Sending: bytes are stuffed block by block, so that no frame is ever in memory as a whole. */

static void flush_block(struct ptilmpq_line *line) {
  line->block[0] = (uint8_t)(line->block_length + 1);
  line->write(line->context, line->block, (size_t)line->block_length + 1);
  line->block_length = 0;
}

static void stuff(struct ptilmpq_line *line, const uint8_t *bytes, size_t count) {
  for (; count > 0; count--, bytes++) {
    if (line->block_length == FULL_BLOCK) {
      flush_block(line);
    }
    if (*bytes == 0) {
      flush_block(line);
    } else {
      line->block[++line->block_length] = *bytes;
    }
  }
}

static void put(struct ptilmpq_line *line, const uint8_t *bytes, size_t count) {
  line->sum = ptilmpq_crc32c(line->sum, bytes, count);
  stuff(line, bytes, count);
}

static void delimit(struct ptilmpq_line *line) {
  static const uint8_t zero = 0;
  line->write(line->context, &zero, 1);
}

static void begin_frame(struct ptilmpq_line *line, uint8_t type) {
  const uint8_t head[HEAD] = {type, (uint8_t)line->sequence, (uint8_t)(line->sequence >> 8)};
  line->sum = 0;
  line->block_length = 0;
  delimit(line);
  put(line, head, HEAD);
}

static void end_frame(struct ptilmpq_line *line) {
  uint8_t checksum[CHECKSUM];
  put32(checksum, line->sum);
  stuff(line, checksum, CHECKSUM);
  flush_block(line);
  delimit(line);
}

/* Receiving: gives whether this byte ended a frame that is sound and fits. */

static void keep(struct ptilmpq_line *line, uint8_t value) {
  if (line->answer_length < PTILMPQ_ANSWER) {
    line->answer[line->answer_length] = value;
  }
  if (line->answer_length <= PTILMPQ_ANSWER) {
    line->answer_length++;
  }
}

static int ends_frame(struct ptilmpq_line *line, uint8_t value) {
  if (!line->inside) {
    line->answer_length = 0;
    line->code_left = 0;
    line->zero_follows = 0;
  }
  if (value != 0) {
    line->inside = 1;
    if (line->code_left > 0) {
      line->code_left--;
      keep(line, value);
    } else {
      if (line->zero_follows) {
        keep(line, 0);
      }
      line->code_left = (uint8_t)(value - 1);
      line->zero_follows = value != 255;
    }
    return 0;
  }
  line->inside = 0;
  if (line->code_left > 0 || line->answer_length < HEAD + CHECKSUM || line->answer_length > PTILMPQ_ANSWER) {
    return 0;
  }
  size_t summed = line->answer_length - CHECKSUM;
  return ptilmpq_crc32c(0, line->answer, summed) == get32(line->answer + summed);
}

/* The payload of the answer that came, and its length. */

static const uint8_t *payload(const struct ptilmpq_line *line) {
  return line->answer + HEAD;
}

static size_t payload_length(const struct ptilmpq_line *line) {
  return line->answer_length - HEAD - CHECKSUM;
}

/* Copies a text behind its length byte, as far as both the frame and the room go. */
static void take_text(const struct ptilmpq_line *line, size_t at, char *into, size_t room) {
  size_t length = 0;
  if (at < payload_length(line)) {
    length = payload(line)[at];
    size_t there = payload_length(line) - at - 1;
    length = length < there ? length : there;
    length = length < room ? length : room;
    memcpy(into, payload(line) + at + 1, length);
  }
  into[length] = 0;
}

/* Waits for an answer to the current message: its type, or 0 when the time is over. Older answers are passed over. */
static uint8_t await(struct ptilmpq_line *line) {
  uint32_t start = line->millis(line->context);
  while (line->millis(line->context) - start < line->timeout) {
    int value = line->read(line->context);
    if (value >= 0 && ends_frame(line, (uint8_t)value)
        && (line->answer[1] | line->answer[2] << 8) == line->sequence) {
      if (line->answer[0] == ERROR && payload_length(line) >= 1) {
        line->error = payload(line)[0];
        take_text(line, 1, line->text, PTILMPQ_TEXT);
      }
      return line->answer[0];
    }
  }
  return 0;
}

static int is_try_left(const struct ptilmpq_line *line, uint16_t tried) {
  return line->tries == 0 || tried < line->tries;
}

/* Sends a message that is no picture until it is answered. */
static enum ptilmpq_outcome ask(
    struct ptilmpq_line *line, uint8_t type, const uint8_t *bytes, size_t count, uint8_t wanted, size_t least) {
  line->sequence++;
  for (uint16_t tried = 0; is_try_left(line, tried); tried++) {
    begin_frame(line, type);
    put(line, bytes, count);
    end_frame(line);
    uint8_t got = await(line);
    if (got == wanted && payload_length(line) >= least) {
      return PTILMPQ_DONE;
    }
    /* To a hello it is the answer to something before the reset. */
    if (got == ERROR && type != HELLO) {
      return PTILMPQ_REFUSED;
    }
  }
  return PTILMPQ_SILENT;
}

enum ptilmpq_outcome ptilmpq_hello(struct ptilmpq_line *line, struct ptilmpq_host *host) {
  static const uint8_t version = VERSION;
  enum ptilmpq_outcome outcome = ask(line, HELLO, &version, 1, HELLO_ANSWER, 14);
  if (outcome == PTILMPQ_DONE) {
    const uint8_t *bytes = payload(line);
    host->version = bytes[0];
    host->height = (uint16_t)(bytes[1] | bytes[2] << 8);
    host->width = (uint16_t)(bytes[3] | bytes[4] << 8);
    host->classes = get32(bytes + 5);
    host->longest_picture = get32(bytes + 9);
    host->top = bytes[13];
    take_text(line, 14, host->model, PTILMPQ_LABEL);
  }
  return outcome;
}

enum ptilmpq_outcome ptilmpq_statistics(struct ptilmpq_line *line, uint32_t values[PTILMPQ_STATISTICS]) {
  enum ptilmpq_outcome outcome = ask(line, STATISTICS, NULL, 0, STATISTICS_ANSWER, 4 * PTILMPQ_STATISTICS);
  if (outcome == PTILMPQ_DONE) {
    for (int i = 0; i < PTILMPQ_STATISTICS; i++) {
      values[i] = get32(payload(line) + 4 * i);
    }
  }
  return outcome;
}

static void send_part(
    struct ptilmpq_line *line, uint32_t total, uint32_t offset, const uint8_t *bytes, size_t count) {
  uint8_t place[8];
  put32(place, total);
  put32(place + 4, offset);
  begin_frame(line, PART);
  put(line, place, sizeof place);
  put(line, bytes, count);
  end_frame(line);
}

enum ptilmpq_outcome ptilmpq_picture(
    struct ptilmpq_line *line, uint32_t bytes, ptilmpq_source source, void *context, struct ptilmpq_result *result) {
  uint8_t part[PTILMPQ_PART];
  uint32_t offset = 0;
  uint32_t held = UINT32_MAX; /* offset of what is in part: a part sent again isn't asked from its source again */
  size_t count = 0;
  uint16_t tried = 0;
  line->sequence++;
  while (is_try_left(line, tried)) {
    if (offset != held) {
      count = bytes - offset < PTILMPQ_PART ? bytes - offset : PTILMPQ_PART;
      if (source(context, offset, part, count) < 0) {
        return PTILMPQ_LOST;
      }
      held = offset;
      tried = 0;
    }
    send_part(line, bytes, offset, part, count);
    tried++;
    uint8_t got = await(line);
    while (got == ACKNOWLEDGEMENT && payload_length(line) >= 4 && get32(payload(line)) == offset && offset > 0) {
      /* The acknowledgement of the part before, once more: that of this one is still to come. */
      got = await(line);
    }
    if (got == ERROR) {
      return PTILMPQ_REFUSED;
    }
    if (got == RESULT && payload_length(line) >= 8) {
      result->class_index = get32(payload(line) + 1);
      result->probability = (uint16_t)(payload(line)[5] | payload(line)[6] << 8);
      take_text(line, 7, result->label, PTILMPQ_LABEL);
      return PTILMPQ_DONE;
    }
    if (got == ACKNOWLEDGEMENT && payload_length(line) >= 4 && get32(payload(line)) < bytes) {
      offset = get32(payload(line));
    }
  }
  return PTILMPQ_SILENT;
}
