#include "test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/fmt.h"
#include "base/mem.h"
#include "base/utf8.h"

#include <errno.h>

static void err_keeps_one_line(void **state)
{
	struct err err = ERR_INIT;
	char big[2000];

	(void)state;
	assert_int_equal(err_set(&err, ERR_DATA, "row %d:\nbad\tcell", 7), -1);
	assert_int_equal(err.code, ERR_DATA);
	assert_string_equal(err.text, "row 7: bad cell");
	err_set(&err, ERR_IO, "again: %s", err.text); /* its own text as an argument */
	assert_string_equal(err.text, "again: row 7: bad cell");
	err.line = 3;
	err_prefix(&err, "while %s", "testing");
	assert_string_equal(err.text, "while testing: again: row 7: bad cell");
	assert_int_equal(err.line, 3);
	for (size_t i = 0; i < sizeof big - 2; i += 2)
		memcpy(big + i, "\xc3\xa9", 2);
	big[sizeof big - 2] = '\0';
	for (int pad = 0; pad < 2; pad++) {
		err_set(&err, ERR_IO, "%s%s", pad ? "x" : "", big);
		assert_true(strlen(err.text) > 590 && utf8_valid(slice_str(err.text)));
	}
	assert_int_equal(err_set(NULL, ERR_IO, "%s", "nobody listens"), -1);
	assert_int_equal(err_prefix(NULL, "x"), -1);
	err_clear(&err);
	assert_int_equal(err.code, ERR_NONE);
	err_clear(NULL);
}

static void err_knows_a_full_disk(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	err_set_errno(&err, ERR_IO, ENOSPC, "Cannot write %s", "f");
	assert_int_equal(err.code, ERR_DISK_FULL);
	assert_string_equal(err.text, "Cannot write f: No space left on device");
	err_set_errno(&err, ERR_IO, EACCES, "Cannot write f");
	assert_int_equal(err.code, ERR_IO);
	assert_string_equal(err_code_name(ERR_DISK_FULL), "disk-full");
	for (int c = ERR_NONE; c <= ERR_INTERNAL; c++)
		assert_non_null(err_code_name((enum err_code)c));
}

static void slices(void **state)
{
	struct slice head, rest;

	(void)state;
	assert_true(slice_eq_nocase(slice_str("Content-TYPE"), slice_str("content-type")));
	assert_false(slice_eq_nocase(slice_str("@"), slice_str("`")));
	assert_true(slice_starts(slice_str("abc"), "ab") && !slice_starts(slice_str("a"), "ab"));
	assert_true(slice_ends(slice_str("x.gz"), ".gz") && !slice_ends(slice_str("z"), ".gz"));
	assert_true(slice_eq_str(slice_trim(slice_str(" \t a b\r\n")), "a b"));
	assert_int_equal(slice_trim(slice_str("  ")).len, 0);
	assert_int_equal(slice_find(slice_str("hello"), slice_str("llo")), 2);
	assert_int_equal(slice_find(slice_str("hello"), slice_str("lo!")), -1);
	assert_int_equal(slice_find(slice_of(NULL, 0), slice_str("x")), -1);
	assert_int_equal(slice_find(slice_of(NULL, 0), slice_str("")), 0);
	assert_int_equal(slice_find_nocase(slice_of(NULL, 0), slice_str("x")), -1);
	assert_int_equal(slice_find_nocase(slice_str("abc"), slice_str("")), 0);
	assert_int_equal(slice_find_nocase(slice_str("[Abc]{z"), slice_str("aBC]{Z")), 1);
	assert_int_equal(
	        slice_find_nocase(slice_str("a @ b"), slice_str("`")), -1); /* no letters */
	for (size_t n = 0; n < 70; n++) { /* at each place of a longer text, also past 16 bytes */
		char text[80];
		memset(text, 'x', sizeof text);
		memcpy(text + n, "Needle", 6);
		assert_int_equal(slice_find_nocase(slice_of(text, n + 6), slice_str("nEEDLE")), n);
		assert_int_equal(slice_find_nocase(slice_of(text, n + 5), slice_str("needle")), -1);
	}
	rest = slice_cut(slice_str("a=b=c"), '=', &head);
	assert_true(slice_eq_str(head, "a") && slice_eq_str(rest, "b=c"));
	rest = slice_cut(slice_str("abc"), '=', &head);
	assert_true(slice_eq_str(head, "abc") && rest.len == 0);
	rest = slice_cut(slice_of(NULL, 0), '=', &head);
	assert_true(head.len == 0 && rest.len == 0);
}

static void buf_is_bounded(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_string_equal(buf_str(&b), "");
	buf_add_str(&b, "12345");
	buf_add_str(&b, "67890"); /* exactly the limit */
	assert_false(b.failed);
	assert_string_equal(buf_str(&b), "1234567890");
	buf_add_char(&b, 'x');
	assert_true(b.failed);
	buf_consume(&b, 5);
	buf_add_char(&b, 'y'); /* nothing after a hole */
	assert_string_equal(buf_str(&b), "67890");
	buf_clear(&b);
	buf_printf(&b, "%s", "0123456789");
	assert_false(b.failed);
	assert_string_equal(buf_str(&b), "0123456789");
	buf_printf(&b, "%d", 1);
	assert_true(b.failed);
	buf_consume(&b, 100);
	assert_int_equal(b.len, 0);
	buf_release(&b);
	buf_init(&b, 0);
	buf_add(&b, NULL, 0);
	assert_false(b.failed);
	buf_add_char(&b, 'a');
	assert_true(b.failed);
	buf_release(&b);
}

static void buf_grows_and_is_taken(void **state)
{
	struct buf b;
	char *s;

	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	s = buf_take(&b);
	assert_string_equal(s, "");
	mem_free(s);
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "%d,", i);
	assert_int_equal(b.len, 48890);
	assert_int_equal(strlen(buf_str(&b)), b.len);
	buf_printf(&b, "%0200d", 7); /* longer than the room it first asks for */
	assert_int_equal(b.len, 49090);
	s = buf_take(&b);
	assert_null(b.ptr);
	assert_memory_equal(s, "0,1,2,", 6);
	mem_free(s);
	/* A size near SIZE_MAX must not wrap around. */
	buf_add_char(&b, 'a');
	assert_null(buf_reserve(&b, (size_t)-1));
	assert_null(buf_reserve(&b, (size_t)-2));
	assert_true(b.failed);
	buf_release(&b);
}

static void mem_helpers(void **state)
{
	char *s;

	(void)state;
	assert_null(mem_strdup(NULL));
	s = mem_strndup("abcdef", 3);
	assert_string_equal(s, "abc");
	mem_free(s);
	s = mem_printf("%s-%05d", "x", 42);
	assert_string_equal(s, "x-00042");
	mem_free(s);
	s = mem_calloc(0, 8);
	assert_non_null(s);
	mem_free(s);
	mem_free(NULL);
}

static void clock_forms(void **state)
{
	char iso[21], basic[17], http[30];
	static const struct {
		const char *s;
		int64_t ms;
	} t[] = {{"2026-11-23T17:44:06Z", 1795455846000}, {"20261123T174406Z", 1795455846000},
	        {"2026-11-23T17:44:06.5Z", 1795455846500}, {"1970-01-01T00:00:00Z", 0},
	        {"2026-11-23T17:44:06.123456789+00:00", 1795455846123},
	        {"2000-02-29T00:00:00Z", 951782400000}, {"2026-13-23T17:44:06Z", -1},
	        {"2026-11-23 17:44:06Z", -1}, {"2026-11-23T17:44:06", -1},
	        {"2026-11-23T17:44:06+01:00", -1}, {"2026-11-23T24:00:00Z", -1}, {"", -1},
	        {"20", -1}, {"2026-11-23T17:44:06.Z", -1}, {"2026-11-23T17:44:06Zx", -1}};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		assert_int_equal(clock_parse8601(t[i].s), t[i].ms);
	clock_iso8601(1795455846999, iso);
	assert_string_equal(iso, "2026-11-23T17:44:06Z");
	clock_basic8601(1795455846999, basic);
	assert_string_equal(basic, "20261123T174406Z");
	clock_http_date(1795455846000, http);
	assert_string_equal(http, "Mon, 23 Nov 2026 17:44:06 GMT");
	assert_int_equal(clock_parse_http_date(http), 1795455846000);
	assert_int_equal(clock_parse_http_date("Mon, 23 Nox 2026 17:44:06 GMT"), -1);
	assert_int_equal(clock_parse_http_date("yesterday"), -1);
	clock_iso8601(INT64_MAX, iso);
	assert_string_equal(iso, "9999-12-31T23:59:59Z");
	clock_iso8601(INT64_MIN, iso);
	assert_string_equal(iso, "1970-01-01T00:00:00Z");
	for (int64_t ms = 0; ms < 4102444800000; ms += 86399999000 / 7) {
		clock_iso8601(ms, iso);
		assert_int_equal(clock_parse8601(iso), ms / 1000 * 1000);
		clock_http_date(ms, http);
		assert_int_equal(clock_parse_http_date(http), ms / 1000 * 1000);
	}
}

static void clock_runs(void **state)
{
	int64_t a = clock_mono_us();

	(void)state;
	clock_sleep_ms(12);
	assert_true(clock_mono_us() - a >= 12000);
	assert_true(clock_wall_ms() > 1700000000000);
}

static void numbers_as_people_read_them(void **state)
{
	char s[FMT_SIZE];

	(void)state;
	assert_string_equal(fmt_thousands(s, 0), "0");
	assert_string_equal(fmt_thousands(s, 999), "999");
	assert_string_equal(fmt_thousands(s, 4523), "4,523");
	assert_string_equal(fmt_thousands(s, -1234567), "-1,234,567");
	assert_string_equal(fmt_thousands(s, INT64_MIN), "-9,223,372,036,854,775,808");
	assert_string_equal(fmt_bytes(s, 512), "512 B");
	assert_string_equal(fmt_bytes(s, 1023), "1023 B");
	assert_string_equal(fmt_bytes(s, 1024), "1.00 KB");
	assert_string_equal(fmt_bytes(s, 1234803097), "1.15 GB");
	assert_string_equal(fmt_bytes(s, 1048575), "1.00 MB");
	assert_string_equal(fmt_bytes(s, 1047552), "1023.00 KB");
	assert_string_equal(fmt_bytes(s, INT64_MAX), "8192.00 PB");
	assert_string_equal(fmt_rate(s, 3565158.4), "3.4 MB/s");
	assert_string_equal(fmt_rate(s, -1), "0 B/s");
	assert_string_equal(fmt_rate(s, 0.0 / (s[0] ? 0.0 : 1.0)), "0 B/s");
	assert_string_equal(fmt_money(s, 0), "$0.00");
	assert_string_equal(fmt_money(s, 50), "$0.00005");
	assert_string_equal(fmt_money(s, 5800), "$0.0058");
	assert_string_equal(fmt_money(s, 5000), "$0.0050");
	assert_string_equal(fmt_money(s, 15300), "$0.0153");
	assert_string_equal(fmt_money(s, 50000), "$0.05");
	assert_string_equal(fmt_money(s, 12340000), "$12.34");
	assert_string_equal(fmt_money(s, 12345000), "$12.35");
	assert_string_equal(fmt_money(s, -12340000), "-$12.34");
	assert_string_equal(fmt_duration(s, 520), "0.52 s");
	assert_string_equal(fmt_duration(s, 9994), "9.99 s");
	assert_string_equal(fmt_duration(s, 9995), "10.0 s");
	assert_string_equal(fmt_duration(s, 15200), "15.2 s");
	assert_string_equal(fmt_duration(s, 59949), "59.9 s");
	assert_string_equal(fmt_duration(s, 59950), "1:00");
	assert_string_equal(fmt_duration(s, 125000), "2:05");
	assert_string_equal(fmt_duration(s, 3599600), "1:00:00");
	assert_string_equal(fmt_duration(s, 3723000), "1:02:03");
	assert_string_equal(fmt_ago(s, 1000, 2000), "just now");
	assert_string_equal(fmt_ago(s, 0, 42000), "42 s ago");
	assert_string_equal(fmt_ago(s, 0, 180000), "3 min ago");
	assert_string_equal(fmt_ago(s, 0, 7200000), "2 h ago");
	assert_string_equal(fmt_ago(s, 0, 86400000), "1 day ago");
	assert_string_equal(fmt_ago(s, 9000, 1000), "just now"); /* a clock was set back */
}

static void hashes_match_the_standards(void **state)
{
	uint8_t sum[SHA256_SIZE];
	char hex[SHA256_HEX];
	struct sha256 *h;

	(void)state;
	crypto_sha256(slice_str("abc"), sum); /* FIPS 180-4 */
	crypto_hex(sum, sizeof sum, hex);
	assert_string_equal(
	        hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	crypto_sha256(slice_of(NULL, 0), sum);
	crypto_hex(sum, sizeof sum, hex);
	assert_string_equal(
	        hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	/* RFC 4231, case 2 */
	crypto_hmac_sha256(slice_str("Jefe"), slice_str("what do ya want for nothing?"), sum);
	crypto_hex(sum, sizeof sum, hex);
	assert_string_equal(
	        hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	h = sha256_new();
	sha256_add(h, "a", 1);
	sha256_add(h, "bc", 2);
	sha256_hex_free(h, hex);
	assert_string_equal(
	        hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256_free(sha256_new());
	sha256_free(NULL);
	assert_true(crypto_equal("abc", "abc", 3) && !crypto_equal("abc", "abd", 3));
}

static void uuids_are_version_4(void **state)
{
	char a[37], b[37];

	(void)state;
	crypto_uuid(a);
	crypto_uuid(b);
	assert_string_not_equal(a, b);
	assert_int_equal(strlen(a), 36);
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	assert_int_equal(strspn(a, "0123456789abcdef-"), 36);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(err_keeps_one_line),
	        cmocka_unit_test(err_knows_a_full_disk),
	        cmocka_unit_test(slices),
	        cmocka_unit_test(buf_is_bounded),
	        cmocka_unit_test(buf_grows_and_is_taken),
	        cmocka_unit_test(mem_helpers),
	        cmocka_unit_test(clock_forms),
	        cmocka_unit_test(clock_runs),
	        cmocka_unit_test(numbers_as_people_read_them),
	        cmocka_unit_test(hashes_match_the_standards),
	        cmocka_unit_test(uuids_are_version_4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
