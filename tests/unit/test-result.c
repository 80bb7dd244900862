/* A result on disk at hand: index, rows, order, search, frequency, histogram, judging. */
#include "tests/unit/job-test.h"

#include "base/buf.h"
#include "base/clock.h"
#include "job/result.h"
#include "rows/csv.h"

#include <fcntl.h>
#include <math.h>
#include <stdatomic.h>

enum { ROWS = 100000 };

struct given {
	char *dir, *path;
	atomic_int woken;
};

static void woken(void *arg)
{
	atomic_fetch_add(&((struct given *)arg)->woken, 1);
}

static void setup(struct given *g)
{
	g->dir = scratch_new();
	g->path = file_join(g->dir, "result.csv");
	atomic_init(&g->woken, 0);
}

static void teardown(struct given *g)
{
	mem_free(g->path);
	scratch_free(g->dir);
}

static void write_text(struct given *g, const char *text)
{
	assert_int_equal(file_write(g->path, slice_str(text), 0600, NULL), 0);
}

static void add(struct buf *b, const char *text, char after)
{
	csv_write_cell(b, (struct cell){text, text ? (uint32_t)strlen(text) : 0});
	buf_add_char(b, after);
}

/* id, group, score, body: group has 7 values, score falls and rises, each 10th body is NULL, each
 * 11th is "", others hold new lines and quotes. */
static void write_many(struct given *g)
{
	struct buf b;
	char tmp[200];

	buf_init(&b, BUF_NO_LIMIT);
	buf_add_str(&b, "\"id\",\"group\",\"score\",\"body\"\n");
	for (int i = 0; i < ROWS; i++) {
		snprintf(tmp, sizeof tmp, "t%d", i);
		add(&b, tmp, ',');
		snprintf(tmp, sizeof tmp, "a common beginning of all names %d", i % 7);
		add(&b, tmp, ',');
		snprintf(tmp, sizeof tmp, "%d", i * 37 % 1000 - 100);
		add(&b, tmp, ',');
		snprintf(tmp, sizeof tmp,
		        "Body \"%d\"\nwith a second, LINE and enough text to be kept by any recipe",
		        i);
		add(&b, i % 10 == 0 ? NULL : i % 11 == 0 ? "" : tmp, '\n');
	}
	assert_int_equal(file_write(g->path, buf_slice(&b), 0600, NULL), 0);
	buf_release(&b);
}

static struct result *opened(struct given *g)
{
	struct err err = ERR_INIT;
	struct result *r = result_open(g->path, woken, g, &err);

	if (!r)
		fail_msg("%s", err.text);
	return r;
}

static struct result_state wait_indexed(struct result *r)
{
	struct result_state s;

	for (result_state(r, &s); !s.complete; result_state(r, &s))
		clock_sleep_ms(1);
	return s;
}

static void wait_for(struct result *r, enum result_task t)
{
	struct result_progress p;

	for (result_progress(r, t, &p); p.phase == RESULT_WORKING; result_progress(r, t, &p))
		clock_sleep_ms(1);
	if (p.phase == RESULT_FAILED)
		fail_msg("%s", p.err.text);
	assert_int_equal(p.phase, RESULT_DONE);
}

static struct cell cell_at(struct result *r, uint64_t row, size_t col)
{
	struct err err = ERR_INIT;
	const struct cell *cells;

	if (result_row(r, row, &cells, &err) != 0)
		fail_msg("row %d: %s", (int)row, err.text);
	return cells[col];
}

static void assert_cell(struct cell c, const char *want)
{
	if (!want)
		assert_true(cell_is_null(c));
	else
		assert_true(c.ptr && slice_eq_str(cell_slice(c), want));
}

static void test_rows(void **state)
{
	struct given g;
	struct result *r;
	struct result_state s;
	struct result_column c;
	const struct cell *cells;
	struct err err = ERR_INIT;
	char want[100];

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	s = wait_indexed(r);
	assert_int_equal(s.rows, ROWS);
	assert_int_equal(s.bytes, s.size);
	assert_int_equal(s.err.code, 0);
	assert_int_equal(result_columns(r)->n, 4);
	assert_string_equal(result_columns(r)->col[2].name, "score");
	for (unsigned i = 0, at = 17; i < 2000; i++, at = (at * 7919 + 13) % ROWS) {
		snprintf(want, sizeof want, "t%u", at);
		assert_cell(cell_at(r, at, 0), want);
		snprintf(want, sizeof want,
		        "Body \"%u\"\nwith a second, LINE and enough text to be kept by any recipe",
		        at);
		assert_cell(cell_at(r, at, 3), at % 10 == 0 ? NULL : at % 11 == 0 ? "" : want);
	}
	assert_cell(cell_at(r, ROWS - 1, 0), "t99999");
	assert_int_equal(result_row(r, ROWS, &cells, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_true(result_column(r, 2, &c));
	assert_int_equal(c.kind, RESULT_INTEGER);
	assert_true(result_column(r, 3, &c));
	assert_int_equal(c.kind, RESULT_TEXT);
	assert_int_equal(c.nulls, ROWS / 10);
	assert_false(result_column(r, 4, &c));
	assert_true(atomic_load(&g.woken) > 0);
	result_close(r);
	teardown(&g);
}

/* What a file may be that is not one of ours. */
static void test_damaged(void **state)
{
	static const struct {
		const char *text;
		uint64_t rows;
		enum err_code code;
	} c[] = {
	        {"", 0, ERR_DATA},
	        {"\"a\"\n", 0, 0},
	        {"\"a\",\"b\"\n\"1\",\"2\"\n\"3\"\n", 1, ERR_DATA},
	        {"\"a\",\"b\"\n\"1\",\"2\"\n\"3\",\"4", 1, ERR_DATA},
	        {"\"a\"\n\n\n\"\"\n", 3, 0},
	        {"a,b\r\n1,2\r\n3,", 2, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
		struct given g;
		struct result *r;
		struct result_state s;

		setup(&g);
		write_text(&g, c[i].text);
		r = opened(&g);
		s = wait_indexed(r);
		assert_int_equal(s.rows, c[i].rows);
		assert_int_equal(s.err.code, c[i].code);
		for (uint64_t k = 0; k < s.rows; k++)
			cell_at(r, k, 0);
		result_order(r, &(struct result_order){.sort_col = 0});
		if (result_columns(r))
			wait_for(r, RESULT_ORDER);
		result_close(r);
		teardown(&g);
	}
}

static void test_shrinks(void **state)
{
	struct given g;
	struct result *r;
	struct result_progress p;
	const struct cell *cells;
	struct err err = ERR_INIT;

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	wait_indexed(r);
	assert_int_equal(truncate(g.path, 1000), 0);
	assert_int_equal(result_row(r, ROWS / 2, &cells, &err), -1);
	assert_int_equal(err.code, ERR_DATA);
	result_frequency(r, 0, NULL);
	do {
		clock_sleep_ms(1);
		result_progress(r, RESULT_FREQUENCY, &p);
	} while (p.phase == RESULT_WORKING);
	assert_int_equal(p.phase, RESULT_FAILED);
	assert_int_equal(p.err.code, ERR_DATA);
	result_close(r);
	assert_null(result_open("/nonexistent/x.csv", NULL, NULL, &err));
	assert_int_equal(err.code, ERR_IO);
	assert_null(result_open(g.dir, NULL, NULL, &err));
	teardown(&g);
}

static void order(struct result *r, int col, bool descending)
{
	result_order(r, &(struct result_order){.sort_col = col, .descending = descending});
	wait_for(r, RESULT_ORDER);
}

static int64_t number_at(struct result *r, uint64_t position, size_t col)
{
	int64_t n = 0;
	double d;

	assert_int_equal(result_number(cell_slice(cell_at(r, result_at(r, position), col)), &n, &d),
	        RESULT_INTEGER);
	return n;
}

static void assert_sorted(struct result *r, size_t col, int sign)
{
	assert_int_equal(result_shown(r), ROWS);
	for (uint64_t i = 1; i < ROWS; i += 97) {
		int64_t a = number_at(r, i - 1, col), b = number_at(r, i, col);

		assert_true(sign * (b - a) >= 0);
		if (a == b)
			assert_true(result_at(r, i - 1) < result_at(r, i));
	}
}

static void test_order(void **state)
{
	struct given g;
	struct result *r;

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	order(r, 2, false);
	assert_sorted(r, 2, 1);
	assert_int_equal(result_position(r, result_at(r, 500)), 500);
	order(r, 2, true);
	assert_sorted(r, 2, -1);
	/* Texts that differ only behind the first bytes. */
	order(r, 1, false);
	for (uint64_t i = 0; i < ROWS; i += 333)
		assert_int_equal(result_at(r, i) % 7, i * 7 / (ROWS + 6));
	/* NULLs last both ways, "" least. */
	order(r, 3, false);
	assert_cell(cell_at(r, result_at(r, 0), 3), "");
	assert_cell(cell_at(r, result_at(r, ROWS - 1), 3), NULL);
	order(r, 3, true);
	assert_cell(cell_at(r, result_at(r, ROWS - 1), 3), NULL);
	assert_cell(cell_at(r, result_at(r, ROWS - ROWS / 10 - 1), 3), "");
	result_order(r, &(struct result_order){.sort_col = -1});
	assert_int_equal(result_at(r, 12345), 12345);
	assert_int_equal(result_order_now(r), 0);
	result_close(r);
	teardown(&g);
}

static void test_filter(void **state)
{
	struct given g;
	struct result *r;

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	result_order(r, &(struct result_order){.sort_col = -1,
	                        .filter = FILTER_VALUE,
	                        .filter_col = 1,
	                        .value = slice_str("a common beginning of all names 3")});
	wait_for(r, RESULT_ORDER);
	assert_int_equal(result_shown(r), 14286);
	assert_int_equal(result_at(r, 1), 10);
	assert_int_equal(result_position(r, 11), -1);
	result_order(r, &(struct result_order){.sort_col = 2,
	                        .descending = true,
	                        .filter = FILTER_WORD,
	                        .filter_col = -1,
	                        .value = slice_str("T9999")});
	wait_for(r, RESULT_ORDER);
	assert_int_equal(result_shown(r), 11);
	for (uint64_t i = 1; i < 11; i++)
		assert_true(number_at(r, i - 1, 2) >= number_at(r, i, 2));
	result_order(
	        r, &(struct result_order){.sort_col = -1, .filter = FILTER_NULL, .filter_col = 3});
	wait_for(r, RESULT_ORDER);
	assert_int_equal(result_shown(r), ROWS / 10);
	result_close(r);
	teardown(&g);
}

static struct result_found find(
        struct result *r, const char *word, int col, uint64_t from, int direction)
{
	struct result_found f;
	unsigned generation = result_find(r, slice_str(word), col, from, direction);

	wait_for(r, RESULT_FIND);
	result_found(r, &f);
	assert_int_equal(f.generation, generation);
	assert_true(f.counted);
	return f;
}

static void test_find(void **state)
{
	struct given g;
	struct result *r;
	struct result_found f;

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	f = find(r, "body \"9998", -1, 0, 1);
	assert_true(f.found);
	assert_int_equal(f.row, 9998);
	f = find(r, "body \"9998", -1, 10000, 1);
	assert_int_equal(f.row, 99981);
	assert_int_equal(f.matches, 1 + 9); /* 99980 has no body */
	f = find(r, "body \"9998", -1, 9997, -1);
	assert_int_equal(f.row, 99989);
	f = find(r, "SECOND, line", 3, 50000, 1);
	assert_int_equal(f.row, 50001);
	f = find(r, "SECOND, line", 0, 50000, 1);
	assert_false(f.found);
	f = find(r, "nowhere to be seen", -1, 50000, 1);
	assert_false(f.found);
	assert_int_equal(f.matches, 0);
	order(r, 2, true);
	f = find(r, "t4321", 0, 0, 1);
	assert_true(f.found);
	assert_int_equal(result_at(r, f.position), f.row);
	assert_int_equal(f.matches, 11);
	for (uint64_t i = 0; i < f.position; i++)
		assert_false(strncmp(cell_at(r, result_at(r, i), 0).ptr, "t4321", 5) == 0);
	result_close(r);
	teardown(&g);
}

/* The order goes while a search looks through it. */
static void test_find_loses_order(void **state)
{
	struct given g;
	struct result *r;
	struct result_progress p;
	struct result_found f;

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	order(r, 0, true);
	result_find(r, slice_str("second"), -1, 0, 1);
	do
		result_progress(r, RESULT_FIND, &p);
	while (p.phase == RESULT_WORKING && p.done == 0);
	result_order(r, &(struct result_order){.sort_col = -1});
	wait_for(r, RESULT_FIND);
	result_found(r, &f);
	assert_true(f.found);
	assert_int_equal(result_shown(r), ROWS);
	result_close(r);
	teardown(&g);
}

static void test_frequency(void **state)
{
	struct given g;
	struct result *r;
	struct frequency *f;

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	result_frequency(r, 1, NULL);
	wait_for(r, RESULT_FREQUENCY);
	f = result_frequency_now(r);
	assert_int_equal(f->distinct, 7);
	assert_int_equal(f->n, 7);
	assert_int_equal(f->top[0].count, 14286);
	assert_int_equal(f->top[6].count, 14285);
	assert_string_equal(f->top[0].text, "a common beginning of all names 0");
	assert_int_equal(f->top[1].first_row, 1);
	frequency_unref(f);
	result_frequency(r, 3, NULL);
	wait_for(r, RESULT_FREQUENCY);
	f = result_frequency_now(r);
	assert_int_equal(f->nulls, 10000);
	assert_true(f->top[0].null);
	assert_int_equal(f->empty, 8181);
	assert_int_equal(f->top[1].count, f->empty);
	assert_int_equal(f->distinct, ROWS - f->nulls - f->empty + 1);
	assert_int_equal(f->n, FREQUENCY_TOP);
	assert_int_equal(f->top[2].first_row, 1);
	assert_int_equal(f->top[999].first_row, 1218);
	assert_false(f->at_least);
	frequency_unref(f);
	result_frequency(r, 1,
	        &(struct result_order){
	                .filter = FILTER_WORD, .filter_col = 0, .value = slice_str("T9999")});
	wait_for(r, RESULT_FREQUENCY);
	f = result_frequency_now(r);
	assert_int_equal(f->rows, 11);
	frequency_unref(f);
	result_close(r);
	teardown(&g);
}

static void test_histogram(void **state)
{
	struct given g;
	struct result *r;
	struct histogram *h;
	uint64_t sum = 0;

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	result_histogram(r, 2, NULL);
	wait_for(r, RESULT_HISTOGRAM);
	h = result_histogram_now(r);
	assert_false(h->of_length || h->uneven);
	assert_int_equal(h->values, ROWS);
	assert_true(h->min == -100 && h->max == 899 && h->median == 399);
	assert_true(h->q1 == 149 && h->q3 == 649 && fabs(h->mean - 399.5) < 1e-9);
	assert_int_equal(h->n, 20);
	assert_true(h->bin[0].from == -100 && h->bin[0].to == -50);
	for (size_t i = 0; i < h->n; i++)
		sum += h->bin[i].count;
	assert_int_equal(sum, ROWS);
	histogram_unref(h);
	result_histogram(r, 3, NULL);
	wait_for(r, RESULT_HISTOGRAM);
	h = result_histogram_now(r);
	assert_true(h->of_length && h->min == 0 && h->max == 73);
	assert_int_equal(h->nulls, ROWS / 10);
	histogram_unref(h);
	result_close(r);
	teardown(&g);
}

static void assert_bins(struct histogram *h, uint64_t values)
{
	uint64_t sum = 0;

	assert_true(h->n > 0 && h->n <= HISTOGRAM_MAX_BINS);
	for (size_t i = 0; i < h->n; i++) {
		sum += h->bin[i].count;
		if (i)
			assert_true(h->bin[i].from == h->bin[i - 1].to);
	}
	assert_true(h->bin[0].from <= h->min && h->bin[h->n - 1].to >= h->max);
	assert_int_equal(sum, values);
}

static void test_bins(void **state)
{
	struct histogram h = {0};
	double v[1000];

	(void)state;
	histogram_of(&h, v, 0);
	assert_int_equal(h.n, 0);
	for (int i = 0; i < 1000; i++)
		v[i] = 5;
	histogram_of(&h, v, 1000);
	assert_bins(&h, 1000);
	assert_int_equal(h.n, 1);
	for (int i = 0; i < 1000; i++)
		v[i] = i < 990 ? i % 7 : i * 1000;
	histogram_of(&h, v, 1000);
	assert_true(h.uneven);
	assert_bins(&h, 1000);
	assert_true(h.bin[0].from == 0 && h.bin[0].to == 1 && h.bin[1].to == 2);
	for (int i = 0; i < 1000; i++)
		v[i] = (i % 2 ? -1 : 1) * pow(1.5, i % 60);
	histogram_of(&h, v, 1000);
	assert_bins(&h, 1000);
	for (int i = 0; i < 1000; i++)
		v[i] = i < 990 ? 0.001 * i : -1e300 * i;
	histogram_of(&h, v, 1000);
	assert_bins(&h, 1000);
	for (int i = 0; i < 1000; i++)
		v[i] = i % 2 ? 1.7e308 : -1.7e308;
	histogram_of(&h, v, 1000);
	assert_bins(&h, 1000);
}

static void test_number(void **state)
{
	static const struct {
		const char *text;
		enum result_kind kind;
		double value;
	} c[] = {{"0", RESULT_INTEGER, 0}, {"-12", RESULT_INTEGER, -12}, {"-", RESULT_TEXT, 0},
	        {"1.5", RESULT_NUMBER, 1.5}, {"1e3", RESULT_NUMBER, 1000},
	        {"12345678901234567890", RESULT_NUMBER, 12345678901234567890.0},
	        {"Infinity", RESULT_NUMBER, INFINITY}, {"inf", RESULT_TEXT, 0},
	        {"1e", RESULT_TEXT, 0}, {"0x10", RESULT_TEXT, 0}, {" 1", RESULT_TEXT, 0},
	        {"1-1", RESULT_TEXT, 0}, {"", RESULT_TEXT, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof c[0]; i++) {
		int64_t n;
		double d = 0;

		assert_int_equal(result_number(slice_str(c[i].text), &n, &d), c[i].kind);
		if (c[i].kind != RESULT_TEXT)
			assert_true(d == c[i].value);
	}
}

static struct recipe *recipe_of(int min_score, int min_chars)
{
	struct err err = ERR_INIT;
	char yaml[400];

	snprintf(yaml, sizeof yaml,
	        "name: t\ncolumns: {text: body, score: score}\ndrop: [empty, min_score: %d]\n"
	        "clean: [trim]\nkeep: {min_chars: %d}\noutput: {format: text}\n",
	        min_score, min_chars);
	struct recipe *r = recipe_parse(slice_str(yaml), "t", &err);
	if (!r)
		fail_msg("%s", err.text);
	return r;
}

static struct judged *judge(struct result *r, const struct recipe *recipe)
{
	result_judge(r, recipe);
	wait_for(r, RESULT_JUDGE);
	return result_judge_now(r);
}

static void test_judge(void **state)
{
	struct given g;
	struct result *r;
	struct recipe *a = recipe_of(0, 10), *b = recipe_of(500, 10);
	struct judged *base, *now;

	(void)state;
	setup(&g);
	write_many(&g);
	r = opened(&g);
	base = judge(r, a);
	assert_int_equal(base->funnel.rows, ROWS);
	assert_int_equal(base->funnel.rejected[0], 18181);
	assert_non_null(judged_probes(base));
	now = judge(r, b);
	assert_true(now->funnel.kept < base->funnel.kept && now->funnel.kept > 0);
	assert_ptr_equal(now->probes, base->probes); /* a recount */
	assert_int_equal(now->funnel.rejected[0], 18181);
	judged_unref(base);
	judged_unref(now);
	recipe_unref(a);
	recipe_unref(b);
	result_close(r);
	teardown(&g);
}

/* Requests that replace and cancel one another, and closing in the middle of them. */
static void test_hurry(void **state)
{
	struct given g;
	struct recipe *a = recipe_of(0, 10);

	(void)state;
	setup(&g);
	write_many(&g);
	for (unsigned i = 0; i < 20; i++) {
		struct result *r = opened(&g);
		struct result_progress p;

		for (unsigned k = 0; k < 30; k++) {
			result_order(r, &(struct result_order){.sort_col = (int)(k % 5) - 1});
			result_find(
			        r, slice_str(k % 3 ? "body" : "t1"), -1, k * 1000, k % 2 ? 1 : -1);
			result_frequency(r, k % 4, NULL);
			result_histogram(r, k % 4, NULL);
			result_judge(r, a);
			if (k % 7 == i % 7)
				result_cancel(r, k % RESULT_TASKS);
			if (k == i)
				clock_sleep_ms((int)i);
			if (result_columns(r) && result_shown(r))
				cell_at(r, result_at(r, 0), 0);
		}
		if (i % 4 == 0) {
			wait_for(r, RESULT_FREQUENCY);
			result_progress(r, RESULT_FREQUENCY, &p);
			struct frequency *f = result_frequency_now(r);
			assert_int_equal(f->generation, p.generation);
			frequency_unref(f);
		}
		result_close(r);
	}
	recipe_unref(a);
	teardown(&g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_rows),
	        cmocka_unit_test(test_damaged),
	        cmocka_unit_test(test_shrinks),
	        cmocka_unit_test(test_order),
	        cmocka_unit_test(test_filter),
	        cmocka_unit_test(test_find),
	        cmocka_unit_test(test_find_loses_order),
	        cmocka_unit_test(test_frequency),
	        cmocka_unit_test(test_histogram),
	        cmocka_unit_test(test_bins),
	        cmocka_unit_test(test_number),
	        cmocka_unit_test(test_judge),
	        cmocka_unit_test(test_hurry),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
