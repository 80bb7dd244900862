/* Turning a recipe: axis, turns, counts against another recipe, undo. */
#include "recipe-test.h"

#include "base/mem.h"
#include "ui/tune.h"

#include "base/ban.h"

static void an_axis_holds_its_values(void **state)
{
	static const int64_t ends[][2] = {{0, 1}, {0, 0}, {5, 5}, {0, 40000}, {-300, 9000},
	        {-5, -1}, {0, (int64_t)1 << 40}, {-((int64_t)1 << 40), 12}};

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		for (int columns = 1; columns <= 90; columns += 13)
			for (int m = 0; m < MEASURE_COUNT; m++) {
				int64_t low = m == MEASURE_SCORE ? ends[i][0] : 0,
				        high = ends[i][1];
				struct tune_axis x;
				int last = -1;

				if (high < low)
					continue;
				tune_axis_make(&x, (enum measure)m, low, high, columns);
				assert_int_equal(tune_axis_column(&x, low), 0);
				assert_in_range(tune_axis_column(&x, high), 0, columns - 1);
				assert_int_equal(tune_axis_column(&x, low - 1), -1);
				for (int c = 0; c < columns; c++) {
					int64_t v = tune_axis_value(&x, c);
					int at = tune_axis_column(&x, v);

					/* columns narrower than 1 share a value */
					assert_true(at >= c || c == 0);
					assert_true(at >= last);
					last = at;
				}
			}
}

static void values_of_columns_are_round(void **state)
{
	struct tune_axis x;
	int round = 0;

	(void)state;
	tune_axis_make(&x, MEASURE_CHARS, 0, 10000, 60);
	for (int c = 1; c < 60; c++) {
		int64_t v = tune_axis_value(&x, c);

		assert_int_equal(tune_axis_column(&x, v), c);
		round += v < 100 || v % 10 == 0;
	}
	assert_int_equal(round, 59);
}

static void turns(void **state)
{
	(void)state;
	assert_int_equal(tune_turn(50, MEASURE_CHARS, 1), 52);
	assert_int_equal(tune_turn(52, MEASURE_CHARS, -1), 50);
	assert_int_equal(tune_turn(51, MEASURE_CHARS, 1), 52);
	assert_int_equal(tune_turn(51, MEASURE_CHARS, -1), 50);
	assert_int_equal(tune_turn(50, MEASURE_CHARS, 2), 60);
	assert_int_equal(tune_turn(8000, MEASURE_CHARS, 1), 8200);
	assert_int_equal(tune_turn(8000, MEASURE_CHARS, 2), 10000);
	assert_int_equal(tune_turn(0, MEASURE_CHARS, -1), 0);
	assert_int_equal(tune_turn(1, MEASURE_WORDS, -2), 0);
	assert_int_equal(tune_turn(0, MEASURE_SCORE, -1), -1);
	assert_int_equal(tune_turn(-1, MEASURE_SCORE, 1), 0);
	assert_int_equal(tune_turn(-7, MEASURE_SCORE, -2), -10);
	assert_int_equal(tune_turn(-7, MEASURE_SCORE, 2), -5);
	for (int64_t v = -1000; v < 3000; v++)
		for (int by = -2; by <= 2; by++) {
			int64_t t = tune_turn(v, MEASURE_SCORE, by);

			if (by)
				assert_true(by > 0 ? t > v : t < v);
		}
	tune_turn(INT64_MAX, MEASURE_SCORE, 2);
	tune_turn(INT64_MIN, MEASURE_SCORE, -2);
}

#define ROWS 400

static void counts_are_the_funnel(void **state)
{
	static struct tune_counts out;
	struct fix a = {NULL}, b = {NULL};
	struct err err = ERR_INIT;
	struct probe probe[ROWS];
	struct tune_axis axis;
	struct tune_tally t;
	struct funnel fa = {0}, fb = {0};
	size_t lost = 0, gained = 0, sum = 0, step;
	uint32_t seed = 11;
	struct buf text;

	(void)state;
	fix_shipped(&a, "reddit-plain", "body");
	b.r = recipe_with_value(a.r, (size_t)recipe_find(a.r, "min_chars"), 30, &err);
	fix_bind(&b, "body");
	step = (size_t)recipe_find(b.r, "min_chars");
	buf_init(&text, BUF_NO_LIMIT);
	for (size_t i = 0; i < ROWS; i++) {
		struct cell c;
		struct example ex;
		struct verdict va, vb;

		naughty_text(&seed, &text);
		c = (struct cell){text.ptr, (uint32_t)text.len};
		pipeline_probe(a.p, &c, &probe[i], &ex);
		va = pipeline_row(a.p, &c, &ex);
		vb = pipeline_row(b.p, &c, &ex);
		funnel_count(&fa, &va);
		funnel_count(&fb, &vb);
		lost += va.kind == VERDICT_KEPT && vb.kind != VERDICT_KEPT;
		gained += va.kind != VERDICT_KEPT && vb.kind == VERDICT_KEPT;
	}
	assert_true(gained > 0);
	tune_axis_make(&axis, MEASURE_CHARS, 0, 300, 40);
	tune_tally_start(&t, b.r, a.r, (int)step, &axis, &out);
	t.now_probes = t.base_probes = probe;
	t.n = ROWS;
	assert_true(tune_tally_run(&t, 100));
	assert_int_equal(out.rows, 100);
	while (tune_tally_run(&t, 77))
		;
	assert_memory_equal(&out.base, &fa, sizeof fa);
	assert_memory_equal(&out.now, &fb, sizeof fb);
	assert_int_equal(out.gained, gained);
	assert_int_equal(out.lost, lost);
	assert_int_equal(out.n_sides, gained + lost);
	assert_int_equal(out.side[0].before, step);
	assert_int_equal(out.side[0].now, -1);
	for (int i = 0; i < 40; i++)
		sum += out.bin[i];
	assert_int_equal(sum, out.reached);
	/* what the bound sees is what it takes and what goes on */
	assert_int_equal(out.reached, fb.kept + fb.rejected[step] +
	                                      fb.rejected[recipe_find(b.r, "max_chars")] +
	                                      fb.rejected[recipe_find(b.r, "not_empty")]);
	buf_release(&text);
	fix_release(&a);
	fix_release(&b);
}

static void a_first_value_lets_nearly_all_pass(void **state)
{
	struct probe p[1000];
	struct recipe_step rule = {.measure = MEASURE_CHARS};

	(void)state;
	memset(p, 0, sizeof p);
	assert_int_equal(tune_first_value(p, 1000, &rule), 0);
	for (uint32_t i = 0; i < 1000; i++) {
		p[i].cleaned = 1;
		p[i].chars = 1000 - i;
	}
	assert_int_equal(tune_first_value(p, 1000, &rule), 11);
	rule.upper = true;
	assert_int_equal(tune_first_value(p, 1000, &rule), 990);
}

static void changes_can_be_undone(void **state)
{
	struct tune_past p = {0};
	struct fix f = {NULL};
	struct err err = ERR_INIT;
	size_t at;

	(void)state;
	fix_shipped(&f, "reddit-plain", "body");
	at = (size_t)recipe_find(f.r, "min_chars");
	assert_null(tune_past_now(&p));
	assert_false(tune_past_step(&p, -1));
	for (int i = 0; i < TUNE_PAST + 5; i++)
		tune_past_push(&p, recipe_with_value(f.r, at, i, &err));
	assert_int_equal(recipe_step(tune_past_now(&p), at)->value, TUNE_PAST + 4);
	assert_false(tune_past_step(&p, 1));
	assert_true(tune_past_step(&p, -1));
	assert_true(tune_past_step(&p, -1));
	assert_true(tune_past_step(&p, 1));
	assert_int_equal(recipe_step(tune_past_now(&p), at)->value, TUNE_PAST + 3);
	tune_past_push(&p, recipe_with_value(f.r, at, 7, &err));
	assert_false(tune_past_step(&p, 1));
	assert_int_equal(recipe_step(tune_past_now(&p), at)->value, 7);
	assert_true(tune_past_step(&p, -1));
	while (tune_past_step(&p, -1))
		;
	assert_int_equal(recipe_step(tune_past_now(&p), at)->value, 5);
	tune_past_clear(&p);
	fix_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(an_axis_holds_its_values),
	        cmocka_unit_test(values_of_columns_are_round),
	        cmocka_unit_test(turns),
	        cmocka_unit_test(counts_are_the_funnel),
	        cmocka_unit_test(a_first_value_lets_nearly_all_pass),
	        cmocka_unit_test(changes_can_be_undone),
	};

	return cmocka_run_group_tests_name("tune", tests, NULL, NULL);
}
