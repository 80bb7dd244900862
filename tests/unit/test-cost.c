/* Athena's price: rounding up to MB, 10 MB minimum, free statements, no overflow. */
#include "tests/unit/test.h"

#include "job/cost.h"
#include "job/spec.h"

static void billed_bytes_round_up_to_mb_with_a_minimum(void **state)
{
	(void)state;
	assert_int_equal(cost_billed_bytes(1), 10000000);
	assert_int_equal(cost_billed_bytes(10000000), 10000000);
	assert_int_equal(cost_billed_bytes(10000001), 11000000);
	assert_int_equal(cost_billed_bytes(1234567890), 1235000000);
	assert_int_equal(cost_billed_bytes(-1), 0);
	assert_true(cost_billed_bytes(INT64_MAX) == INT64_MAX);
}

static void price_is_per_tb(void **state)
{
	(void)state;
	assert_int_equal(cost_micro_usd(1000000000000, COST_DEFAULT_PER_TB, false), 5000000);
	assert_int_equal(cost_micro_usd(1, COST_DEFAULT_PER_TB, false), 50);
	assert_int_equal(cost_micro_usd(1234567890, COST_DEFAULT_PER_TB, false), 6175);
	assert_int_equal(cost_micro_usd(1234567890, COST_DEFAULT_PER_TB, true), 0);
	assert_int_equal(cost_micro_usd(-1, COST_DEFAULT_PER_TB, false), 0);
}

static void odd_prices_round_up_and_large_scans_do_not_overflow(void **state)
{
	(void)state;
	/* 34.34 (Ningxia) over 10 MB is 343.4 micro: up to 344. */
	assert_int_equal(cost_micro_usd(1, 34340000, false), 344);
	/* An exabyte at $5 is $5,000,000. */
	assert_int_equal(cost_micro_usd(1000000000000000000, 5000000, false), 5000000000000);
	assert_int_equal(cost_micro_usd(INT64_MAX, 5000000, false), 46116860184275);
}

static void some_statements_are_free(void **state)
{
	(void)state;
	struct athena_status st = {.state = ATHENA_SUCCEEDED};
	snprintf(st.statement_type, sizeof st.statement_type, "DML");
	snprintf(st.substatement_type, sizeof st.substatement_type, "SELECT");
	assert_false(job_is_free(&st));
	st.state = ATHENA_CANCELLED; /* billed for what it scanned */
	assert_false(job_is_free(&st));
	st.state = ATHENA_FAILED;
	assert_true(job_is_free(&st));
	st.state = ATHENA_SUCCEEDED;
	st.stats.reused = true;
	assert_true(job_is_free(&st));
	st.stats.reused = false;
	snprintf(st.substatement_type, sizeof st.substatement_type, "EXPLAIN");
	assert_true(job_is_free(&st));
	snprintf(st.statement_type, sizeof st.statement_type, "DDL");
	assert_true(job_is_free(&st));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(billed_bytes_round_up_to_mb_with_a_minimum),
	        cmocka_unit_test(price_is_per_tb),
	        cmocka_unit_test(odd_prices_round_up_and_large_scans_do_not_overflow),
	        cmocka_unit_test(some_statements_are_free),
	};
	return cmocka_run_group_tests_name("cost", tests, NULL, NULL);
}
