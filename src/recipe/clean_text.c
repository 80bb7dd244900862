/* Rules about characters and lines. */
#include "recipe/clean.h"

#include "base/utf8.h"

#include "base/ban.h"

static const struct slice nothing = {NULL, 0};

static unsigned char byte_at(struct slice s, size_t i)
{
	return i < s.len ? (unsigned char)s.ptr[i] : 0;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static uint64_t load8(const char *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof x);
	return x;
}

/* Non-zero when some byte of x is below n (at most 128); exact as a yes or no. */
static uint64_t any_below(uint64_t x, unsigned n)
{
	return (x - EACH(n)) & ~x & EACH(0x80);
}

/* Skips printable ASCII, eight bytes at a time: what it stops before has to be looked at. */
static size_t skip_printable(struct slice s, size_t p)
{
	while (p + 8 <= s.len) {
		uint64_t x = load8(s.ptr + p);

		if ((x & EACH(0x80)) || any_below(x, 0x20) || any_below(x ^ EACH(0x7F), 1))
			break;
		p += 8;
	}
	return p;
}

/* Skips text whose only white space is single spaces between other bytes; never the last byte. */
static size_t skip_single_spaced(struct slice s, size_t p)
{
	while (p + 9 <= s.len) {
		uint64_t x = load8(s.ptr + p), y = load8(s.ptr + p + 1);

		if (any_below(x, 0x20) || any_below(y, 0x20) ||
		        any_below((x ^ EACH(' ')) | (y ^ EACH(' ')), 1))
			break;
		p += 8;
	}
	return p;
}

size_t space_at(struct slice s, size_t p)
{
	unsigned char c = byte_at(s, p), d = byte_at(s, p + 1), e = byte_at(s, p + 2);

	if (p >= s.len)
		return 0;
	if (c < 0x80)
		return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
	if (c == 0xC2)
		return d == 0x85 || d == 0xA0 ? 2 : 0;
	if (c == 0xE1)
		return d == 0x9A && e == 0x80 ? 3 : 0; /* U+1680 */
	if (c == 0xE3)
		return d == 0x80 && e == 0x80 ? 3 : 0; /* U+3000 */
	if (c != 0xE2)
		return 0;
	if (d == 0x80) /* U+2000..200A, 2028, 2029, 202F */
		return e <= 0x8A || e == 0xA8 || e == 0xA9 || e == 0xAF ? 3 : 0;
	return d == 0x81 && e == 0x9F ? 3 : 0; /* U+205F */
}

/* Start of the character before p. */
static size_t before(struct slice s, size_t p)
{
	while (p > 0 && ((unsigned char)s.ptr[--p] & 0xC0) == 0x80)
		;
	return p;
}

static uint32_t char_at(struct slice s, size_t p, size_t *n)
{
	uint32_t cp = 0;

	*n = utf8_decode(slice_of(s.ptr + p, s.len - p), &cp, NULL);
	return cp;
}

bool word_before(struct slice s, size_t p)
{
	unsigned char c;
	size_t n;

	if (p == 0)
		return false;
	c = (unsigned char)s.ptr[p - 1];
	if (c < 0x80)
		return c == '_' || (c >= '0' && c <= '9') ||
		       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
	return utf8_is_alnum(char_at(s, before(s, p), &n));
}

static bool plain_neighbour(struct slice s, size_t p)
{
	return p >= s.len || (unsigned char)s.ptr[p] < 0x80 || space_at(s, p);
}

/*
 * U+200C and U+200D are needed inside emoji and some scripts: there a character beyond ASCII stands
 * on both sides.
 */
static bool joiner_is_idle(struct slice s, size_t p, size_t n)
{
	return p == 0 || plain_neighbour(s, before(s, p)) || plain_neighbour(s, p + n);
}

/* What an invisible character becomes: itself (false), nothing or a space. */
static bool invisible(struct slice s, size_t p, uint32_t cp, size_t n, struct slice *with)
{
	*with = nothing;
	if (cp < 0x20)
		return cp != '\t' && cp != '\n' && cp != '\r' && cp != 0x0B && cp != '\f';
	if (cp >= 0x7F && cp < 0xA0)
		return cp != 0x85;
	if (cp == 0xA0 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F || cp == 0x205F) {
		*with = slice_str(" ");
		return true;
	}
	if (cp == 0x200C || cp == 0x200D)
		return joiner_is_idle(s, p, n);
	return cp == 0xAD || cp == 0x200B || cp == 0x2060 || cp == 0xFEFF;
}

void clean_invisible(struct rewrite *w)
{
	struct slice s = w->in, with;
	size_t n;

	for (size_t p = 0; p < s.len; p += n) {
		unsigned char c = (unsigned char)s.ptr[p];
		uint32_t cp;

		n = 1;
		if (c >= 0x20 && c < 0x7F) {
			n = skip_printable(s, p) - p;
			n += n == 0;
			continue;
		}
		if (c == '\n' || c == '\t' || c == '\r')
			continue;
		cp = char_at(s, p, &n);
		if (invisible(s, p, cp, n, &with))
			rewrite_range(w, p, p + n, with);
	}
}

/* Characters below U+0300 are in NFC by themselves, and ASCII never joins what stands before it. */
static bool may_denormalise(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0xCC)
			return true;
	return false;
}

void clean_nfc(struct rewrite *w)
{
	struct slice s = w->in;
	struct buf made;
	size_t p = 0;

	if (!may_denormalise(s))
		return;
	buf_init(&made, BUF_NO_LIMIT);
	while (p < s.len) { /* one ASCII character with all that follows it up to the next one */
		size_t end = p + 1;
		struct slice part;

		while (end < s.len && (unsigned char)s.ptr[end] >= 0x80)
			end++;
		part = slice_of(s.ptr + p, end - p);
		buf_clear(&made);
		if (part.len > 1 && may_denormalise(part) && utf8_nfc(&made, part) == 0 &&
		        !slice_eq(part, buf_slice(&made)))
			rewrite_range(w, p, end, buf_slice(&made));
		p = end;
	}
	buf_release(&made);
}

/* Length of a line end at p: LF, CRLF, CR, VT, FF, NEL, LS, PS; 0 when none. */
static size_t line_end(struct slice s, size_t p)
{
	unsigned char c = byte_at(s, p);

	if (p >= s.len)
		return 0;
	if (c == '\r')
		return byte_at(s, p + 1) == '\n' ? 2 : 1;
	if (c >= '\n' && c <= '\f')
		return 1;
	if (c == 0xC2)
		return byte_at(s, p + 1) == 0x85 ? 2 : 0;
	if (c == 0xE2 && byte_at(s, p + 1) == 0x80)
		return byte_at(s, p + 2) == 0xA8 || byte_at(s, p + 2) == 0xA9 ? 3 : 0;
	return 0;
}

static bool may_end_line(unsigned char c)
{
	return (c >= '\n' && c <= '\r') || c == 0xC2 || c == 0xE2;
}

static bool blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

/*
 * Every line end is one LF; blanks before it go; more than one empty line becomes one. A run of
 * blanks and line ends that begins with a line end (or blanks before one) is handled at once.
 */
void clean_newlines(struct rewrite *w)
{
	struct slice s = w->in;
	size_t p = 0;

	while (p < s.len) {
		size_t start = p, end, next, n, lines = 0;

		if (!may_end_line((unsigned char)s.ptr[p]) || !line_end(s, p)) {
			size_t far = skip_printable(s, p);

			p = far > p ? far : p + 1;
			continue;
		}
		while (start > w->copied && blank((unsigned char)s.ptr[start - 1]))
			start--;
		for (end = next = p; (n = line_end(s, next)) != 0;) {
			lines++;
			end = next += n;
			while (blank(byte_at(s, next)))
				next++;
		}
		lines = lines > 2 ? 2 : lines;
		if (end - start != lines || memcmp(s.ptr + start, "\n\n", lines) != 0)
			rewrite_range(w, start, end, slice_of("\n\n", lines));
		p = end;
	}
}

static bool ascii_space(unsigned char c)
{
	return c == ' ' || (c >= 9 && c <= 13);
}

/* The run of white space at p (none: the next byte); returns where to look on. */
static size_t fold_run(struct rewrite *w, size_t p)
{
	struct slice s = w->in;
	size_t start = p;

	if (!ascii_space((unsigned char)s.ptr[p]))
		return p + 1;
	while (p < s.len && ascii_space((unsigned char)s.ptr[p]))
		p++;
	if (start == 0 || p == s.len)
		rewrite_range(w, start, p, nothing);
	else if (p - start != 1 || s.ptr[start] != ' ')
		rewrite_range(w, start, p, slice_str(" "));
	return p;
}

/* Every run of ASCII white space is one space; none at the ends. */
void clean_whitespace(struct rewrite *w)
{
	size_t p = 0, stop;

	while (p < w->in.len) {
		if (p > 0)
			p = skip_single_spaced(w->in, p);
		stop = p + 8 < w->in.len ? p + 8 : w->in.len;
		while (p < stop)
			p = fold_run(w, p);
	}
}

/* Empty lines at the top, white space at the end; the first line keeps its indent. */
void clean_trim(struct rewrite *w)
{
	struct slice s = w->in;
	size_t start = 0, end = s.len, line = 0;

	while (start < s.len && ascii_space((unsigned char)s.ptr[start]))
		if (s.ptr[start++] == '\n')
			line = start;
	while (end > start && ascii_space((unsigned char)s.ptr[end - 1]))
		end--;
	if (start == s.len)
		line = s.len;
	if (line > 0)
		rewrite_range(w, 0, line, nothing);
	if (end < s.len && line < s.len)
		rewrite_range(w, end, s.len, nothing);
}
