/* The generator of synthetic comments: the same for a seed, and with the shapes of real ones. */
#include "tests/unit/test.h"

#include "base/mem.h"
#include "data/comment.h"

#include <jansson.h>

static void make(uint64_t seed, int n, struct buf *out)
{
	struct comments *c = comments_new(seed);
	int i;

	buf_init(out, BUF_NO_LIMIT);
	for (i = 0; i < n; i++)
		comments_next(c, 1700000000 + i, out);
	comments_free(c);
}

static void test_same_for_a_seed(void **state)
{
	struct buf a, b, other;

	(void)state;
	make(1, 2000, &a);
	make(1, 2000, &b);
	make(2, 2000, &other);
	assert_true(slice_eq(buf_slice(&a), buf_slice(&b)));
	assert_false(slice_eq(buf_slice(&a), buf_slice(&other)));
	buf_release(&a);
	buf_release(&b);
	buf_release(&other);
	comments_free(NULL);
}

/* What a cleaner, a terminal, a CSV or JSON writer must meet in the sample. */
static const struct {
	const char *what, *text;
} shapes[] = {
        {"a Markdown link", "](http"},
        {"a URL with parentheses", "Attention_(machine_learning)"},
        {"a user", "u/"},
        {"a board", "r/"},
        {"an entity", "&gt;"},
        {"an entity encoded twice", "&amp;gt;"},
        {"an invisible entity", "&amp;#x200B;"},
        {"a list", "\n* "},
        {"bold", "**"},
        {"a header", "## "},
        {"a table", "|:-|-:|"},
        {"fenced code", "```"},
        {"indented code", "    "},
        {"emoji with a joiner", "\xe2\x80\x8d"},
        {"a skin tone", "\xf0\x9f\x8f\xbd"},
        {"Cyrillic", "\xd0\xbf\xd0\xb0\xd1\x81\xd0\xb8\xd0\xb1\xd0\xbe"},
        {"Japanese", "\xe3\x81\x82\xe3\x82\x8a\xe3\x81\x8c\xe3\x81\xa8\xe3\x81\x86"},
        {"Arabic", "\xd8\xb4\xd9\x83\xd8\xb1\xd8\xa7"},
        {"Hindi", "\xe0\xa4\xa7\xe0\xa4\xa8\xe0\xa5\x8d"},
        {"a deleted body", "[deleted]"},
        {"a removed body", "[removed]"},
        {"a bot", "I am a bot"},
        {"an edit", "EDIT"},
        {"an address", "@example.com"},
        {"a telephone", "555"},
        {"CRLF", "\r\n"},
        {"a tab", "\t"},
        {"an escape character", "\x1b"},
        {"a backslash escape", "\\_"},
        {"a line separator", "\xe2\x80\xa8"},
        {"quotes", "\""},
};

#define SHAPES (sizeof shapes / sizeof *shapes)

struct tally {
	int seen[SHAPES];
	int replies, negative, null_body, long_body, middle;
	json_t *bodies, *authors;
};

static const char *text_of(const json_t *row, const char *key)
{
	return json_string_value(json_object_get(row, key));
}

static void tally_body(struct tally *t, const char *body)
{
	size_t i, len = strlen(body);

	for (i = 0; i < SHAPES; i++)
		t->seen[i] += strstr(body, shapes[i].text) != NULL;
	t->long_body += len > 1000;
	t->middle += len >= 100 && len <= 1000;
	json_object_set_new(t->bodies, body, json_true());
}

static void tally_row(struct tally *t, const json_t *row)
{
	const char *body = text_of(row, "body"), *link = text_of(row, "link_id");

	assert_int_equal(json_object_size(row), 15);
	assert_memory_equal(link, "t3_", 3);
	assert_true(json_is_integer(json_object_get(row, "score")));
	assert_true(json_is_boolean(json_object_get(row, "stickied")));
	if (memcmp(text_of(row, "parent_id"), "t3_", 3) == 0)
		assert_string_equal(text_of(row, "parent_id"), link);
	else
		t->replies++;
	t->negative += json_integer_value(json_object_get(row, "score")) < 0;
	json_object_set_new(t->authors, text_of(row, "author"), json_true());
	if (body)
		tally_body(t, body);
	else
		t->null_body++;
}

static void test_shapes(void **state)
{
	struct tally t = {.bodies = json_object(), .authors = json_object()};
	const int n = 20000;
	struct slice rest, line;
	struct buf out;
	size_t i;

	(void)state;
	make(1, n, &out);
	for (rest = buf_slice(&out); rest.len;) {
		json_t *row;

		rest = slice_cut(rest, '\n', &line);
		row = json_loadb(line.ptr, line.len, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(row);
		tally_row(&t, row);
		json_decref(row);
	}
	for (i = 0; i < SHAPES; i++)
		if (!t.seen[i])
			fail_msg("no comment of %d has %s", n, shapes[i].what);
	assert_in_range(json_object_size(t.bodies), n * 83 / 100, n * 92 / 100);
	assert_in_range(json_object_size(t.authors), 4000, n);
	assert_in_range(t.replies, n * 40 / 100, n * 60 / 100);
	assert_in_range(t.negative, n * 2 / 100, n * 7 / 100);
	assert_in_range(t.middle, n * 40 / 100, n * 60 / 100);
	assert_in_range(t.long_body, n / 200, n * 4 / 100);
	assert_in_range(t.null_body, 1, 30);
	json_decref(t.bodies);
	json_decref(t.authors);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_same_for_a_seed),
	        cmocka_unit_test(test_shapes),
	};

	return cmocka_run_group_tests_name("comments", tests, NULL, NULL);
}
