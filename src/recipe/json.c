#include "recipe/json.h"

#include "base/utf8.h"

#include <stdint.h>

#include "base/ban.h"

/* What a byte needs inside a JSON string: 0 nothing, 'u' \u00XX, 'x' maybe U+2028/9, else \KIND. */
static const char escape_of[256] = {
        ['\0'] = 'u',
        [1] = 'u',
        [2] = 'u',
        [3] = 'u',
        [4] = 'u',
        [5] = 'u',
        [6] = 'u',
        [7] = 'u',
        ['\b'] = 'b',
        ['\t'] = 't',
        ['\n'] = 'n',
        [11] = 'u',
        ['\f'] = 'f',
        ['\r'] = 'r',
        [14] = 'u',
        [15] = 'u',
        [16] = 'u',
        [17] = 'u',
        [18] = 'u',
        [19] = 'u',
        [20] = 'u',
        [21] = 'u',
        [22] = 'u',
        [23] = 'u',
        [24] = 'u',
        [25] = 'u',
        [26] = 'u',
        [27] = 'u',
        [28] = 'u',
        [29] = 'u',
        [30] = 'u',
        [31] = 'u',
        ['"'] = '"',
        ['\\'] = '\\',
        [0xE2] = 'x',
};

/* Input bytes turned at once: room for the worst case of six bytes each is reserved before. */
#define BLOCK 4096

static char *put_unicode(char *o, unsigned cp)
{
	static const char hex[] = "0123456789abcdef";

	*o++ = '\\';
	*o++ = 'u';
	*o++ = hex[cp >> 12 & 15];
	*o++ = hex[cp >> 8 & 15];
	*o++ = hex[cp >> 4 & 15];
	*o++ = hex[cp & 15];
	return o;
}

/* p points at 0xE2: U+2028 and U+2029 are legal in JSON but split naive line readers. */
static size_t put_e2(char **o, const unsigned char *p, const unsigned char *end)
{
	if (end - p >= 3 && p[1] == 0x80 && (p[2] == 0xA8 || p[2] == 0xA9)) {
		*o = put_unicode(*o, 0x2000u + (p[2] & 0x3F));
		return 3;
	}
	*(*o)++ = (char)*p;
	return 1;
}

static const unsigned char *put_block(
        char **out, const unsigned char *p, const unsigned char *stop, const unsigned char *end)
{
	char *o = *out;

	while (p < stop) {
		char e = escape_of[*p];

		if (!e) {
			*o++ = (char)*p++;
		} else if (e == 'x') {
			p += put_e2(&o, p, end);
		} else if (e == 'u') {
			o = put_unicode(o, *p++);
		} else {
			*o++ = '\\';
			*o++ = e;
			p++;
		}
	}
	*out = o;
	return p;
}

void json_write_valid(struct buf *out, struct slice s)
{
	const unsigned char *p = (const unsigned char *)s.ptr, *end = p ? p + s.len : p;

	buf_add_char(out, '"');
	while (p < end) {
		size_t n = (size_t)(end - p) < BLOCK ? (size_t)(end - p) : BLOCK;
		char *start = buf_reserve(out, n * 6 + 16), *o = start;

		if (!start)
			return; /* the buffer has turned failed: its owner looks */
		p = put_block(&o, p, p + n, end);
		buf_added(out, (size_t)(o - start));
	}
	buf_add_char(out, '"');
}

void json_write_string(struct buf *out, struct slice s)
{
	struct buf fixed;

	if (utf8_valid(s)) {
		json_write_valid(out, s);
		return;
	}
	buf_init(&fixed, BUF_NO_LIMIT);
	utf8_repair(&fixed, s);
	if (fixed.failed)
		out->failed = true;
	else
		json_write_valid(out, buf_slice(&fixed));
	buf_release(&fixed);
}
