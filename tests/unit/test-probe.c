/* A probe with bounds says of any row what the pipeline says. */
#include "recipe-test.h"

#include "base/clock.h"
#include "base/mem.h"
#include "recipe/probe.h"

#include <inttypes.h>

#include "base/ban.h"

#define COLUMNS "body subreddit score id author distinguished stickied"
#define N_CELLS 7

static const char *const bound_names[] = {"min_score", "max_score", "raw_min_chars",
        "raw_max_chars", "min_chars", "max_chars", "min_words", "max_words"};
#define N_BOUNDS 8

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 9;
}

/* Values that real texts reach, and the ends of what a number can be. */
static int64_t random_value(uint32_t *seed, bool score)
{
	static const int64_t odd[] = {
	        0, 1, INT64_MAX, UINT32_MAX, (int64_t)UINT32_MAX + 1, 1 << 20};

	if (next(seed) % 8 == 0)
		return odd[next(seed) % 6];
	if (score && next(seed) % 3 == 0)
		return next(seed) % 20 ? -(int64_t)(next(seed) % 30) : INT64_MIN;
	return next(seed) % 120;
}

/* r with some bounds set, added or switched; r is unref'd. */
static struct recipe *turned(struct recipe *r, uint32_t *seed, bool add)
{
	for (int i = 0; i < N_BOUNDS; i++) {
		ptrdiff_t at = recipe_find(r, bound_names[i]);
		int64_t value = random_value(seed, i < 2);
		struct err err = ERR_INIT;
		struct recipe *made;

		if (at < 0 && !(add && next(seed) % 2))
			continue;
		if (at >= 0 && next(seed) % 3 == 0)
			made = recipe_with_step(r, (size_t)at, next(seed) % 2);
		else if (at >= 0)
			made = recipe_with_value(r, (size_t)at, value, &err);
		else
			made = recipe_with_rule(r, bound_names[i], value, &err);
		if (!made && strstr(err.text, "needs the score"))
			continue;
		if (!made)
			fail_msg("%s", err.text);
		recipe_unref(r);
		r = made;
	}
	return r;
}

struct row {
	struct buf text;
	struct cell cells[N_CELLS];
};

static void random_row(struct row *row, uint32_t *seed)
{
	static const char *const scores[] = {"0", "1", "2", "7", "-3", "55", "many", "", "12.0",
	        "9223372036854775807", "-9223372036854775808", NULL};
	static const char *const texts[] = {"", "[deleted]", "[removed]", NULL, LONG, "\xff\xfe x"};
	uint32_t kind = next(seed) % 12;

	naughty_text(seed, &row->text);
	if (kind < 6)
		row->cells[0] = cell_of(texts[kind]);
	else
		row->cells[0] = (struct cell){row->text.ptr, (uint32_t)row->text.len};
	row->cells[1] = cell_of("OpenAI");
	row->cells[2] = cell_of(scores[next(seed) % 12]);
	row->cells[3] = cell_of("id1");
	row->cells[4] = cell_of(next(seed) % 9 ? "someone" : "AutoModerator");
	row->cells[5] = cell_of("");
	row->cells[6] = cell_of(next(seed) % 9 ? "false" : "true");
}

static void same(const struct verdict *want, const struct verdict *got, const char *recipe)
{
	if (want->kind != got->kind || want->step != got->step || want->changed != got->changed)
		fail_msg("kind %d step %d changed %" PRIx64 ", not %d %d %" PRIx64 " by\n%s",
		        (int)got->kind, got->step, got->changed, (int)want->kind, want->step,
		        want->changed, recipe);
}

/* One pipeline probes; bounds are turned; another pipeline with them judges the same rows. */
static void agrees(const char *name, uint32_t seed)
{
	struct fix f = {NULL};
	struct recipe *base, *r;
	struct pipeline *judge;
	struct bounds bounds;
	struct err err = ERR_INIT;
	struct row row = {{NULL}};

	fix_shipped(&f, name, COLUMNS);
	base = turned(recipe_ref(f.r), &seed, true);
	pipeline_free(f.p);
	f.p = pipeline_new(base, &f.c, &err);
	r = turned(recipe_ref(base), &seed, false);
	assert_true(bounds_only(base, r));
	judge = pipeline_new(r, &f.c, &err);
	bounds_of(r, &bounds);
	buf_init(&row.text, BUF_NO_LIMIT);
	for (int i = 0; i < 60; i++) {
		struct verdict want, got;
		struct example ex;
		struct probe probe;

		random_row(&row, &seed);
		pipeline_probe(f.p, row.cells, &probe, &ex);
		got = probe_judge(&probe, &bounds);
		want = pipeline_row(judge, row.cells, &ex);
		same(&want, &got, recipe_text(r));
	}
	buf_release(&row.text);
	pipeline_free(judge);
	recipe_unref(r);
	recipe_unref(base);
	fix_release(&f);
}

static void probes_agree_with_the_pipeline(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 120; seed++)
		for (int i = 0; i < 3; i++)
			agrees(shipped_names[i], seed * 3 + (uint32_t)i);
}

/* A recipe changed by the API is the recipe that its own text reads as. */
static void changed_recipes_read_back(void **state)
{
	uint32_t seed = 5;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct fix a = {NULL}, b = {NULL};
		struct row row = {{NULL}};

		fix_shipped(&a, shipped_names[round % 3], COLUMNS);
		a.r = turned(a.r, &seed, true);
		pipeline_free(a.p);
		columns_release(&a.c);
		fix_bind(&a, COLUMNS);
		fix_yaml(&b, recipe_text(a.r), COLUMNS);
		assert_string_equal(recipe_text(a.r), recipe_text(b.r));
		buf_init(&row.text, BUF_NO_LIMIT);
		for (int i = 0; i < 40; i++) {
			struct example x, y;
			struct verdict v, w;

			random_row(&row, &seed);
			v = pipeline_row(a.p, row.cells, &x);
			w = pipeline_row(b.p, row.cells, &y);
			same(&v, &w, recipe_text(a.r));
			assert_true(slice_eq(x.line, y.line));
		}
		buf_release(&row.text);
		fix_release(&a);
		fix_release(&b);
	}
}

static void what_is_measured(void **state)
{
	struct fix f = {NULL};
	struct cell cells[2] = {
	        cell_of("  h\xC3\xA9llo  http://x.yz  w\xC3\xB6rld "), cell_of("12")};
	struct example ex;
	struct probe p;
	int64_t n;

	(void)state;
	fix_yaml(&f,
	        "columns: {text: t, score: s}\ndrop: [deleted]\nclean: [urls, whitespace]\n"
	        "keep: {min_chars: 1000}\noutput: {format: text}\n",
	        "t s");
	pipeline_probe(f.p, cells, &p, &ex);
	assert_true(probe_measure(&p, MEASURE_RAW_CHARS, &n));
	assert_int_equal(n, 28);
	assert_true(probe_measure(&p, MEASURE_CHARS, &n));
	assert_int_equal(n, 11);
	assert_true(probe_measure(&p, MEASURE_WORDS, &n));
	assert_int_equal(n, 2);
	assert_true(probe_measure(&p, MEASURE_SCORE, &n));
	assert_int_equal(n, 12);
	assert_false(probe_measure(&p, MEASURE_NONE, &n));
	assert_int_equal(p.kind, VERDICT_KEPT);
	cells[0] = cell_of("[deleted]");
	cells[1] = cell_of("x");
	pipeline_probe(f.p, cells, &p, &ex);
	assert_false(probe_measure(&p, MEASURE_CHARS, &n));
	assert_false(probe_measure(&p, MEASURE_SCORE, &n));
	assert_true(probe_measure(&p, MEASURE_RAW_CHARS, &n));
	assert_int_equal(p.step, 0);
	fix_release(&f);
}

static void not_for_other_changes(void **state)
{
	struct fix f = {NULL};
	struct recipe *r;
	struct err err = ERR_INIT;

	(void)state;
	fix_shipped(&f, "reddit-sft", COLUMNS);
	r = recipe_with_step(f.r, 0, false);
	assert_false(bounds_only(f.r, r));
	recipe_unref(r);
	r = recipe_with_rule(f.r, "max_words", 9, &err);
	assert_false(bounds_only(f.r, r));
	recipe_unref(r);
	r = recipe_with_format(f.r, "alpaca", &err);
	assert_false(bounds_only(f.r, r));
	recipe_unref(r);
	fix_release(&f);
}

static void a_million_rows_are_recounted(void **state)
{
	size_t n = 1000000;
	struct probe *p = mem_calloc(n, sizeof *p);
	struct fix f = {NULL};
	struct funnel funnel = {0};
	struct bounds b;
	uint32_t seed = 3;
	int64_t start;

	(void)state;
	fix_shipped(&f, "reddit-sft", COLUMNS);
	bounds_of(f.r, &b);
	for (size_t i = 0; i < n; i++)
		p[i] = (struct probe){.score = next(&seed) % 9,
		        .has_score = SCORE_NUMBER,
		        .raw_chars = 500,
		        .cleaned = 1,
		        .chars = next(&seed) % 200,
		        .words = next(&seed) % 40,
		        .step = -1,
		        .at = (int8_t)recipe_steps(f.r)};
	start = clock_mono_ms();
	for (size_t i = 0; i < n; i++) {
		struct verdict v = probe_judge(&p[i], &b);

		funnel_count(&funnel, &v);
	}
	print_message("# %d ms for a million rows\n", (int)(clock_mono_ms() - start));
	assert_true(clock_mono_ms() - start < 1000); /* a sanitizer's build, a busy machine */
	assert_int_equal(funnel.rows, n);
	mem_free(p);
	fix_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(probes_agree_with_the_pipeline),
	        cmocka_unit_test(changed_recipes_read_back),
	        cmocka_unit_test(what_is_measured),
	        cmocka_unit_test(not_for_other_changes),
	        cmocka_unit_test(a_million_rows_are_recounted),
	};

	return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
