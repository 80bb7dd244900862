/*
 * A program in a pseudo-terminal with libvterm as its terminal. Bytes are taken off the line at
 * once and become a picture only at the end of a frame (the end of synchronised output, CSI ? 2026
 * l; small frames have no brackets and come in one piece): so the terminal's own work is in no
 * measured time. One thread; nothing here blocks longer than it is told to.
 */
#ifndef BENCH_EMULATOR_H
#define BENCH_EMULATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <termios.h>

#include <vterm.h>

struct emulator {
	VTerm *vt;
	VTermScreen *screen;
	int w, h, fd, slave;
	pid_t pid; /* 0: not started */
	int status;
	bool ended, cursor_shown;
	struct termios before;
	char *held; /* bytes read that are no picture yet */
	size_t n_held, cap_held, seen;
	int64_t read_us, frame_us; /* when the newest bytes, the newest end of a frame came */
	uint64_t bytes, frames, frame_bytes;
	FILE *tee; /* every byte, NULL: nowhere */
};

int64_t now_us(void);
void emulator_init(struct emulator *e, int w, int h);
void emulator_release(struct emulator *e); /* kills what still runs */
/* 0, or -1 when it cannot be started. argv is NULL-ended. */
int emulator_start(struct emulator *e, char *const *argv);
void emulator_resize(struct emulator *e, int w, int h);
/* Takes what comes within `ms`. Returns after the first read; false when nothing came. */
bool emulator_read(struct emulator *e, int ms);
void emulator_settle(struct emulator *e); /* held bytes become picture, frame or not */
void emulator_send(struct emulator *e, const char *bytes, size_t n);
/* FNV-1a over text and colours of the rows from..to-1. */
uint64_t emulator_hash(const struct emulator *e, int from, int to);
/* UTF-8 of a row without blanks at its end; returns its length. */
size_t emulator_row(const struct emulator *e, int y, char *out, size_t cap);
bool emulator_shows(const struct emulator *e, const char *text);
void emulator_cell(const struct emulator *e, int x, int y, VTermScreenCell *out);
size_t cell_text(const VTermScreenCell *c, char *out);

#endif
