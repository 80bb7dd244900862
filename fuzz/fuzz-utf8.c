/* Any bytes: what is painted is valid, harmless, and as wide as utf8_width says. */
#include "base/utf8.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_painted(struct slice s)
{
	while (s.len) {
		uint32_t cp;
		bool ok;
		size_t n = utf8_decode(s, &cp, &ok);

		must(ok && n > 0 && cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0));
		must(!(cp >= 0x202a && cp <= 0x202e) && !(cp >= 0x2066 && cp <= 0x2069));
		must(cp != 0x200e && cp != 0x200f && cp != 0x061c && cp != 0x200b);
		must(!(cp >= 0xe0000 && cp <= 0xe0fff));
		s = slice_of(s.ptr + n, s.len - n);
	}
}

static void check_cells(struct slice s)
{
	struct utf8_cell c;
	int width = utf8_width(s), sum = 0;

	while (utf8_next_cell(s, &c)) {
		must(c.used > 0 && c.used <= s.len && (c.width == 1 || c.width == 2));
		must(c.text[0] && strlen(c.text) < sizeof c.text);
		sum += c.width;
		s = slice_of(s.ptr + c.used, s.len - c.used);
	}
	must(sum == width);
}

static void check_repair(struct slice s)
{
	struct buf fixed, again;

	buf_init(&fixed, BUF_NO_LIMIT);
	buf_init(&again, BUF_NO_LIMIT);
	utf8_repair(&fixed, s);
	must(utf8_valid(buf_slice(&fixed)));
	must(utf8_count(buf_slice(&fixed)) == utf8_count(s));
	must(!utf8_valid(s) || slice_eq(s, buf_slice(&fixed)));
	must(utf8_nfc(&again, buf_slice(&fixed)) == 0 && utf8_valid(buf_slice(&again)));
	buf_release(&fixed);
	buf_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice s = slice_of((const char *)data, size);
	struct buf painted;

	buf_init(&painted, BUF_NO_LIMIT);
	utf8_sanitize(&painted, s);
	check_painted(buf_slice(&painted));
	check_cells(s);
	check_repair(s);
	buf_release(&painted);
	return 0;
}
