/* What tests of the pipeline share: a recipe bound to columns, and texts to feed it. */
#ifndef TESTS_UNIT_RECIPE_TEST_H
#define TESTS_UNIT_RECIPE_TEST_H

#include "test.h"

#include "recipe/pipeline.h"

#include <jansson.h>

#define LONG "This text is long enough to be kept by every bound that the recipe has for it."

/* A recipe and the pipeline that runs it over the columns named (space between them). */
struct fix {
	struct recipe *r;
	struct columns c;
	struct pipeline *p;
};

static inline void fix_bind(struct fix *f, const char *columns)
{
	struct slice rest = slice_str(columns), head;
	struct err err = ERR_INIT;

	columns_init(&f->c);
	while (rest.len) {
		rest = slice_cut(rest, ' ', &head);
		columns_add(&f->c, head, slice_str("varchar"));
	}
	f->p = pipeline_new(f->r, &f->c, &err);
	if (!f->p)
		fail_msg("%s", err.text);
}

static inline void fix_yaml(struct fix *f, const char *yaml, const char *columns)
{
	struct err err = ERR_INIT;

	f->r = recipe_parse(slice_str(yaml), "t.yaml", &err);
	if (!f->r)
		fail_msg("%s in: %s", err.text, yaml);
	fix_bind(f, columns);
}

static inline void fix_shipped(struct fix *f, const char *name, const char *columns)
{
	char dir[4096];
	const char *dirs[] = {dir, NULL};
	struct err err = ERR_INIT;

	snprintf(dir, sizeof dir, "%s/queries", test_srcdir());
	f->r = recipe_load(name, dirs, &err);
	if (!f->r)
		fail_msg("%s", err.text);
	fix_bind(f, columns);
}

static inline void fix_release(struct fix *f)
{
	pipeline_free(f->p);
	columns_release(&f->c);
	recipe_unref(f->r);
}

static inline struct cell cell_of(const char *s)
{
	return (struct cell){s, s ? (uint32_t)strlen(s) : 0};
}

static const char *const naughty[] = {"a", "b ", " ", "\n", "\n\n", "\t", "    x", "&amp;", "&gt;",
        "&", "lt;", "#", "x41;", ";", "*", "**", "_", "~~", "^", "(", ")", "[", "]", "](", "![",
        "http://", "https://x.y", "www.", "www", ".", ",", "u/", "/u/abc", "r/", "/r/", "abc", "/",
        "\\", "`", "```\n", "\n```", "> ", "\n>", ">!", "EDIT: ", "\nedit", ":", "-", "---", "- ",
        "@", "x@y.com", "\xC3\xA9", "\xE2\x80\x8B", "\xE2\x80\x8D", "\xC2\xA0", "\xCC\x81",
        "e\xCC\x81", "\xE2\x80\xA8", "\xF0\x9F\x98\x80", "\xE3\x80\x80", "\x1c", "\xC2\x85", "\r\n",
        "\r", "\"", "$1", "\xEF\xBB\xBF", "Processing img q*"};

/* Any of them in any order; the same for every run. */
static inline void naughty_text(uint32_t *seed, struct buf *out)
{
	int n;

	buf_clear(out);
	*seed = *seed * 1664525 + 1013904223;
	n = 1 + (int)((*seed >> 20) % 40);
	while (n-- > 0) {
		*seed = *seed * 1664525 + 1013904223;
		buf_add_str(out, naughty[(*seed >> 12) % (sizeof naughty / sizeof *naughty)]);
	}
}

static const char *const shipped_names[] = {"reference", "reddit-sft", "reddit-plain"};

static inline json_t *real_rows(void)
{
	char path[4096];
	json_t *rows = json_array(), *row;
	FILE *f;

	if (!test_shared("data/reddit_sample_head.ndjson", path, sizeof path)) {
		json_decref(rows);
		return NULL;
	}
	f = fopen(path, "r");
	assert_non_null(f);
	while ((row = json_loadf(f, JSON_DISABLE_EOF_CHECK, NULL)) != NULL)
		json_array_append_new(rows, row);
	fclose(f);
	assert_true(json_array_size(rows) > 500);
	return rows;
}

static inline struct slice body_of(json_t *row)
{
	json_t *b = json_object_get(row, "body");

	return slice_of(json_string_value(b), json_string_length(b));
}

#endif
