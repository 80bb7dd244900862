#include "ui/input.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ban.h"

#define MAX_SEQUENCE 64

void input_init(struct input *in)
{
	memset(in, 0, sizeof *in);
	buf_init(&in->in, 1u << 20);
	buf_init(&in->paste, INPUT_MAX_PASTE);
}

void input_release(struct input *in)
{
	buf_release(&in->in);
	buf_release(&in->paste);
}

void input_feed(struct input *in, struct slice bytes)
{
	buf_add_slice(&in->in, bytes);
}

bool input_pending(const struct input *in)
{
	return in->in.len > 0 && !in->pasting;
}

static struct key plain(enum key_code code, unsigned mods)
{
	return (struct key){.code = code, .mods = mods};
}

static struct key character(uint32_t cp, unsigned mods)
{
	return (struct key){.code = K_CHAR, .ch = cp, .mods = mods};
}

/* A byte below 0x20, or DEL. */
static struct key control(unsigned char c, unsigned mods)
{
	switch (c) {
	case '\r':
	case '\n': return plain(K_ENTER, mods);
	case '\t': return plain(K_TAB, mods);
	case 0x1b: return plain(K_ESC, mods);
	case 0x08:
	case 0x7f: return plain(K_BACKSPACE, mods);
	case 0: return character(' ', mods | MOD_CTRL);
	default:
		return character(
		        c < 27 ? (uint32_t)c + 'a' - 1 : (uint32_t)c + 64, mods | MOD_CTRL);
	}
}

struct final_key {
	char final;
	enum key_code code;
	unsigned char f;
	unsigned char mods;
};
/* CSI [1;mod] final, and SS3 final. */
static const struct final_key by_final[] = {
        {'A', K_UP, 0, 0},
        {'B', K_DOWN, 0, 0},
        {'C', K_RIGHT, 0, 0},
        {'D', K_LEFT, 0, 0},
        {'H', K_HOME, 0, 0},
        {'F', K_END, 0, 0},
        {'P', K_F, 1, 0},
        {'Q', K_F, 2, 0},
        {'R', K_F, 3, 0},
        {'S', K_F, 4, 0},
        {'Z', K_TAB, 0, MOD_SHIFT},
        {'M', K_ENTER, 0, 0},
};

static struct key key_by_final(char final, unsigned mods)
{
	for (size_t i = 0; i < sizeof by_final / sizeof *by_final; i++)
		if (by_final[i].final == final) {
			struct key k = plain(by_final[i].code, mods | by_final[i].mods);
			k.ch = by_final[i].f;
			return k;
		}
	return plain(K_NONE, 0);
}

/* CSI number ~ */
static struct key key_by_number(int n, unsigned mods)
{
	static const struct {
		unsigned char n, f;
		enum key_code code;
	} t[] = {
	        {1, 0, K_HOME},
	        {2, 0, K_INSERT},
	        {3, 0, K_DELETE},
	        {4, 0, K_END},
	        {5, 0, K_PAGE_UP},
	        {6, 0, K_PAGE_DOWN},
	        {7, 0, K_HOME},
	        {8, 0, K_END},
	        {11, 1, K_F},
	        {12, 2, K_F},
	        {13, 3, K_F},
	        {14, 4, K_F},
	        {15, 5, K_F},
	        {17, 6, K_F},
	        {18, 7, K_F},
	        {19, 8, K_F},
	        {20, 9, K_F},
	        {21, 10, K_F},
	        {23, 11, K_F},
	        {24, 12, K_F},
	};
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		if (t[i].n == n) {
			struct key k = plain(t[i].code, mods);
			k.ch = t[i].f;
			return k;
		}
	return plain(K_NONE, 0);
}

static unsigned mods_of(int param)
{
	unsigned m = param > 1 ? (unsigned)param - 1 : 0;
	return ((m & 1) ? MOD_SHIFT : 0) | ((m & 2) ? MOD_ALT : 0) | ((m & 4) ? MOD_CTRL : 0);
}

static struct key mouse(const int *param, char final)
{
	struct key k = {.x = param[1] - 1, .y = param[2] - 1};
	int b = param[0];
	k.mods = ((b & 4) ? MOD_SHIFT : 0) | ((b & 8) ? MOD_ALT : 0) | ((b & 16) ? MOD_CTRL : 0);
	b &= ~28;
	if (b >= 64 && b <= 67)
		k.code = b == 64   ? K_WHEEL_UP
		         : b == 65 ? K_WHEEL_DOWN
		         : b == 66 ? K_WHEEL_LEFT
		                   : K_WHEEL_RIGHT;
	else if ((b & ~32) < 3) {
		k.code = final == 'm' ? K_MOUSE_UP : (b & 32) ? K_MOUSE_DRAG : K_MOUSE_DOWN;
		k.ch = (uint32_t)(b & ~32) + 1;
	}
	return k;
}

/* kitty's and xterm's CSI code;mods u */
static struct key key_by_code(int code, unsigned mods)
{
	if (code < 32 || code == 127)
		return control((unsigned char)code, mods);
	return character((uint32_t)code, mods);
}

/* s begins with ESC [. Returns the bytes of the sequence, 0 when it is not complete. */
static size_t csi(struct slice s, struct key *out)
{
	int param[4] = {0};
	size_t n = 0, i = 2;
	bool is_mouse = false;
	*out = plain(K_NONE, 0);
	if (s.len > 2 && s.ptr[2] == '[') { /* linux console: ESC [ [ A..E = F1..F5 */
		if (s.len < 4)
			return 0;
		if (s.ptr[3] >= 'A' && s.ptr[3] <= 'E')
			*out = (struct key){.code = K_F, .ch = (uint32_t)(s.ptr[3] - 'A' + 1)};
		return 4;
	}
	for (; i < s.len && i < MAX_SEQUENCE; i++) {
		char c = s.ptr[i];
		if (c >= '0' && c <= '9' && n < 4 && param[n] < 100000000)
			param[n] = param[n] * 10 + (c - '0');
		else if (c == ';' && n < 3)
			n++;
		else if (c == '<')
			is_mouse = true;
		else if (c >= 0x40 && c <= 0x7e)
			break;
	}
	if (i >= MAX_SEQUENCE)
		return i;
	if (i >= s.len)
		return 0;
	if (is_mouse)
		*out = mouse(param, s.ptr[i]);
	else if (i == 2 && (s.ptr[i] == 'I' || s.ptr[i] == 'O'))
		*out = plain(s.ptr[i] == 'I' ? K_FOCUS_IN : K_FOCUS_OUT, 0);
	else if (s.ptr[i] == '~')
		*out = param[0] == 200 ? (struct key){.code = K_PASTE}
		                       : key_by_number(param[0], mods_of(param[1]));
	else if (s.ptr[i] == 'u')
		*out = key_by_code(param[0], mods_of(param[1]));
	else if (s.ptr[i] == 'M' && i == 2) { /* X10 mouse: three more bytes, not asked for */
		return s.len < 6 ? 0 : 6;
	} else
		*out = key_by_final(s.ptr[i], mods_of(param[1]));
	return i + 1;
}

/* "rgb:1e1e/1e1e/2e2e" with 1 to 4 digits each, or "rgba:..." with one more part. */
static bool parse_rgb(const char *s, uint32_t *rgb)
{
	*rgb = 0;
	s = strchr(s, ':');
	for (int part = 0; s && part < 3; part++) {
		char *end;
		unsigned long v = strtoul(s + 1, &end, 16);
		int digits = (int)(end - s - 1);
		if (digits < 1 || digits > 4 || (part < 2 && *end != '/'))
			return false;
		*rgb = *rgb << 8 | (uint32_t)(digits == 1 ? v * 17 : v >> (4 * (digits - 2)) & 255);
		s = end;
	}
	return s != NULL;
}

/* The one reply that is asked for: OSC 11, the background's colour. */
static struct key reply(struct slice s)
{
	char text[64];
	struct key k = {.code = K_NONE};
	size_t n = s.len < sizeof text - 1 ? s.len : sizeof text - 1;
	memcpy(text, s.ptr, n);
	text[n] = '\0';
	if (strncmp(text, "\033]11;rgb", 8) == 0 && parse_rgb(text + 5, &k.ch))
		k.code = K_BACKGROUND;
	return k;
}

/* ESC ], ESC P, ESC _ ...: a reply, up to BEL or ST. */
static size_t string_sequence(struct slice s, struct key *out)
{
	*out = plain(K_NONE, 0);
	for (size_t i = 2; i < s.len; i++) {
		bool bel = s.ptr[i] == '\a';
		if (!bel && !(s.ptr[i] == '\033' && i + 1 < s.len && s.ptr[i + 1] == '\\'))
			continue;
		*out = reply(slice_of(s.ptr, i));
		return bel ? i + 1 : i + 2;
	}
	return s.len > 4096 ? s.len : 0;
}

static size_t utf8_length(unsigned char c)
{
	return c < 0xc2 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 1;
}

/* One key that does not begin with ESC. */
static size_t simple(struct slice s, unsigned mods, bool idle, struct key *out)
{
	unsigned char c = (unsigned char)s.ptr[0];
	if (c < 0x20 || c == 0x7f) {
		*out = control(c, mods);
		return 1;
	}
	if (s.len < utf8_length(c) && !idle)
		return 0;
	uint32_t cp;
	bool ok;
	size_t used = utf8_decode(s, &cp, &ok);
	*out = ok ? character(cp, mods) : plain(K_NONE, 0);
	return used;
}

static size_t escape(struct slice s, bool idle, struct key *out)
{
	size_t used = 0;
	if (s.len == 1) {
		*out = plain(K_ESC, 0);
		return idle ? 1 : 0;
	}
	switch (s.ptr[1]) {
	case '[': used = csi(s, out); break;
	case 'O':
		if (s.len > 2) {
			*out = key_by_final(s.ptr[2], 0);
			used = 3;
		}
		break;
	case ']':
	case 'P':
	case '_':
	case '^': used = string_sequence(s, out); break;
	case '\033': *out = plain(K_ESC, 0); return 1;
	default:
		used = simple(slice_of(s.ptr + 1, s.len - 1), MOD_ALT, idle, out);
		return used ? used + 1 : 0;
	}
	if (used == 0 && idle) { /* Alt and that letter, typed by hand */
		*out = character((unsigned char)s.ptr[1], MOD_ALT);
		used = 2;
	}
	return used;
}

/* CR LF and CR are line ends too; the two may come in different reads. */
static void add_pasted(struct input *in, struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		if (c != '\n' || !in->after_cr)
			buf_add_char(&in->paste, c == '\r' ? '\n' : c);
		in->after_cr = c == '\r';
	}
}

/* Inside brackets: everything up to CSI 201 ~ is text. */
static bool paste(struct input *in, struct key *out)
{
	static const char end[] = "\033[201~";
	const size_t n = sizeof end - 1;
	const char *p = in->in.len ? memmem(in->in.ptr, in->in.len, end, n) : NULL;
	size_t take = p ? (size_t)(p - in->in.ptr) : in->in.len > n ? in->in.len - n : 0;
	add_pasted(in, slice_of(in->in.ptr, take));
	buf_consume(&in->in, take + (p ? n : 0));
	if (!p)
		return false;
	in->pasting = in->after_cr = false;
	in->paste_out = true;
	*out = (struct key){.code = K_PASTE, .text = buf_slice(&in->paste)};
	return true;
}

bool input_next(struct input *in, bool idle, struct key *out)
{
	if (in->paste_out) {
		buf_clear(&in->paste);
		in->paste_out = false;
	}
	while (in->pasting || in->in.len > 0) {
		if (in->pasting)
			return paste(in, out);
		struct slice s = buf_slice(&in->in);
		size_t used = s.ptr[0] == '\033' ? escape(s, idle, out) : simple(s, 0, idle, out);
		if (used == 0)
			return false;
		buf_consume(&in->in, used);
		if (out->code == K_PASTE)
			in->pasting = true;
		else if (out->code != K_NONE)
			return true;
	}
	return false;
}
