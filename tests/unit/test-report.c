/* The seed's report, word for word, and the machine report. */
#include "tests/unit/job-test.h"

#include "base/log.h"
#include "job/engine_int.h"
#include "job/report.h"

static struct job_progress seed_run(void)
{
	struct job_progress p = {0};
	p.athena.state = ATHENA_SUCCEEDED;
	p.athena.stats = (struct athena_stats){1234567890, 12450, 15230, 520, -1, -1, 2260, false};
	p.cost = 6175;
	p.rows = 4523;
	p.batches = 5;
	p.got_bytes = 12345678;
	p.result_bytes = 12345678;
	p.elapsed_ms = 20860;
	for (int i = 0; i < STAGE_COUNT; i++)
		p.stage[i] = (struct job_span){-1, -1, 0};
	p.stage[STAGE_DOWNLOAD] = (struct job_span){15230, 18680, 3450};
	p.stage[STAGE_TRANSFORM] = (struct job_span){15300, 20000, 2180};
	return p;
}

static void expect(struct buf *b, const char *text)
{
	assert_string_equal(buf_str(b), text);
	buf_release(b);
	buf_init(b, BUF_NO_LIMIT);
}

static void the_seeds_words(void **state)
{
	(void)state;
	struct job_progress p = seed_run();
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	report_statistics(&b, &p, 5000000);
	expect(&b, "=== Query Statistics ===\n"
	           "Engine Execution Time: 12.45 seconds\n"
	           "Data Scanned: 1,234,567,890 bytes (1.15 GB)\n"
	           "Query Queue Time: 0.52 seconds\n"
	           "Service Processing Time: 2.26 seconds\n"
	           "Total Execution Time: 15.23 seconds\n"
	           "Estimated Cost: $0.0062 ($5.00 per TB, 10 MB minimum)\n");
	report_batch(&b, 1, 999, 999);
	expect(&b, "Batch 1: Retrieved 999 rows (1000 - 1 header), Total: 999 rows");
	report_batch(&b, 2, 1000, 1999);
	expect(&b, "Batch 2: Retrieved 1000 rows, Total: 1999 rows");
	report_batch(&b, 1, 0, 0);
	expect(&b, "Batch 1: Retrieved 0 rows (1 - 1 header), Total: 0 rows");
	report_download(&b, &p);
	expect(&b, "Download complete: Total of 4,523 rows retrieved\n"
	           "Download Rate: 3.41 MB/s (11.77 MB)\n");
	report_timing(&b, &p);
	assert_non_null(strstr(buf_str(&b), "=== Timing Summary ===\n"
	                                    "Query Execution: 15.23 seconds\n"
	                                    "Result Download: 3.45 seconds\n"
	                                    "Data Transformation: 2.18 seconds\n"
	                                    "Total Pipeline Time: 20.86 seconds\n"));
	buf_release(&b);
}

static void what_athena_does_not_say_is_not_invented(void **state)
{
	(void)state;
	struct job_progress p = seed_run();
	p.athena.stats = (struct athena_stats){-1, -1, -1, -1, -1, -1, -1, false};
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	report_statistics(&b, &p, 5000000);
	expect(&b, "=== Query Statistics ===\n"
	           "Engine Execution Time: not reported\n"
	           "Data Scanned: not reported\n"
	           "Query Queue Time: not reported\n"
	           "Service Processing Time: not reported\n"
	           "Total Execution Time: not reported\n"
	           "Estimated Cost: not reported\n");
	buf_release(&b);
}

static json_t *report_of(const struct job_event *ev, const struct job_spec *spec)
{
	struct buf b;
	buf_init(&b, BUF_NO_LIMIT);
	report_json(&b, ev, spec);
	assert_null(strchr(buf_str(&b), '\n'));
	json_t *o = json_loads(buf_str(&b), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(o);
	buf_release(&b);
	return o;
}

static const json_t *at(const json_t *o, const char *a, const char *b)
{
	return json_object_get(json_object_get(o, a), b);
}

static void the_machine_report_of_a_done_run(void **state)
{
	(void)state;
	struct recipe *r = shipped_recipe("reference");
	struct job_spec spec = {
	        .sql = "SELECT 1", .query_name = "q\xff", .recipe = r, .out_path = "x.jsonl"};
	struct job_event ev = {.kind = EV_DONE, .progress = seed_run()};
	ev.progress.funnel.rows = 5;
	ev.progress.funnel.kept = 3;
	ev.progress.funnel.rejected[0] = 2;
	ev.progress.out_rows = 3;
	json_t *o = report_of(&ev, &spec);
	assert_string_equal(json_string_value(json_object_get(o, "result")), "done");
	assert_string_equal(json_string_value(json_object_get(o, "query")), "q\xef\xbf\xbd");
	assert_true(json_is_null(json_object_get(o, "error")));
	assert_int_equal(json_integer_value(at(o, "athena", "scanned_bytes")), 1234567890);
	assert_int_equal(json_integer_value(at(o, "funnel", "kept")), 3);
	assert_int_equal(json_integer_value(json_object_get(
	                         at(o, "funnel", "rejected"), recipe_step(r, 0)->name)),
	        2);
	assert_int_equal(json_integer_value(at(o, "output", "rows")), 3);
	assert_true(json_real_value(json_object_get(o, "cost_usd")) == 0.006175);
	assert_null(at(o, "stages", "submit"));
	assert_int_equal(
	        json_integer_value(json_object_get(at(o, "stages", "download"), "busy_ms")), 3450);
	json_decref(o);
	recipe_unref(r);
}

static void the_machine_report_of_a_failure(void **state)
{
	(void)state;
	struct job_spec spec = {.sql = "SELEC", .out_path = "x.jsonl"};
	struct job_event ev = {.kind = EV_FAILED};
	err_set(&ev.err, ERR_SYNTAX, "line 1:1: mismatched input");
	ev.err.line = ev.err.col = 1;
	json_t *o = report_of(&ev, &spec);
	assert_string_equal(json_string_value(json_object_get(o, "result")), "failed");
	assert_string_equal(json_string_value(at(o, "error", "code")), err_code_name(ERR_SYNTAX));
	assert_int_equal(json_integer_value(at(o, "error", "line")), 1);
	assert_true(json_is_null(json_object_get(o, "output")));
	assert_true(json_is_null(json_object_get(o, "athena")));
	json_decref(o);
}

/* ---- numbers behind the report ---- */

static void stages_follow_athenas_statistics(void **state)
{
	(void)state;
	struct job_progress p = seed_run();
	stages_from_athena(&p, 100, 20000);
	assert_int_equal(p.stage[STAGE_QUEUE].begin_ms, 100);
	assert_int_equal(p.stage[STAGE_QUEUE].end_ms, 620);
	assert_int_equal(p.stage[STAGE_ENGINE].begin_ms, 620);
	assert_int_equal(p.stage[STAGE_ENGINE].end_ms, 13070);
	assert_int_equal(p.stage[STAGE_SERVICE].end_ms, 15330);
	assert_int_equal(p.stage[STAGE_PLANNING].begin_ms, -1); /* not reported: not invented */
	/* Planning is a part of the engine's time. */
	p.athena.state = ATHENA_RUNNING;
	p.athena.stats.planning_ms = 200;
	p.athena.stats.engine_ms = 200;
	stages_from_athena(&p, 100, 20000);
	assert_int_equal(p.stage[STAGE_PLANNING].begin_ms, 620);
	assert_int_equal(p.stage[STAGE_PLANNING].end_ms, -1);
	p.athena.stats.engine_ms = 900;
	stages_from_athena(&p, 100, 20000);
	assert_int_equal(p.stage[STAGE_PLANNING].end_ms, 820);
	assert_int_equal(p.stage[STAGE_PLANNING].busy_ms, 200);
	p.athena.state = ATHENA_SUCCEEDED;
	p.athena.stats.engine_ms = 12450;
	/* A server whose clock counts more than ours does not reach into the future. */
	stages_from_athena(&p, 100, 5000);
	assert_int_equal(p.stage[STAGE_ENGINE].end_ms, 5000);
}

static void stages_without_statistics_are_what_we_saw(void **state)
{
	(void)state;
	struct job_progress p = seed_run();
	p.athena.stats = (struct athena_stats){-1, -1, -1, -1, -1, -1, -1, false};
	p.athena.state = ATHENA_QUEUED;
	stages_from_athena(&p, 100, 300);
	assert_int_equal(p.stage[STAGE_QUEUE].end_ms, -1);
	assert_int_equal(p.stage[STAGE_QUEUE].busy_ms, 200);
	assert_int_equal(p.stage[STAGE_ENGINE].begin_ms, -1);
	p.athena.state = ATHENA_RUNNING;
	stages_from_athena(&p, 100, 400);
	assert_int_equal(p.stage[STAGE_QUEUE].end_ms, 400);
	stages_from_athena(&p, 100, 700); /* the end that was seen stays */
	assert_int_equal(p.stage[STAGE_QUEUE].end_ms, 400);
	assert_int_equal(p.stage[STAGE_ENGINE].busy_ms, 300);
	p.athena.state = ATHENA_SUCCEEDED;
	stages_from_athena(&p, 100, 900);
	assert_int_equal(p.stage[STAGE_ENGINE].end_ms, 900);
	stages_from_athena(&p, 100, 1200);
	assert_int_equal(p.stage[STAGE_ENGINE].end_ms, 900);
	assert_int_equal(p.stage[STAGE_SERVICE].begin_ms, -1);
}

static void the_rate_is_smoothed(void **state)
{
	(void)state;
	struct meter m = {0};
	meter_update(&m, 50, 5000); /* too short to say anything */
	assert_true(m.rate == 0);
	meter_update(&m, 100, 10000);
	assert_true(m.rate == 100000);
	meter_update(&m, 200, 10000); /* one stall is not the end of the network */
	assert_true(m.rate > 80000 && m.rate < 100000);
	meter_update(&m, 2200, 10000);
	assert_true(m.rate == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_seeds_words),
	        cmocka_unit_test(what_athena_does_not_say_is_not_invented),
	        cmocka_unit_test(the_machine_report_of_a_done_run),
	        cmocka_unit_test(the_machine_report_of_a_failure),
	        cmocka_unit_test(stages_follow_athenas_statistics),
	        cmocka_unit_test(stages_without_statistics_are_what_we_saw),
	        cmocka_unit_test(the_rate_is_smoothed),
	};
	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
