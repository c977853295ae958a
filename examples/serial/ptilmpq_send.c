/*
 * Sends pictures to PTILMPQ over a serial port of Linux or macOS, a line of answer each: what a microcontroller would
 * do, on a machine where it can be tried.
 *
 *   cc -o ptilmpq_send ptilmpq_send.c ptilmpq_serial.c
 *   ./ptilmpq_send /dev/ttyUSB0 picture.jpg ...
 *
 * The port has to be set up: stty -F /dev/ttyUSB0 raw -echo 115200
 */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ptilmpq_serial.h"

static int port;

static int read_byte(void *context) {
  struct pollfd waiting = {.fd = port, .events = POLLIN};
  uint8_t value;
  (void)context;
  if (poll(&waiting, 1, 1) > 0 && read(port, &value, 1) == 1) {
    return value;
  }
  return -1;
}

static void write_bytes(void *context, const uint8_t *bytes, size_t count) {
  (void)context;
  while (count > 0) {
    ssize_t written = write(port, bytes, count);
    if (written < 0) {
      perror("write");
      exit(1);
    }
    bytes += written;
    count -= (size_t)written;
  }
}

static uint32_t millis(void *context) {
  struct timespec now;
  (void)context;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint32_t)(now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

static int read_file(void *context, uint32_t offset, uint8_t *into, size_t count) {
  FILE *file = context;
  return fseek(file, (long)offset, SEEK_SET) == 0 && fread(into, 1, count, file) == count ? 0 : -1;
}

static int send_file(struct ptilmpq_line *line, const char *name) {
  struct ptilmpq_result result;
  FILE *file = fopen(name, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
    perror(name);
    return 1;
  }
  enum ptilmpq_outcome outcome = ptilmpq_picture(line, (uint32_t)ftell(file), read_file, file, &result);
  fclose(file);
  if (outcome == PTILMPQ_DONE) {
    printf("result %" PRIu32 " %u %s\n", result.class_index, result.probability, result.label);
  } else if (outcome == PTILMPQ_REFUSED) {
    printf("refused %u %s\n", line->error, line->text);
  } else {
    printf("failed %d\n", outcome);
    return 1;
  }
  fflush(stdout);
  return 0;
}

int main(int count, char **arguments) {
  struct ptilmpq_line line = {
      .read = read_byte, .write = write_bytes, .millis = millis, .timeout = 300, .tries = 200};
  struct ptilmpq_host host;
  uint32_t statistics[PTILMPQ_STATISTICS];
  if (count < 2) {
    fprintf(stderr, "usage: ptilmpq_send PORT PICTURE...\n");
    return 2;
  }
  port = open(arguments[1], O_RDWR | O_NOCTTY);
  if (port < 0) {
    perror(arguments[1]);
    return 1;
  }
  printf("crc32c %08" PRIX32 "\n", ptilmpq_crc32c(0, (const uint8_t *)"123456789", 9));
  if (ptilmpq_hello(&line, &host) != PTILMPQ_DONE) {
    fprintf(stderr, "no answer\n");
    return 1;
  }
  printf("host %u %u %u %" PRIu32 " %" PRIu32 " %u %s\n", host.version, host.height, host.width, host.classes,
         host.longest_picture, host.top, host.model);
  int failed = 0;
  for (int i = 2; i < count; i++) {
    failed |= send_file(&line, arguments[i]);
  }
  if (ptilmpq_statistics(&line, statistics) == PTILMPQ_DONE) {
    printf("pictures %" PRIu32 "\n", statistics[1]);
  }
  return failed;
}
