#include "test.h"

#include "base/buf.h"
#include "base/utf8.h"

static struct slice lit(const char *s)
{
	return slice_str(s);
}

/* Reads a shared file; false after saying so. */
static bool load(const char *rel, struct buf *out)
{
	char path[1024], chunk[65536];
	size_t n;
	FILE *f;

	buf_init(out, BUF_NO_LIMIT);
	if (!test_shared(rel, path, sizeof path))
		return false;
	f = fopen(path, "rb");
	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(out, chunk, n);
	fclose(f);
	return true;
}

static bool next_line(struct slice *text, struct slice *line)
{
	if (text->len == 0)
		return false;
	*text = slice_cut(*text, '\n', line);
	return true;
}

static void unhex(struct slice hex, struct buf *out)
{
	int half = -1;

	buf_clear(out);
	for (size_t i = 0; i < hex.len; i++) {
		const char *digits = "0123456789abcdef", *p;
		char c = hex.ptr[i];
		if (c >= 'A' && c <= 'F')
			c = (char)(c + 32);
		p = c ? strchr(digits, c) : NULL;
		if (!p)
			continue;
		if (half < 0) {
			half = (int)(p - digits);
		} else {
			buf_add_char(out, (char)(half * 16 + (p - digits)));
			half = -1;
		}
	}
}

static void decode_and_encode_agree(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		char bytes[4];
		uint32_t back;
		bool ok;
		size_t n = utf8_encode(cp, bytes);
		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		if (utf8_decode(slice_of(bytes, n), &back, &ok) != n || !ok || back != cp)
			fail_msg("U+%04X", cp);
		if (!utf8_valid(slice_of(bytes, n)) ||
		        (n > 1 && utf8_valid(slice_of(bytes, n - 1))))
			fail_msg("U+%04X valid", cp);
	}
}

static void ill_formed_is_consumed_by_maximal_subpart(void **state)
{
	/* Unicode 15, table 3-8 and its neighbours: bytes, then how many U+FFFD. */
	static const struct {
		const char *bytes;
		int parts;
	} t[] = {{"\xc0\xaf", 2}, {"\xe0\x80\xbf", 3}, {"\xf0\x81\x82\x41", 4}, {"\xed\xa0\x80", 3},
	        {"\xf4\x91\x92\x93", 4}, {"\xff", 1}, {"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41", 5},
	        {"\xe2\x82", 1}, {"\xf0\x9f\x98", 1}, {"\x80", 1}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf out;
		int parts = 0;
		buf_init(&out, 100);
		utf8_repair(&out, lit(t[i].bytes));
		for (ptrdiff_t at; (at = slice_find(buf_slice(&out), lit("\xef\xbf\xbd"))) >= 0;
		        parts++)
			buf_consume(&out, (size_t)at + 3);
		/* The letter A of two cases is not a part. */
		assert_int_equal(parts, t[i].parts - (strchr(t[i].bytes, 'A') ? 1 : 0));
		assert_int_equal(utf8_count(lit(t[i].bytes)), t[i].parts);
		buf_release(&out);
	}
}

static void fast_path_sees_every_position(void **state)
{
	char text[67];

	(void)state;
	for (size_t at = 0; at < sizeof text; at++) {
		memset(text, 'a', sizeof text);
		assert_true(utf8_valid(slice_of(text, sizeof text)));
		text[at] = (char)0x80;
		assert_false(utf8_valid(slice_of(text, sizeof text)));
		text[at] = (char)0xc3;
		if (at + 1 < sizeof text)
			text[at + 1] = (char)0xa9;
		assert_int_equal(utf8_valid(slice_of(text, sizeof text)), at + 1 < sizeof text);
	}
	assert_true(utf8_valid(slice_of(NULL, 0)));
}

/* utf8tests.txt: "NUM:valid:ASCII", "NUM:valid hex:HEX", "NUM:invalid hex:HEX:SKIPPED:REPLACED". */
static void public_utf8_tests(void **state)
{
	struct buf file, bytes, want, got;
	struct slice rest, line;
	int cases = 0;

	(void)state;
	if (!load("vectors/unicode/utf8tests/utf8tests.txt", &file))
		skip();
	buf_init(&bytes, 4096);
	buf_init(&want, 4096);
	buf_init(&got, 4096);
	for (rest = buf_slice(&file); next_line(&rest, &line);) {
		struct slice field[5] = {{0}};
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		for (int i = 0; i < 5; i++)
			line = slice_cut(line, ':', &field[i]);
		if (slice_eq_str(field[1], "valid hex") || slice_eq_str(field[1], "invalid hex")) {
			bool valid = slice_eq_str(field[1], "valid hex");
			unhex(field[2], &bytes);
			assert_int_equal(utf8_valid(buf_slice(&bytes)), valid);
			unhex(valid ? field[2] : field[4], &want);
			buf_clear(&got);
			utf8_repair(&got, buf_slice(&bytes));
			if (!slice_eq(buf_slice(&got), buf_slice(&want)))
				fail_msg("case %.*s", (int)field[0].len, field[0].ptr);
			cases++;
		}
	}
	assert_true(cases > 150);
	buf_release(&file);
	buf_release(&bytes);
	buf_release(&want);
	buf_release(&got);
}

static bool is_forbidden(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0x61c || cp == 0x34f ||
	       (cp >= 0x115f && cp <= 0x1160) || (cp >= 0x17b4 && cp <= 0x17b5) ||
	       (cp >= 0x180b && cp <= 0x180e) || (cp >= 0x200b && cp <= 0x200c) || cp == 0x200e ||
	       cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2060 && cp <= 0x206f) ||
	       cp == 0x3164 || cp == 0xfe0e || cp == 0xfeff || cp == 0xffa0 ||
	       (cp >= 0xfff0 && cp <= 0xfffb) || (cp >= 0xe000 && cp <= 0xf8ff) ||
	       (cp >= 0xe0000 && cp <= 0x10ffff);
}

/* Nothing forbidden is painted; cells cover every byte; widths add up. */
static void check_safe(struct slice s, const char *what)
{
	struct buf out;
	struct slice rest;
	struct utf8_cell cell;
	int width = 0;

	buf_init(&out, BUF_NO_LIMIT);
	utf8_sanitize(&out, s);
	for (rest = buf_slice(&out); rest.len;) {
		uint32_t cp;
		bool ok;
		size_t n = utf8_decode(rest, &cp, &ok);
		if (!ok || is_forbidden(cp))
			fail_msg("%s: U+%04X is painted", what, cp);
		rest = slice_of(rest.ptr + n, rest.len - n);
	}
	for (rest = s; utf8_next_cell(rest, &cell);) {
		assert_true(cell.used > 0 && (cell.width == 1 || cell.width == 2) && cell.text[0]);
		width += cell.width;
		rest = slice_of(rest.ptr + cell.used, rest.len - cell.used);
	}
	assert_int_equal(width, utf8_width(s));
	/* Painting what was painted changes nothing more. */
	if (utf8_width(buf_slice(&out)) != width)
		fail_msg("%s: %s is %d columns, was %d", what, out.ptr, utf8_width(buf_slice(&out)),
		        width);
	buf_release(&out);
}

static struct slice json_field(struct slice line, const char *name)
{
	ptrdiff_t at = slice_find(line, slice_str(name));
	struct slice value = {0};

	if (at >= 0) {
		size_t skip = (size_t)at + strlen(name);
		slice_cut(slice_of(line.ptr + skip, line.len - skip), '"', &value);
	}
	return value;
}

static void untrusted_text_is_disarmed(void **state)
{
	struct buf file, bytes;
	struct slice rest, line;
	int cases = 0;

	(void)state;
	if (!load("vectors/terminal/untrusted-text.jsonl", &file))
		skip();
	buf_init(&bytes, BUF_NO_LIMIT);
	for (rest = buf_slice(&file); next_line(&rest, &line); cases++) {
		struct slice name = json_field(line, "\"name\": \"");
		char what[80];
		snprintf(what, sizeof what, "%.*s", (int)name.len, name.ptr);
		unhex(json_field(line, "\"hex\": \""), &bytes);
		assert_true(bytes.len > 0);
		check_safe(buf_slice(&bytes), what);
	}
	assert_true(cases > 250);
	buf_release(&file);
	buf_release(&bytes);
}

static void public_texts_are_disarmed(void **state)
{
	static const char *const name[] = {"vectors/unicode/kuhn-UTF-8-test.txt",
	        "vectors/unicode/blns/blns.json", "vectors/unicode/utf8tests/utf8tests.bin"};

	(void)state;
	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		struct buf file, fixed;
		if (!load(name[i], &file))
			skip();
		buf_init(&fixed, BUF_NO_LIMIT);
		check_safe(buf_slice(&file), name[i]);
		utf8_repair(&fixed, buf_slice(&file));
		assert_true(utf8_valid(buf_slice(&fixed)));
		assert_int_equal(utf8_valid(buf_slice(&file)), i == 1);
		buf_release(&file);
		buf_release(&fixed);
	}
}

/* Every control, format and unassigned code point alone and inside a word. */
static void every_code_point_is_safe(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		char text[16] = "ab";
		struct utf8_cell cell;
		size_t n = 1 + utf8_encode(cp, text + 1);
		text[n++] = 'c';
		if (cp < 0x3400 || (cp > 0xd7a0 && cp < 0x20000) || cp % 97 == 0)
			check_safe(slice_of(text, n), text);
		assert_true(utf8_next_cell(slice_of(text + 1, n - 2), &cell));
		if (is_forbidden(cp) && !cell.special)
			fail_msg("U+%04X is not marked", cp);
	}
}

/* "÷ 0061 × 0308 ÷ ...": our cells never join what the standard separates. */
static void cells_keep_to_grapheme_boundaries(void **state)
{
	struct buf file, bytes;
	struct slice rest, line;
	int cases = 0, alike = 0;

	(void)state;
	if (!load("vectors/unicode/ucd-15.0.0/GraphemeBreakTest.txt", &file))
		skip();
	buf_init(&bytes, 1000);
	for (rest = buf_slice(&file); next_line(&rest, &line);) {
		bool boundary[200] = {false}, same = true;
		struct utf8_cell cell;
		size_t at = 0;

		line = slice_of(line.ptr, (size_t)strcspn(line.ptr, "#\n"));
		if (slice_trim(line).len == 0)
			continue;
		buf_clear(&bytes);
		for (struct slice word; line.len;) {
			line = slice_cut(line, ' ', &word);
			if (slice_starts(word, "\xc3\xb7")) {
				boundary[bytes.len] = true;
			} else if (word.len >= 4) {
				char c[4];
				uint32_t cp = (uint32_t)strtoul(word.ptr, NULL, 16);
				buf_add(&bytes, c, utf8_encode(cp, c));
			}
		}
		while (utf8_next_cell(slice_of(bytes.ptr + at, bytes.len - at), &cell)) {
			for (size_t i = at + 1; i < at + cell.used; i++)
				if (boundary[i])
					fail_msg("joined: line %d", cases);
			at += cell.used;
			same &= boundary[at];
		}
		alike += same;
		cases++;
	}
	/* The rest are invisible characters, which get a cell of their own here. */
	print_message("# %d of %d lines have the very same boundaries\n", alike, cases);
	assert_int_equal(cases, 602);
	assert_true(alike > 300);
	buf_release(&file);
	buf_release(&bytes);
}

static void emoji_take_two_columns(void **state)
{
	struct buf file, bytes;
	struct slice rest, line;
	int cases = 0;

	(void)state;
	if (!load("vectors/unicode/ucd-15.0.0/emoji-test.txt", &file))
		skip();
	buf_init(&bytes, 100);
	for (rest = buf_slice(&file); next_line(&rest, &line);) {
		struct utf8_cell cell;
		struct slice points;
		bool tags = false;

		line = slice_cut(line, ';', &points);
		if (!slice_starts(slice_trim(line), "fully-qualified"))
			continue;
		buf_clear(&bytes);
		for (struct slice word; points.len;) {
			char c[4];
			uint32_t cp;
			points = slice_cut(points, ' ', &word);
			cp = (uint32_t)strtoul(word.ptr, NULL, 16);
			if (!word.len)
				continue;
			tags |= cp > 0xe0000;
			buf_add(&bytes, c, utf8_encode(cp, c));
		}
		assert_true(utf8_next_cell(buf_slice(&bytes), &cell));
		if (tags) /* tags can hide text: shown as stand-ins */
			continue;
		if (cell.used != bytes.len || cell.width != 2 || strcmp(cell.text, bytes.ptr) != 0)
			fail_msg("%s: %d columns, %zu of %zu bytes", bytes.ptr, cell.width,
			        cell.used, bytes.len);
		cases++;
	}
	assert_true(cases > 3500);
	buf_release(&file);
	buf_release(&bytes);
}

static void wide_is_wide(void **state)
{
	struct buf file;
	struct slice rest, line;
	int wrong = 0;

	(void)state;
	if (!load("vectors/unicode/ucd-15.0.0/EastAsianWidth.txt", &file))
		skip();
	for (rest = buf_slice(&file); next_line(&rest, &line);) {
		char *end;
		unsigned long from, to;
		struct slice range;

		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		line = slice_cut(line, ';', &range);
		from = to = strtoul(range.ptr, &end, 16);
		if (slice_starts(slice_of(end, 2), ".."))
			to = strtoul(end + 2, NULL, 16);
		for (unsigned long cp = from; cp <= to; cp++) {
			char c[4];
			struct utf8_cell cell;
			utf8_next_cell(slice_of(c, utf8_encode((uint32_t)cp, c)), &cell);
			if (!cell.special &&
			        cell.width != (line.ptr[0] == 'W' || line.ptr[0] == 'F' ? 2 : 1)) {
				wrong++;
				print_message("# U+%04lX: %d\n", cp, cell.width);
			}
		}
	}
	assert_int_equal(wrong, 0);
	buf_release(&file);
}

static void cells_look_as_they_should(void **state)
{
	static const struct {
		const char *in, *text;
		int width, used;
		bool special;
	} t[] = {
	        {"ab", "a", 1, 1, false},
	        {"\tb", "\xe2\x90\x89", 1, 1, true},
	        {"\r\n", "\xe2\x90\x8d", 1, 1, true},
	        {"\x7f", "\xe2\x90\xa1", 1, 1, true},
	        {"\xc2\x9b[2J", "\xef\xbf\xbd", 1, 2, true},
	        {"\xe2\x80\xae"
	         "abc",
	                "\xc2\xb7", 1, 3, true},               /* right-to-left override */
	        {"\xe2\x80\xa8x", "\xe2\x90\xa4", 1, 3, true}, /* line separator */
	        {"e\xcc\x81x", "e\xcc\x81", 1, 3, false},
	        {"\xcc\x81x", "\xe2\x97\x8c\xcc\x81", 1, 2, true},
	        {"\xe6\xbc\xa2", "\xe6\xbc\xa2", 2, 3, false},
	        {"\xe1\x84\x80\xe1\x85\xa1", "\xe1\x84\x80\xe1\x85\xa1", 2, 6, false}, /* L V */
	        {"a\xe1\x85\xa1", "a", 1, 1, false},
	        {"\xe0\xa4\x95\xe0\xa4\xbe", "\xe0\xa4\x95\xe0\xa4\xbe", 2, 6,
	                false}, /* ka, sign aa */
	        {"\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbdx", "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 2, 8,
	                false},
	        {"\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4\xef\xb8\x8f", 2, 6, false},
	        {"\xe2\x9d\xa4\xef\xb8\x8e", "\xe2\x9d\xa4", 1, 6, true},
	        {"\xe2\x9d\xa4", "\xe2\x9d\xa4", 1, 3, false},
	        {"1\xef\xb8\x8f\xe2\x83\xa3", "1\xef\xb8\x8f\xe2\x83\xa3", 2, 7, false},
	        {"1\xef\xb8\x8f", "1", 1, 1, false},
	        {"\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xa9",
	                "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 2, 8, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct utf8_cell c;
		assert_true(utf8_next_cell(lit(t[i].in), &c));
		assert_string_equal(c.text, t[i].text);
		assert_int_equal(c.width, t[i].width);
		assert_int_equal(c.used, t[i].used);
		assert_int_equal(c.special, t[i].special);
	}
}

static void piles_of_marks_are_one_bounded_cell(void **state)
{
	struct buf b;
	struct utf8_cell c;

	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	buf_add_char(&b, 'z');
	for (int i = 0; i < 5000; i++)
		buf_add_str(&b, "\xcc\x81");
	assert_true(utf8_next_cell(buf_slice(&b), &c));
	assert_int_equal(c.used, b.len);
	assert_int_equal(c.width, 1);
	assert_true(c.special && strlen(c.text) < sizeof c.text && utf8_valid(lit(c.text)));
	buf_release(&b);
}

static void nfc(void **state)
{
	static const char *const t[][2] = {{"plain", "plain"}, {"e\xcc\x81", "\xc3\xa9"},
	        {"\xc3\xa9", "\xc3\xa9"}, {"\xe2\x84\xab", "\xc3\x85"}, /* angstrom sign */
	        {"\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", "\xea\xb0\x81"}, {"", ""}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		struct buf b;
		buf_init(&b, 100);
		assert_int_equal(utf8_nfc(&b, lit(t[i][0])), 0);
		assert_string_equal(buf_str(&b), t[i][1]);
		buf_release(&b);
	}
}

static void properties(void **state)
{
	(void)state;
	assert_true(utf8_is_space(0x3000) && utf8_is_space('\n') && !utf8_is_space(0x200b));
	assert_true(utf8_is_alnum('7') && utf8_is_alnum(0x6f22) && utf8_is_alnum(0x2167));
	assert_false(utf8_is_alnum('_') || utf8_is_alnum(0x301) || utf8_is_alnum(0x1f600));
	assert_true(utf8_is_mark(0x301) && utf8_is_mark(0x93e) && !utf8_is_mark('a'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(decode_and_encode_agree),
	        cmocka_unit_test(ill_formed_is_consumed_by_maximal_subpart),
	        cmocka_unit_test(fast_path_sees_every_position),
	        cmocka_unit_test(public_utf8_tests),
	        cmocka_unit_test(untrusted_text_is_disarmed),
	        cmocka_unit_test(public_texts_are_disarmed),
	        cmocka_unit_test(every_code_point_is_safe),
	        cmocka_unit_test(cells_keep_to_grapheme_boundaries),
	        cmocka_unit_test(emoji_take_two_columns),
	        cmocka_unit_test(wide_is_wide),
	        cmocka_unit_test(cells_look_as_they_should),
	        cmocka_unit_test(piles_of_marks_are_one_bounded_cell),
	        cmocka_unit_test(nfc),
	        cmocka_unit_test(properties),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
