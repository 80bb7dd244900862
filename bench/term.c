/* A terminal that is told what to do, line by line on standard input, and answers on standard
 * output: bench/term.py is its other side and has the words. Bytes travel as hexadecimal. */
#include "bench/emulator.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 64

static size_t unhex(const char *hex, char *out, size_t cap)
{
	size_t n = 0;
	for (; hex[0] && hex[1] && n + 1 < cap; hex += 2) {
		char pair[3] = {hex[0], hex[1], '\0'};
		out[n++] = (char)strtoul(pair, NULL, 16);
	}
	out[n] = '\0';
	return n;
}

static void do_start(struct emulator *e, char **word, int n)
{
	char *argv[MAX_WORDS + 1];
	for (int i = 0; i < n; i++) {
		argv[i] = malloc(strlen(word[i]) + 2);
		unhex(word[i], argv[i], strlen(word[i]) + 2);
	}
	argv[n] = NULL;
	puts(emulator_start(e, argv) == 0 ? "ok" : "error cannot start");
	for (int i = 0; i < n; i++)
		free(argv[i]);
}

/* Reads on until the text is there (or gone); says how long that took since `from`. */
static void do_wait(struct emulator *e, const char *hex, int ms, bool there, int64_t from)
{
	char text[1024];
	int64_t end = now_us() + (int64_t)ms * 1000;
	unhex(hex, text, sizeof text);
	while (emulator_shows(e, text) != there) {
		if (now_us() >= end || e->ended) {
			puts("no");
			return;
		}
		if (!emulator_read(e, 20))
			emulator_settle(e);
	}
	printf("ok %lld %llu\n", (long long)(e->read_us - from), (unsigned long long)e->bytes);
}

static void do_pump(struct emulator *e, int ms)
{
	int64_t end = now_us() + (int64_t)ms * 1000;
	for (int64_t now; (now = now_us()) < end && !e->ended;)
		emulator_read(e, (int)((end - now + 999) / 1000));
	printf("ok %llu %llu\n", (unsigned long long)e->bytes, (unsigned long long)e->frames);
}

/* Until nothing came for `ms`, at most `most` ms. */
static void do_still(struct emulator *e, int ms, int most)
{
	int64_t end = now_us() + (int64_t)most * 1000;
	bool quiet = false;
	while (!quiet && now_us() < end && !e->ended)
		quiet = !emulator_read(e, ms);
	emulator_settle(e);
	puts(quiet ? "ok" : "no");
}

/* What a key is expected to change: "cursor", "body" (all between two rows at top and bottom),
 * "any", "row N" (0: the first; -1: the last). */
static uint64_t state_of(const struct emulator *e, const char *what)
{
	VTermPos p;
	vterm_state_get_cursorpos(vterm_obtain_state(e->vt), &p);
	if (strcmp(what, "cursor") == 0)
		return (uint64_t)p.row << 32 | (uint64_t)(unsigned)p.col;
	if (strcmp(what, "body") == 0)
		return emulator_hash(e, 2, e->h - 2);
	if (strncmp(what, "row", 3) == 0) {
		int y = (int)strtol(what + 3, NULL, 10);
		return emulator_hash(e, y < 0 ? e->h + y : y, (y < 0 ? e->h + y : y) + 1);
	}
	return emulator_hash(e, 0, e->h);
}

/* One key: microseconds from its write to the end of the frame that answers it; -1: none did. */
static int64_t answer(struct emulator *e, const char *what, const char *key, size_t n)
{
	uint64_t before = state_of(e, what), frames = e->frames;
	int64_t start = now_us();
	emulator_send(e, key, n);
	while (now_us() - start < 2000000 && !e->ended) {
		emulator_read(e, 20);
		if (e->frames == frames)
			continue;
		frames = e->frames;
		if (state_of(e, what) != before)
			return e->frame_us - start;
	}
	return -1;
}

/* measure WHAT N GAP_US KEY...: the keys in turn, N in all, each after a pause of GAP_US to
 * 2*GAP_US. A line "us bytes" each. */
static void do_measure(struct emulator *e, char **word, int n)
{
	long count = strtol(word[1], NULL, 10), gap = strtol(word[2], NULL, 10);
	for (long i = 0; i < count && !e->ended; i++) {
		char key[256];
		int64_t end = now_us() + gap + (gap ? rand() % gap : 0);
		for (int64_t now; (now = now_us()) < end;)
			emulator_read(e, (int)((end - now + 999) / 1000));
		size_t len = unhex(word[3 + i % (n - 3)], key, sizeof key);
		int64_t us = answer(e, word[0], key, len);
		printf("%lld %llu\n", (long long)us, (unsigned long long)e->frame_bytes);
	}
	puts("ok");
}

static void do_text(const struct emulator *e)
{
	char row[16384];
	for (int y = 0; y < e->h; y++) {
		emulator_row(e, y, row, sizeof row);
		printf(" %s\n", row);
	}
	puts("ok");
}

static void print_colour(const struct emulator *e, VTermColor c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(&c) || VTERM_COLOR_IS_DEFAULT_BG(&c)) {
		printf(" -");
		return;
	}
	vterm_screen_convert_color_to_rgb(e->screen, &c);
	printf(" %02x%02x%02x", c.rgb.red, c.rgb.green, c.rgb.blue);
}

/* Every cell: "x y width fg bg attributes text-in-hex". */
static void do_cells(const struct emulator *e)
{
	for (int y = 0; y < e->h; y++)
		for (int x = 0; x < e->w; x++) {
			VTermScreenCell c;
			char text[64];
			emulator_cell(e, x, y, &c);
			if (c.chars[0] == (uint32_t)-1)
				continue;
			printf("%d %d %d", x, y, c.width);
			print_colour(e, c.fg);
			print_colour(e, c.bg);
			printf(" %s%s%s%s. ", c.attrs.bold ? "b" : "", c.attrs.underline ? "u" : "",
			        c.attrs.italic ? "i" : "", c.attrs.reverse ? "r" : "");
			size_t n = cell_text(&c, text);
			for (size_t i = 0; i < n; i++)
				printf("%02x", (unsigned char)text[i]);
			putchar('\n');
		}
	VTermPos p;
	vterm_state_get_cursorpos(vterm_obtain_state(e->vt), &p);
	printf("ok %d %d %d\n", e->cursor_shown, p.col, p.row);
}

/* Waits for its end; says status and whether the terminal's modes are as before. */
static void do_end(struct emulator *e, int ms)
{
	struct termios now;
	int64_t end = now_us() + (int64_t)ms * 1000;
	while (!e->ended && now_us() < end)
		emulator_read(e, 10);
	while (emulator_read(e, 0))
		;
	emulator_settle(e);
	tcgetattr(e->slave, &now);
	bool same = now.c_iflag == e->before.c_iflag && now.c_oflag == e->before.c_oflag &&
	            now.c_lflag == e->before.c_lflag && now.c_cflag == e->before.c_cflag;
	if (e->ended)
		printf("ok %d %s\n", e->status, same ? "whole" : "changed");
	else
		puts("no");
}

static int arg(char **word, int n, int i)
{
	return i < n ? (int)strtol(word[i], NULL, 10) : 0;
}

static void obey(struct emulator *e, char **word, int n, int64_t started)
{
	const char *w = word[0];
	char bytes[65536];
	if (strcmp(w, "size") == 0) {
		emulator_resize(e, arg(word, n, 1), arg(word, n, 2));
		puts("ok");
	} else if (strcmp(w, "first") == 0)
		do_wait(e, word[1], arg(word, n, 2), true, started);
	else if (strcmp(w, "wait") == 0)
		do_wait(e, word[1], arg(word, n, 2), true, now_us());
	else if (strcmp(w, "gone") == 0)
		do_wait(e, word[1], arg(word, n, 2), false, now_us());
	else if (strcmp(w, "send") == 0) {
		emulator_send(e, bytes, unhex(word[1], bytes, sizeof bytes));
		puts("ok");
	} else if (strcmp(w, "pump") == 0)
		do_pump(e, arg(word, n, 1));
	else if (strcmp(w, "still") == 0)
		do_still(e, arg(word, n, 1), arg(word, n, 2));
	else if (strcmp(w, "measure") == 0)
		do_measure(e, word + 1, n - 1);
	else if (strcmp(w, "text") == 0)
		do_text(e);
	else if (strcmp(w, "cells") == 0)
		do_cells(e);
	else if (strcmp(w, "end") == 0)
		do_end(e, arg(word, n, 1));
	else if (strcmp(w, "signal") == 0)
		puts(kill(e->pid, arg(word, n, 1)) == 0 ? "ok" : "error");
	else if (strcmp(w, "pid") == 0)
		printf("ok %d\n", (int)e->pid);
	else if (strcmp(w, "tee") == 0) {
		unhex(word[1], bytes, sizeof bytes);
		e->tee = fopen(bytes, "wb");
		if (e->tee)
			setvbuf(e->tee, NULL, _IONBF, 0);
		puts(e->tee ? "ok" : "error");
	} else
		puts("error no such word");
}

int main(void)
{
	struct emulator e;
	int64_t started = 0;
	char *line = NULL;
	size_t cap = 0;
	signal(SIGPIPE, SIG_IGN);
	emulator_init(&e, 120, 40);
	while (getline(&line, &cap, stdin) > 0) {
		char *word[MAX_WORDS + 1], *rest = line;
		int n = 0;
		for (char *w; n < MAX_WORDS && (w = strsep(&rest, " \n"));)
			if (*w)
				word[n++] = w;
		if (n == 0)
			continue;
		if (strcmp(word[0], "start") == 0) {
			started = now_us();
			do_start(&e, word + 1, n - 1);
		} else
			obey(&e, word, n, started);
		fflush(stdout);
	}
	free(line);
	emulator_release(&e);
	return 0;
}
