/*
 * Bytes from a terminal to keys: UTF-8, the xterm, linux, rxvt and kitty ways of naming keys, SGR
 * mouse, bracketed paste. Pure, bounded, never blocks: bytes may be cut anywhere.
 */
#ifndef UI_INPUT_H
#define UI_INPUT_H

#include "base/buf.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum key_code {
	K_NONE,
	K_CHAR, /* ch: code point; with MOD_CTRL: the lower-case letter */
	K_ENTER,
	K_TAB,
	K_ESC,
	K_BACKSPACE,
	K_DELETE,
	K_INSERT,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_F,          /* ch: 1..12 */
	K_MOUSE_DOWN, /* x, y: 0-based cells; ch: button 1..3 */
	K_MOUSE_DRAG, /* moved with that button held */
	K_MOUSE_UP,
	K_WHEEL_UP, /* x, y */
	K_WHEEL_DOWN,
	K_WHEEL_LEFT,
	K_WHEEL_RIGHT,
	K_PASTE,    /* text: valid until the next input_next; line ends are '\n' */
	K_FOCUS_IN, /* the window got the keyboard, or lost it */
	K_FOCUS_OUT,
	K_BACKGROUND, /* the terminal's answer to OSC 11; ch: 0xRRGGBB */
};
enum key_mod { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

struct key {
	enum key_code code;
	uint32_t ch;
	unsigned mods;
	int x, y;
	struct slice text;
};

#define INPUT_MAX_PASTE (16u << 20)

struct input {
	struct buf in;    /* bytes not yet understood */
	struct buf paste; /* text between the brackets */
	bool pasting, paste_out, after_cr;
};
void input_init(struct input *in);
void input_release(struct input *in);
void input_feed(struct input *in, struct slice bytes);
/* The next key; false when more bytes are needed. idle: nothing came for a while, so an ESC that
 * waits is the Esc key and half a sequence is dropped. */
bool input_next(struct input *in, bool idle, struct key *out);
/* Bytes wait for what follows them: call again with idle after some 10 ms of silence. */
bool input_pending(const struct input *in);

/* "C-r", "M-x", "S-Up", "F5", "Enter", "PageDown", "Space", "q". False when it is no key. */
bool key_parse(const char *name, struct key *out);
/* The same for people: "^R", "Alt-x", "F5", "Enter". */
void key_label(const struct key *k, char out[24]);
bool key_same(const struct key *a, const struct key *b);

#endif
