/*
 * A plugin of QEMU's user-mode emulator: writes how many instructions the emulated process has executed so far, a line each time
 * the process marks a moment by closing the file descriptor MARK. Compiled code is counted as it runs, whoever made it: the
 * C compiler or Java's.
 *
 * Several threads add to one counter without locks, so that it is exact only while one of them runs.
 *
 * The declarations are those of QEMU's plugin interface, version 1 (docs/devel/tcg-plugins.rst of its source), whose header
 * Debian doesn't ship.
 */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t qemu_plugin_id_t;
struct qemu_info_t;
struct qemu_plugin_tb;
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *, enum qemu_plugin_op, void *, uint64_t);
void qemu_plugin_register_vcpu_syscall_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, unsigned, int64_t, uint64_t, uint64_t,
    uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t));
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);

EXPORT int qemu_plugin_version = 1;

/* The number of close(2) on arm64, and the descriptor that InstructionMark of bench closes: one that can't be. */
enum { CLOSE = 57, MARK = -20561 };

static uint64_t executed;

/* A block of instructions without a jump in or out is translated once, and adds its length whenever it runs. */
static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
  (void) id;
  qemu_plugin_register_vcpu_tb_exec_inline(block, QEMU_PLUGIN_INLINE_ADD_U64, &executed, qemu_plugin_tb_n_insns(block));
}

static void called(qemu_plugin_id_t id, unsigned processor, int64_t number, uint64_t descriptor, uint64_t a2, uint64_t a3,
    uint64_t a4, uint64_t a5, uint64_t a6, uint64_t a7, uint64_t a8) {
  (void) id, (void) processor, (void) a2, (void) a3, (void) a4, (void) a5, (void) a6, (void) a7, (void) a8;
  if (number == CLOSE && (int32_t) descriptor == MARK) {
    fprintf(stderr, "instructions %" PRIu64 "\n", executed);
  }
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int count, char **arguments) {
  (void) info, (void) count, (void) arguments;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
  qemu_plugin_register_vcpu_syscall_cb(id, called);
  return 0;
}
