/*
 * The terminal: the only door to curses (terminfo), termios and signals of the screen. It enters
 * and leaves the alternate screen, turns mouse and bracketed paste on and off, paints grids and
 * reads keys. One terminal per process; UI thread, except term_restore.
 *
 * Colours: what COLORTERM and terminfo say; NO_COLOR set and not empty means none at all
 * (no-color.org). Without UTF-8 (by LC_ALL, LC_CTYPE, LANG) lines and signs are drawn in ASCII.
 */
#ifndef UI_TERM_H
#define UI_TERM_H

#include "base/err.h"
#include "ui/grid.h"
#include "ui/input.h"

struct term_options {
	int color;         /* enum ui_color of ui/ui.h: 0 auto, 1 always, 2 never */
	const char *theme; /* a name of ui/theme.h, or "auto": asks for the background */
	bool mouse;
	const char *charset; /* "utf-8", "ascii"; NULL and "auto": by the locale */
};
struct term_stats {
	unsigned long frames; /* that had anything to paint */
	size_t bytes, last, largest;
};
/* Signals that came since the last look. */
enum term_signal { TERM_RESIZED = 1, TERM_STOP = 2, TERM_END = 4, TERM_CONTINUED = 8 };

struct terminal;
/* ERR_USAGE where stdin or stdout is no terminal, or it cannot move its cursor (TERM=dumb). */
struct terminal *term_open(const struct term_options *o, struct err *err);
/* Restores everything, puts the old signal handlers back. NULL allowed. */
void term_close(struct terminal *t);

int term_fd(const struct terminal *t);
int term_signal_fd(const struct terminal *t);
unsigned term_signals(struct terminal *t); /* bits of enum term_signal; clears them */
int term_end_signal(
        const struct terminal *t); /* SIGTERM, SIGHUP, SIGINT that asked to end; 0 none */
void term_size(const struct terminal *t, int *w, int *h);

/* Paints what differs from the last painted grid. */
void term_paint(struct terminal *t, const struct grid *g);
/* The next call paints everything. */
void term_forget(struct terminal *t);
/* Takes effect with the next paint. False: no such theme. */
bool term_theme(struct terminal *t, const char *name);
/* With "auto": what the background was the last time, until the terminal answers; what it is. */
void term_expect_light(struct terminal *t, bool light);
bool term_is_light(const struct terminal *t);
/* The terminal answered, and its look changed: true once. */
bool term_changed(struct terminal *t);
struct term_stats term_stats(const struct terminal *t);
/* Reads what is there without waiting. 0; -1 when the terminal is gone. */
int term_read(struct terminal *t);
bool term_key(struct terminal *t, bool idle, struct key *out);
bool term_key_pending(const struct terminal *t);

/* Back to the shell's screen and modes, and in again: around $EDITOR and a stop. */
void term_leave(struct terminal *t);
void term_enter(struct terminal *t);
/* Leaves, stops this process as Ctrl-Z does, enters again when it is continued. */
void term_suspend(struct terminal *t);
/* Clipboard by OSC 52, wrapped for tmux and screen. False when longer than terminals take. */
bool term_copy(struct terminal *t, struct slice text);
/* The window's title, put back at the end where the terminal can. Nothing on a plain console. */
void term_title(struct terminal *t, const char *text);
/* A bell, and a message on the desktop (OSC 9 or 777); nothing while the window has the keyboard.
 */
void term_notify(struct terminal *t, bool ring, bool desktop, const char *title, const char *body);

/* Async-signal-safe: leaves the alternate screen and puts the modes back. Any thread, any time. */
void term_restore(void);

#endif
