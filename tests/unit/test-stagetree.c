/* The stages of a query, out of GetQueryRuntimeStatistics. */
#include "tests/unit/test.h"

#include "base/buf.h"
#include "job/stagetree.h"

static void a_tree_is_read_in_drawing_order(void **state)
{
	static const char reply[] =
	        "{\"QueryRuntimeStatistics\":{\"Timeline\":{},\"Rows\":{\"InputRows\":1000,"
	        "\"InputBytes\":64000,\"OutputBytes\":30,\"OutputRows\":3},\"OutputStage\":{"
	        "\"StageId\":0,\"State\":\"FINISHED\",\"OutputRows\":3,\"ExecutionTime\":12,"
	        "\"QueryStagePlan\":{\"Name\":\"Output\",\"Identifier\":\"[n]\",\"Children\":[{"
	        "\"Name\":\"RemoteSource\",\"Children\":[],\"RemoteSources\":[\"1\",\"2\"]}]},"
	        "\"SubStages\":[{\"StageId\":1,\"State\":\"FINISHED\",\"InputRows\":1000,"
	        "\"ExecutionTime\":99,\"SubStages\":[{\"StageId\":3}]},{\"StageId\":2}]}}}";
	static const int depths[] = {0, 1, 2, 1}, ids[] = {0, 1, 3, 2};
	struct err err = ERR_INIT;
	(void)state;
	struct stagetree *t = stagetree_parse(slice_str(reply), &err);
	assert_non_null(t);
	assert_int_equal(t->input_rows, 1000);
	assert_int_equal(t->output_bytes, 30);
	assert_int_equal(t->n, 4);
	for (size_t i = 0; i < t->n; i++) {
		assert_int_equal(t->stage[i].depth, depths[i]);
		assert_int_equal(t->stage[i].id, ids[i]);
	}
	assert_int_equal(t->stage[0].n_plan, 2);
	assert_string_equal(t->stage[0].plan[0].identifier, "[n]");
	assert_string_equal(t->stage[0].plan[1].sources, "1, 2");
	assert_int_equal(t->stage[0].plan[1].depth, 1);
	assert_int_equal(t->stage[0].input_rows, -1); /* not reported */
	assert_int_equal(t->stage[1].execution_ms, 99);
	assert_int_equal(t->stage[1].n_plan, 0);
	assert_false(t->cut);
	stagetree_unref(stagetree_ref(t));
	stagetree_unref(t);
}

static void what_is_absent_is_no_error(void **state)
{
	struct err err = ERR_INIT;
	(void)state;
	struct stagetree *t = stagetree_parse(slice_str("{\"QueryRuntimeStatistics\":{}}"), &err);
	assert_non_null(t);
	assert_int_equal(t->n, 0);
	assert_int_equal(t->output_rows, -1);
	stagetree_unref(t);
	static const char *const none[] = {"", "{}", "[1]", "{\"QueryRuntimeStatistics\":7}", "x"};
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		err_clear(&err);
		assert_null(stagetree_parse(slice_str(none[i]), &err));
		assert_int_equal(err.code, ERR_PROTOCOL);
	}
}

static void deep_and_wide_trees_are_cut(void **state)
{
	struct buf b;
	struct err err = ERR_INIT;
	(void)state;
	buf_init(&b, BUF_NO_LIMIT);
	buf_add_str(&b, "{\"QueryRuntimeStatistics\":{\"OutputStage\":");
	for (int i = 0; i < 100; i++)
		buf_add_str(&b, "{\"SubStages\":[");
	for (int i = 0; i < 100; i++)
		buf_add_str(&b, "]}");
	buf_add_str(&b, "}}");
	struct stagetree *t = stagetree_parse(buf_slice(&b), &err);
	assert_int_equal(t->n, STAGETREE_MAX_DEPTH);
	assert_true(t->cut);
	stagetree_unref(t);
	buf_clear(&b);
	buf_add_str(&b, "{\"QueryRuntimeStatistics\":{\"OutputStage\":{\"SubStages\":[");
	for (int i = 0; i < 600; i++)
		buf_add_str(
		        &b, i ? ",{\"QueryStagePlan\":{\"Name\":\"n\",\"Children\":[{},{},{},{},"
		                "{},{},{},{},{}]}}"
		              : "{}");
	buf_add_str(&b, "]}}}");
	t = stagetree_parse(buf_slice(&b), &err);
	assert_int_equal(t->n, STAGETREE_MAX_STAGES);
	assert_true(t->cut);
	stagetree_unref(t);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_tree_is_read_in_drawing_order),
	        cmocka_unit_test(what_is_absent_is_no_error),
	        cmocka_unit_test(deep_and_wide_trees_are_cut),
	};
	return cmocka_run_group_tests_name("stagetree", tests, NULL, NULL);
}
