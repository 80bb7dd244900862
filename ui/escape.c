#include "ui/escape.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define CLIPBOARD_MAX 74000 /* several terminals drop more */
#define SCREEN_MAX    512   /* screen takes a string in pieces of at most 768 bytes */
#define TEXT_COLUMNS  120

static bool begins(const char *s, const char *with)
{
	return s && strncmp(s, with, strlen(with)) == 0;
}

enum envelope envelope_of(const char *term, const char *tmux)
{
	if ((tmux && *tmux) || begins(term, "tmux"))
		return ENVELOPE_TMUX;
	return begins(term, "screen") ? ENVELOPE_SCREEN : ENVELOPE_NONE;
}

/* tmux wants every ESC doubled. */
static void wrap(struct buf *out, enum envelope e, struct slice seq)
{
	if (e == ENVELOPE_NONE) {
		buf_add_slice(out, seq);
	} else if (e == ENVELOPE_TMUX) {
		buf_add_str(out, "\033Ptmux;");
		for (size_t i = 0; i < seq.len; i++) {
			if (seq.ptr[i] == '\033')
				buf_add_char(out, '\033');
			buf_add_char(out, seq.ptr[i]);
		}
		buf_add_str(out, "\033\\");
	} else {
		for (size_t i = 0; i < seq.len; i += SCREEN_MAX) {
			size_t n = seq.len - i < SCREEN_MAX ? seq.len - i : SCREEN_MAX;
			buf_add_str(out, "\033P");
			buf_add(out, seq.ptr + i, n);
			buf_add_str(out, "\033\\");
		}
	}
}

static void add_base64(struct buf *out, struct slice s)
{
	static const char digit[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < s.len; i += 3) {
		size_t n = s.len - i < 3 ? s.len - i : 3;
		unsigned v = 0;
		for (size_t j = 0; j < 3; j++)
			v = v << 8 | (j < n ? (unsigned char)s.ptr[i + j] : 0);
		for (size_t j = 0; j < 4; j++)
			buf_add_char(out, j <= n ? digit[v >> (18 - 6 * j) & 63] : '=');
	}
}

bool escape_copy(struct buf *out, enum envelope e, struct slice text)
{
	struct buf b;
	if ((text.len + 2) / 3 * 4 > CLIPBOARD_MAX)
		return false;
	buf_init(&b, CLIPBOARD_MAX * 2);
	buf_add_str(&b, "\033]52;c;");
	add_base64(&b, text);
	buf_add_char(&b, '\a');
	if (e == ENVELOPE_TMUX) /* tmux's own way too: which of them works is its user's choice */
		buf_add_slice(out, buf_slice(&b));
	wrap(out, e, buf_slice(&b));
	buf_release(&b);
	return true;
}

/* One line without anything that a terminal acts on; `not` is replaced, too. */
static void add_text(struct buf *out, const char *text, char not )
{
	struct slice s = slice_str(text);
	struct utf8_cell u;
	for (int used = 0; used < TEXT_COLUMNS && utf8_next_cell(s, &u); used += u.width) {
		buf_add_str(out, u.text[0] == not &&not ? "," : u.text);
		s.ptr += u.used;
		s.len -= u.used;
	}
}

void escape_title(struct buf *out, const char *text)
{
	buf_add_str(out, "\033]2;");
	add_text(out, text, '\0');
	buf_add_char(out, '\a');
}

void escape_notify(
        struct buf *out, enum envelope e, bool osc777, const char *title, const char *body)
{
	struct buf b;
	buf_init(&b, 8192);
	buf_add_str(&b, osc777 ? "\033]777;notify;" : "\033]9;");
	add_text(&b, title, ';'); /* "9;4;" would be a progress bar */
	buf_add_str(&b, osc777 ? ";" : ": ");
	add_text(&b, body, ';');
	buf_add_char(&b, '\a');
	wrap(out, e, buf_slice(&b));
	buf_release(&b);
}

bool term_is_plain(const char *term)
{
	return term == NULL || begins(term, "linux") || begins(term, "cons") ||
	       begins(term, "ansi") || begins(term, "sun") || begins(term, "dumb") ||
	       (begins(term, "vt") && strchr("0123456789", term[2]) && term[2]);
}

bool locale_is_utf8(const char *name)
{
	return name == NULL || *name == '\0' || strcasestr(name, "utf-8") ||
	       strcasestr(name, "utf8");
}

bool colorfgbg_is_light(const char *value)
{
	const char *last = value ? strrchr(value, ';') : NULL;
	long n = last ? strtol(last + 1, NULL, 10) : 0;
	return n == 7 || (n >= 9 && n <= 15);
}

bool rgb_is_light(unsigned rgb)
{
	unsigned r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
	return r * 299 + g * 587 + b * 114 > 128 * 1000;
}
