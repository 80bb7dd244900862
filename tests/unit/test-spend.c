/* What the history adds up to. */
#include "tests/unit/test.h"

#include "ui/spend.h"

#define DAY ((int64_t)86400000)
#define NOW (20000 * DAY + DAY / 2)

static struct history_entry entry(const char *name, const char *state, int64_t ago_ms, int64_t cost)
{
	static char none[] = "";
	return (struct history_entry){
	        .query_name = (char *)(uintptr_t)name,
	        .state = (char *)(uintptr_t)state,
	        .from_csv = none,
	        .wall_ms = NOW - ago_ms,
	        .cost = cost,
	};
}

static void days_are_utc_and_the_last_is_today(void **state)
{
	struct spend s;
	struct history_entry h[] = {
	        entry("a", "done", 0, 10),
	        entry("a", "done", DAY / 2, 5),       /* midnight: still today */
	        entry("a", "failed", DAY / 2 + 1, 7), /* a moment before it */
	        entry("b", "cancelled", 29 * DAY, 3),
	        entry("b", "done", 31 * DAY, 100), /* too old for the days, not for the sums */
	        entry("b", "done", -DAY, 1000),    /* a clock that went back */
	};
	(void)state;
	spend_sum(h, 6, NOW, &s);
	assert_int_equal(s.today, 20000);
	assert_int_equal(s.billed[SPEND_DAYS - 1], 15);
	assert_int_equal(s.billed[SPEND_DAYS - 2], 7);
	assert_int_equal(s.billed[0], 3);
	assert_int_equal(spend_total(s.billed, SPEND_DAYS), 25);
	assert_int_equal(spend_total(s.billed, 2), 22);
	assert_int_equal(spend_max(s.billed, 30), 15);
	assert_int_equal(s.done, 4);
	assert_int_equal(s.failed, 1);
	assert_int_equal(s.cancelled, 1);
	assert_int_equal(s.n_top, 2);
	assert_string_equal(s.top[0].name, "b");
	assert_int_equal(s.top[0].cost, 1103);
	assert_int_equal(s.top[0].runs, 3);
	assert_false(s.top_local);
	char day[16];
	spend_day(s.today, day);
	assert_string_equal(day, "4 Oct");
}

static void local_runs_and_files_are_not_billed(void **state)
{
	struct spend s;
	static char csv[] = "x.csv";
	struct history_entry h[] = {
	        entry("a", "done", 0, 10), entry("b", "done", 0, 20), entry("c", "done", 0, 0)};
	(void)state;
	h[0].local = true;
	h[1].from_csv = csv;
	spend_sum(h, 3, NOW, &s);
	assert_int_equal(spend_total(s.billed, 30), 0);
	assert_int_equal(spend_total(s.local, 30), 10);
	assert_int_equal(s.done, 2);
	assert_true(s.top_local);
	assert_int_equal(s.n_top, 1);
	h[2].cost = 1;
	spend_sum(h, 3, NOW, &s);
	assert_false(s.top_local);
	assert_string_equal(s.top[0].name, "c");
	spend_sum(NULL, 0, NOW, &s);
	assert_int_equal(s.n_top, 0);
}

static void only_the_dearest_are_kept_in_order(void **state)
{
	struct spend s;
	struct history_entry h[26];
	static const char names[] =
	        "a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0k\0l\0m\0n\0o\0p\0q\0r\0s\0t\0u\0v\0w\0x\0y\0z";
	(void)state;
	for (int i = 0; i < 26; i++)
		h[i] = entry(names + 2 * i, "done", 0, (i * 7) % 26 + 1);
	spend_sum(h, 26, NOW, &s);
	assert_int_equal(s.n_top, SPEND_TOP);
	for (size_t i = 0; i < SPEND_TOP; i++)
		assert_int_equal(s.top[i].cost, 26 - (int64_t)i);
	assert_int_equal(s.max_top, 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(days_are_utc_and_the_last_is_today),
	        cmocka_unit_test(local_runs_and_files_are_not_billed),
	        cmocka_unit_test(only_the_dearest_are_kept_in_order),
	};
	return cmocka_run_group_tests_name("spend", tests, NULL, NULL);
}
