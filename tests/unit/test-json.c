/* JSON strings of the hot path: by example, and read back by another reader. */
#include "test.h"

#include "base/utf8.h"
#include "recipe/json.h"

#include <jansson.h>

#include "base/ban.h"

static void expect(const char *bytes, size_t len, const char *want)
{
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	json_write_string(&b, slice_of(bytes, len));
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void escapes(void **state)
{
	(void)state;
	expect(NULL, 0, "\"\"");
	expect("plain", 5, "\"plain\"");
	expect("a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\"");
	expect("\b\f\n\r\t", 5, "\"\\b\\f\\n\\r\\t\"");
	expect("\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\x7f\"");
	expect("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xA7", 9, "\"\\u2028\\u2029\xE2\x80\xA7\"");
	expect("\xF0\x9F\x98\x80 \xC3\xA9", 7, "\"\xF0\x9F\x98\x80 \xC3\xA9\"");
}

static void ill_formed(void **state)
{
	(void)state;
	expect("a\xFFz", 3, "\"a\xEF\xBF\xBDz\"");
	expect("\xE2\x80", 2, "\"\xEF\xBF\xBD\"");
	expect("\xE2", 1, "\"\xEF\xBF\xBD\"");
	expect("\xED\xA0\x80", 3, "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

/* Any bytes: another reader takes what we wrote, and has the repaired bytes. */
static void round_trip(void **state)
{
	static const char *const bits[] = {"a", "\"", "\\", "\n", "\x01", "\xE2\x80\xA8",
	        "\xE2\x80", "\xC3\xA9", "\xFF", "\xF0\x9F\x98\x80", "\x7f", "/", "\xE2", " "};
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct buf in, fixed, out;
		json_t *read;

		buf_init(&in, BUF_NO_LIMIT);
		buf_init(&fixed, BUF_NO_LIMIT);
		buf_init(&out, BUF_NO_LIMIT);
		for (int i = 0; i < 1 + round % 5000 / 4; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_add_str(&in, bits[(seed >> 16) % (sizeof bits / sizeof *bits)]);
		}
		utf8_repair(&fixed, buf_slice(&in));
		json_write_string(&out, buf_slice(&in));
		read = json_loadb(out.ptr, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert_non_null(read);
		assert_int_equal(json_string_length(read), fixed.len);
		assert_memory_equal(json_string_value(read), fixed.ptr, fixed.len);
		json_decref(read);
		buf_release(&in);
		buf_release(&fixed);
		buf_release(&out);
	}
}

/* A buffer that is full turns failed instead of holding half a string unnoticed. */
static void bounded(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 8);
	json_write_string(&b, slice_str("much too long for eight bytes"));
	assert_true(b.failed);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(escapes),
	        cmocka_unit_test(ill_formed),
	        cmocka_unit_test(round_trip),
	        cmocka_unit_test(bounded),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
