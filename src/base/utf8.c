#include "base/utf8.h"

#include <stdlib.h>

#include <utf8proc.h>

#include "base/ban.h"

#define ZWJ           0x200Du
#define VS15          0xFE0Eu
#define VS16          0xFE0Fu
#define DOTTED_CIRCLE 0x25CCu

static bool is_cont(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * How many bytes a sequence with this lead has, and the range of its second byte (Unicode 15,
 * table 3-7); 0 when it is no lead.
 */
static size_t lead_length(unsigned char c, unsigned char *low, unsigned char *high)
{
	*low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	*high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	return c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
}

size_t utf8_decode(struct slice s, uint32_t *cp, bool *ok)
{
	const unsigned char *p = (const unsigned char *)s.ptr;
	unsigned char low, high;
	size_t want, n;
	uint32_t v;

	if (ok)
		*ok = true;
	*cp = UTF8_REPLACEMENT;
	if (s.len == 0)
		return 0;
	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	want = lead_length(p[0], &low, &high);
	v = want ? p[0] & (0x7fu >> want) : 0;
	for (n = 1; n < want && n < s.len && p[n] >= low && p[n] <= high; n++) {
		v = v << 6 | (p[n] & 0x3fu);
		low = 0x80;
		high = 0xbf;
	}
	if (want && n == want)
		*cp = v;
	else if (ok)
		*ok = false;
	return n;
}

/* Length of the ASCII run at p, eight bytes at a time. */
static size_t ascii_run(const char *p, size_t len)
{
	size_t i = 0;
	uint64_t a, b;

	for (; i + 16 <= len; i += 16) {
		memcpy(&a, p + i, 8);
		memcpy(&b, p + i + 8, 8);
		if ((a | b) & 0x8080808080808080u)
			break;
	}
	while (i < len && (unsigned char)p[i] < 0x80)
		i++;
	return i;
}

/* Length of the longest valid prefix. */
static size_t valid_prefix(struct slice s)
{
	size_t i = 0;

	while (i < s.len) {
		const unsigned char *p = (const unsigned char *)s.ptr + i;
		size_t left = s.len - i;

		if (p[0] < 0x80) {
			i += ascii_run(s.ptr + i, left);
		} else if (p[0] >= 0xc2 && p[0] < 0xe0 && left > 1 && is_cont(p[1])) {
			i += 2;
		} else if (p[0] > 0xe0 && p[0] < 0xed && left > 2 && is_cont(p[1]) &&
		           is_cont(p[2])) {
			i += 3;
		} else {
			uint32_t cp;
			bool ok;
			size_t n = utf8_decode(slice_of(s.ptr + i, left), &cp, &ok);
			if (!ok)
				break;
			i += n;
		}
	}
	return i;
}

bool utf8_valid(struct slice s)
{
	return valid_prefix(s) == s.len;
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = UTF8_REPLACEMENT;
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

static struct slice after(struct slice s, size_t n)
{
	return n ? slice_of(s.ptr + n, s.len - n) : s; /* NULL + 0 is undefined */
}

size_t utf8_count(struct slice s)
{
	size_t count = 0, n;
	uint32_t cp;

	while (s.len) {
		n = ascii_run(s.ptr, s.len);
		count += n;
		if (n == 0) {
			n = utf8_decode(s, &cp, NULL);
			count++;
		}
		s = after(s, n);
	}
	return count;
}

void utf8_repair(struct buf *out, struct slice s)
{
	uint32_t cp;

	while (s.len) {
		size_t n = valid_prefix(s);
		buf_add(out, s.ptr, n);
		s = after(s, n);
		if (s.len) {
			s = after(s, utf8_decode(s, &cp, NULL));
			buf_add(out, "\xef\xbf\xbd", 3);
		}
	}
}

/* Every code point below U+0300 is its own NFC form, and starts a new composition. */
static bool is_plainly_nfc(struct slice s)
{
	for (size_t i = ascii_run(s.ptr, s.len); i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0xcc)
			return false;
	return true;
}

int utf8_nfc(struct buf *out, struct slice s)
{
	utf8proc_uint8_t *nfc = NULL;
	utf8proc_ssize_t n;

	if (is_plainly_nfc(s)) {
		buf_add_slice(out, s);
		return out->failed ? -1 : 0;
	}
	n = utf8proc_map((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &nfc,
	        UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	if (n >= 0)
		buf_add(out, nfc, (size_t)n);
	free(nfc); /* utf8proc's */
	return n < 0 || out->failed ? -1 : 0;
}

/* What to paint instead of cp, or 0 when cp itself may be painted. */
static uint32_t stand_in(uint32_t cp)
{
	const utf8proc_property_t *p;

	if (cp < 0x20)
		return 0x2400 + cp;
	if (cp < 0x7f)
		return 0;
	if (cp == 0x7f)
		return 0x2421;
	if (cp < 0xa0)
		return UTF8_REPLACEMENT;
	p = utf8proc_get_property((utf8proc_int32_t)cp);
	switch (p->category) {
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return 0x2424; /* symbol for newline */
	/* Terminals differ in how wide they paint what Unicode has not assigned. */
	case UTF8PROC_CATEGORY_CN:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_CS: return UTF8_REPLACEMENT;
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF: return 0xb7;
	default: return p->ignorable ? 0xb7 : 0;
	}
}

static bool is_pictograph(uint32_t cp)
{
	return utf8proc_get_property((utf8proc_int32_t)cp)->boundclass ==
	       UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool is_regional(uint32_t cp)
{
	return cp >= 0x1f1e6 && cp <= 0x1f1ff;
}

static bool is_skin_tone(uint32_t cp)
{
	return cp >= 0x1f3fb && cp <= 0x1f3ff;
}

static int boundclass(uint32_t cp)
{
	return (int)utf8proc_get_property((utf8proc_int32_t)cp)->boundclass;
}

/*
 * Does cp belong to the character before it? Skin tones are seen to with the emoji: behind anything
 * else terminals paint them as characters.
 */
static bool is_joining(uint32_t cp)
{
	int class = boundclass(cp);

	return (class == UTF8PROC_BOUNDCLASS_EXTEND && !is_skin_tone(cp)) ||
	       class == UTF8PROC_BOUNDCLASS_SPACINGMARK || class == UTF8PROC_BOUNDCLASS_V ||
	       class == UTF8PROC_BOUNDCLASS_T;
}

/* Columns that terminals give to what joins: spacing marks have one, vowel and final jamo none. */
static int joining_columns(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);
	int class = boundclass(cp);

	return c != UTF8PROC_CATEGORY_MN && c != UTF8PROC_CATEGORY_ME &&
	       class != UTF8PROC_BOUNDCLASS_V && class != UTF8PROC_BOUNDCLASS_T;
}

static int columns(uint32_t cp)
{
	int w = utf8proc_charwidth((utf8proc_int32_t)cp);

	return w == 2 ? 2 : 1;
}

/* Adds cp to the cell; what does not fit (piles of accents) is consumed and not painted. */
static void cell_add(struct utf8_cell *c, size_t *len, uint32_t cp)
{
	char bytes[4];
	size_t n = utf8_encode(cp, bytes);

	if (*len + n >= sizeof c->text) {
		c->special = true;
		return;
	}
	memcpy(c->text + *len, bytes, n);
	*len += n;
	c->text[*len] = '\0';
}

/* "1" VS16 U+20E3: the one sequence in which a digit takes two columns. Bytes of the tail, or 0. */
static size_t keycap_tail(uint32_t base, struct slice rest)
{
	if (!(base >= '0' && base <= '9') && base != '#' && base != '*')
		return 0;
	return slice_starts(rest, "\xef\xb8\x8f\xe2\x83\xa3") ? 6 : 0;
}

/* What of an emoji sequence follows at rest, given the cell's base. Bytes to take over, or 0. */
static size_t emoji_tail(struct utf8_cell *c, uint32_t base, struct slice rest)
{
	uint32_t cp, joined;
	size_t n = utf8_decode(rest, &cp, NULL), m;

	if (n == 0 || !is_pictograph(base))
		return 0;
	if (cp == VS16 || is_skin_tone(cp)) {
		c->width = 2;
		return n;
	}
	m = cp == ZWJ ? utf8_decode(after(rest, n), &joined, NULL) : 0;
	if (m && is_pictograph(joined) && !stand_in(joined)) {
		c->width = 2;
		return n + m;
	}
	return 0;
}

static void cell_emoji(struct utf8_cell *c, size_t *len, uint32_t base, struct slice s)
{
	size_t n = keycap_tail(base, after(s, c->used));
	uint32_t next;

	if (n) {
		c->width = 2;
	} else if (is_regional(base) && utf8_decode(after(s, c->used), &next, NULL) == 4 &&
	           is_regional(next)) {
		c->width = 2;
		n = 4;
	}
	do {
		for (size_t end = c->used + n; c->used < end;) {
			c->used += utf8_decode(after(s, c->used), &next, NULL);
			cell_add(c, len, next);
		}
	} while ((n = emoji_tail(c, base, after(s, c->used))) > 0);
}

/*
 * Combining marks behind the base. What is invisible, and what needs a third column, is left for a
 * cell of its own.
 */
static void cell_marks(struct utf8_cell *c, size_t *len, uint32_t before, struct slice s)
{
	for (;;) {
		utf8proc_int32_t state = 0;
		uint32_t cp;
		bool ok;
		size_t n = utf8_decode(after(s, c->used), &cp, &ok);

		if (n == 0 || !ok || cp < 0x300)
			return;
		if (cp == VS15) { /* asks for the plain form, which is what a cell shows anyway */
			c->used += n;
			c->special = true;
			continue;
		}
		if (!is_joining(cp) || stand_in(cp) || c->width + joining_columns(cp) > 2)
			return;
		/* A jamo joins only what can make a syllable with it, or our own dotted circle. */
		if (before != DOTTED_CIRCLE &&
		        utf8proc_grapheme_break_stateful(
		                (utf8proc_int32_t)before, (utf8proc_int32_t)cp, &state))
			return;
		c->width += joining_columns(cp);
		c->used += n;
		cell_add(c, len, cp);
		before = cp;
	}
}

bool utf8_next_cell(struct slice s, struct utf8_cell *out)
{
	uint32_t cp, instead;
	size_t len = 0;
	bool ok;

	if (s.len == 0)
		return false;
	out->width = 1;
	out->special = false;
	out->text[0] = '\0';
	out->used = utf8_decode(s, &cp, &ok);
	instead = ok ? stand_in(cp) : UTF8_REPLACEMENT;
	if (instead) {
		out->special = true;
		cell_add(out, &len, instead);
		return true;
	}
	if (cp >= 0x80 && is_joining(cp)) { /* a lone mark gets something to stand on */
		out->special = true;
		cell_add(out, &len, DOTTED_CIRCLE);
		out->width = 1 + joining_columns(cp);
	} else {
		out->width = columns(cp);
	}
	cell_add(out, &len, cp);
	if (s.len == out->used || (unsigned char)s.ptr[out->used] < 0x80)
		return true;
	cell_emoji(out, &len, cp, s);
	cell_marks(out, &len, cp, s);
	return true;
}

/* Length of the run of printable ASCII that no combining mark can change. */
static size_t plain_run(struct slice s)
{
	size_t i = 0;

	while (i < s.len && s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f)
		i++;
	return i && i < s.len && (unsigned char)s.ptr[i] >= 0x80 ? i - 1 : i;
}

int utf8_width(struct slice s)
{
	struct utf8_cell c;
	int width = 0;

	for (;;) {
		size_t n = plain_run(s);
		width += (int)n;
		s = after(s, n);
		if (!utf8_next_cell(s, &c))
			return width;
		width += c.width;
		s = after(s, c.used);
	}
}

void utf8_sanitize(struct buf *out, struct slice s)
{
	struct utf8_cell c;

	for (;;) {
		size_t n = plain_run(s);
		buf_add(out, s.ptr, n);
		s = after(s, n);
		if (!utf8_next_cell(s, &c))
			return;
		buf_add_str(out, c.text);
		s = after(s, c.used);
	}
}

bool utf8_is_space(uint32_t cp)
{
	return cp == ' ' || (cp >= 9 && cp <= 13) || cp == 0x85 || cp == 0xa0 || cp == 0x1680 ||
	       (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f ||
	       cp == 0x205f || cp == 0x3000;
}

bool utf8_is_alnum(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);

	return c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_NO &&
	       !(c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME);
}

bool utf8_is_mark(uint32_t cp)
{
	utf8proc_category_t c = utf8proc_category((utf8proc_int32_t)cp);

	return c >= UTF8PROC_CATEGORY_MN && c <= UTF8PROC_CATEGORY_ME;
}
