/* The PCRE2 door: matching, replacing as Java writes it, and that no row takes for ever. */
#include "test.h"

#include "base/clock.h"
#include "recipe/regex.h"

#include <jansson.h>

#include "base/ban.h"

static struct regex *compile(const char *pattern, unsigned flags)
{
	struct err err = ERR_INIT;
	struct regex *re = regex_new(slice_str(pattern), flags, &err);

	if (!re)
		fail_msg("%s", err.text);
	return re;
}

static void finds(void **state)
{
	struct regex_scratch *s = regex_scratch_new(0);
	struct regex *re = compile("(b)(x)?(\xC3\xA9)", 0);
	struct regex_match m;

	(void)state;
	assert_int_equal(regex_find(re, s, slice_str("ab\xC3\xA9z"), 0, &m), REGEX_YES);
	assert_int_equal(m.start, 1);
	assert_int_equal(m.end, 4);
	assert_int_equal(m.group[2], 1);
	assert_true(m.group[4] == (size_t)-1);
	assert_int_equal(m.group[6], 2);
	assert_true(m.group[8] == (size_t)-1 && m.group[19] == (size_t)-1);
	assert_int_equal(regex_find(re, s, slice_str("ab\xC3\xA9z"), 2, &m), REGEX_NO);
	assert_int_equal(regex_find(re, s, slice_str("ab"), 9, &m), REGEX_NO);
	assert_int_equal(regex_find(re, s, slice_of(NULL, 0), 0, NULL), REGEX_NO);
	regex_free(regex_ref(re));
	regex_free(re);
	regex_free(NULL);
	regex_scratch_free(s);
}

static void flags(void **state)
{
	struct regex_scratch *s = regex_scratch_new(0);
	struct regex *ascii = compile("^\\w+$", 0), *unicode = compile("^\\w+$", REGEX_UNICODE);
	struct regex *nocase = compile("straSSE|\xC3\x89", REGEX_CASELESS);

	(void)state;
	assert_int_equal(regex_find(ascii, s, slice_str("\xC3\xA9t\xC3\xA9"), 0, NULL), REGEX_NO);
	assert_int_equal(
	        regex_find(unicode, s, slice_str("\xC3\xA9t\xC3\xA9"), 0, NULL), REGEX_YES);
	assert_int_equal(regex_find(nocase, s, slice_str("\xC3\xA9"), 0, NULL), REGEX_YES);
	regex_free(ascii);
	regex_free(unicode);
	regex_free(nocase);
	regex_scratch_free(s);
}

struct edits {
	size_t n, at[40][4];
};

static void note_edit(void *arg, size_t start, size_t end, size_t out_start, size_t out_end)
{
	struct edits *e = arg;
	size_t *v = e->at[e->n++ % 40];

	v[0] = start;
	v[1] = end;
	v[2] = out_start;
	v[3] = out_end;
}

static void replaces(void **state)
{
	static const struct {
		const char *pattern, *subject, *with, *want;
	} cases[] = {
	        {"a", "banana", "", "bnn"},
	        {"a", "xyz", "!", "xyz"},
	        {"(\\w)(\\d)?", "a1b", "<$2$1>", "<1a><b>"},
	        {"(?<word>[a-z]+)", "one 2", "[${word}]", "[one] 2"},
	        {"x", "axb", "\\$1\\\\$0", "a$1\\xb"},
	        {"x*", "axb", "-", "-a--b-"},
	        {"", "\xC3\xA9", ".", ".\xC3\xA9."},
	        {"$", "", "end", "end"},
	        {"(?<=a)b", "abab", "c", "acac"},
	};
	struct regex_scratch *s = regex_scratch_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct regex *re = compile(cases[i].pattern, 0);
		struct edits edits = {0};
		struct buf out;

		buf_init(&out, BUF_NO_LIMIT);
		regex_replace(re, s, slice_str(cases[i].subject), slice_str(cases[i].with), &out,
		        note_edit, &edits);
		assert_string_equal(buf_str(&out), cases[i].want);
		for (size_t k = 0; k < edits.n; k++) {
			assert_true(edits.at[k][0] <= edits.at[k][1]);
			assert_true(edits.at[k][2] <= edits.at[k][3] && edits.at[k][3] <= out.len);
			if (k)
				assert_true(edits.at[k - 1][1] <= edits.at[k][0]);
		}
		buf_release(&out);
		regex_free(re);
	}
	regex_scratch_free(s);
}

static void refuses(void **state)
{
	static const char *const bad[] = {
	        "(", "[z-a]", "a{2,1}", "(?<=a+)b", "\\C", "*", "\\p{Nope}"};
	static const char *const bad_with[] = {"$2", "$", "$x", "${nope}", "${", "a\\"};
	struct err err = ERR_INIT;
	struct regex *re;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		err_clear(&err);
		assert_null(regex_new(slice_str(bad[i]), 0, &err));
		assert_int_equal(err.code, ERR_RECIPE);
		assert_non_null(strstr(err.text, bad[i]));
	}
	assert_null(regex_new(slice_str("\xFF"), 0, &err));
	re = compile("(?<ok>a)", 0);
	for (size_t i = 0; i < sizeof bad_with / sizeof *bad_with; i++) {
		err_clear(&err);
		assert_int_equal(regex_check_replacement(re, slice_str(bad_with[i]), &err), -1);
		assert_int_equal(err.code, ERR_RECIPE);
	}
	assert_int_equal(regex_check_replacement(re, slice_str("$0$1${ok}\\$"), &err), 0);
	regex_free(re);
}

static void repeat(struct buf *b, const char *s, long long n)
{
	while (n-- > 0)
		buf_add_str(b, s);
}

static const char *text_of(json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

/* One hostile pattern with its subject: an answer or "gave up", in bounded time. */
static void one_redos(json_t *j, int64_t *worst, int *gave_up)
{
	struct err err = ERR_INIT;
	struct regex *re = regex_new(slice_str(text_of(j, "pattern")), 0, &err);
	struct regex_scratch *s = regex_scratch_new(100);
	struct buf subject, out;
	int64_t start, took;

	if (!re) { /* too large to compile: refused when the recipe is read */
		print_message("# refused: %s\n", err.text);
		assert_non_null(strstr(err.text, "too large"));
		regex_scratch_free(s);
		return;
	}
	buf_init(&subject, BUF_NO_LIMIT);
	buf_init(&out, BUF_NO_LIMIT);
	buf_add_str(&subject, text_of(j, "prefix"));
	repeat(&subject, text_of(j, "pump"), json_integer_value(json_object_get(j, "n")));
	buf_add_str(&subject, text_of(j, "suffix"));
	start = clock_mono_ms();
	*gave_up += regex_find(re, s, buf_slice(&subject), 0, NULL) == REGEX_GAVE_UP;
	took = clock_mono_ms() - start;
	if (took > 300)
		print_message("# find %s: %lld ms\n", text_of(j, "name"), (long long)took);
	*worst = took > *worst ? took : *worst;
	start = clock_mono_ms();
	regex_replace(re, s, buf_slice(&subject), slice_str("x"), &out, NULL, NULL);
	took = clock_mono_ms() - start;
	if (took > 300)
		print_message("# replace %s: %lld ms\n", text_of(j, "name"), (long long)took);
	*worst = took > *worst ? took : *worst;
	buf_release(&subject);
	buf_release(&out);
	regex_free(re);
	regex_scratch_free(s);
}

static void redos(void **state)
{
	char path[4096], line[65536];
	int64_t worst = 0;
	int n = 0, gave_up = 0;
	FILE *f;

	(void)state;
	if (!test_shared("vectors/regex/redos.jsonl", path, sizeof path))
		skip();
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		json_t *j = json_loads(line, 0, NULL);

		assert_non_null(j);
		one_redos(j, &worst, &gave_up);
		json_decref(j);
		n++;
	}
	fclose(f);
	print_message("# %d hostile patterns, %d gave up, the slowest call took %lld ms\n", n,
	        gave_up, (long long)worst);
	assert_true(n > 40);
	assert_true(gave_up > 0);
	assert_true(worst < 1000);
}

/* The same bound without public vectors: exponential, polynomial and uncounted scanning. */
static void budget(void **state)
{
	static const char *const patterns[] = {
	        "(a+)+$", "(a|a)*$", "a*a*a*a*b", "(.*)(.*)(.*)(.*)[^a]$", "(?=(a+))\\1+b"};
	struct regex_scratch *s = regex_scratch_new(50);
	struct buf subject;

	(void)state;
	buf_init(&subject, BUF_NO_LIMIT);
	repeat(&subject, "a", 20000);
	buf_add_str(&subject, "!");
	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
		struct regex *re = compile(patterns[i], 0);
		int64_t start = clock_mono_ms(), took;

		regex_find(re, s, buf_slice(&subject), 0, NULL);
		took = clock_mono_ms() - start;
		if (took > 300)
			print_message("# %s: %lld ms\n", patterns[i], (long long)took);
		assert_true(took < 1000);
		regex_free(re);
	}
	buf_release(&subject);
	regex_scratch_free(s);
}

/* A long subject is searched in windows: no match is lost at their borders. */
static void windows(void **state)
{
	struct regex_scratch *s = regex_scratch_new(5000);
	struct regex *re = compile("(?<=\xC3\xA9)needle", 0);
	struct regex_match m;
	struct buf text;

	(void)state;
	for (size_t at = 400; at < 4000; at += 7) {
		buf_init(&text, BUF_NO_LIMIT);
		while (text.len < at)
			buf_add_str(&text, "\xC3\xA9");
		buf_add_str(&text, "needle");
		repeat(&text, "\xC3\xA9", 2000);
		assert_int_equal(regex_find(re, s, buf_slice(&text), 0, &m), REGEX_YES);
		assert_int_equal(m.start, at + at % 2);
		buf_release(&text);
	}
	regex_free(re);
	regex_scratch_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(finds),
	        cmocka_unit_test(flags),
	        cmocka_unit_test(replaces),
	        cmocka_unit_test(refuses),
	        cmocka_unit_test(budget),
	        cmocka_unit_test(windows),
	        cmocka_unit_test(redos),
	};

	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
