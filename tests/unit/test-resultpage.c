/* Pages of GetQueryResults. */
#include "tests/unit/test.h"

#include "rows/resultpage.h"

#define META                                                                                       \
	"\"ResultSetMetadata\":{\"ColumnInfo\":[{\"Name\":\"id\",\"Type\":\"varchar\"},"           \
	"{\"Name\":\"score\",\"Type\":\"bigint\"}]}"
#define HEADER "{\"Data\":[{\"VarCharValue\":\"id\"},{\"VarCharValue\":\"score\"}]}"

static void test_first_page(void **state)
{
	static const char page[] =
	        "{\"UpdateCount\":0,\"ResultSet\":{\"Rows\":[" HEADER
	        ",{\"Data\":[{\"VarCharValue\":\"id\"},{}]},"
	        "{\"Data\":[{\"VarCharValue\":\"\"},{\"VarCharValue\":\"a\\u0000b\"}]}]," META
	        "},\"NextToken\":\"t1\"}";
	struct resultpage p;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(resultpage_parse(&p, slice_str(page), true, &err), 0);
	assert_int_equal(p.raw_rows, 3);
	assert_int_equal(rows_count(p.rows), 2);
	assert_string_equal(p.next_token, "t1");
	assert_string_equal(p.columns.col[1].type, "bigint");
	assert_true(slice_eq_str(cell_slice(rows_get(p.rows, 0)[0]), "id"));
	assert_true(cell_is_null(rows_get(p.rows, 0)[1]));
	assert_false(cell_is_null(rows_get(p.rows, 1)[0]));
	assert_int_equal(rows_get(p.rows, 1)[0].len, 0);
	assert_int_equal(rows_get(p.rows, 1)[1].len, 3);
	resultpage_release(&p);
	assert_int_equal(resultpage_parse(&p, slice_str(page), false, &err), 0);
	assert_int_equal(rows_count(p.rows), 3);
	resultpage_release(&p);
}

static void test_empty_pages(void **state)
{
	static const char *const pages[] = {
	        "{\"ResultSet\":{\"Rows\":[]," META "}}",
	        "{\"ResultSet\":{\"Rows\":[]},\"NextToken\":null}",
	        "{\"ResultSet\":{},\"UpdateCount\":3}",
	        "{\"ResultSet\":{\"Rows\":[" HEADER "]," META "},\"NextToken\":\"\"}",
	};
	struct resultpage p;
	struct err err = ERR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pages / sizeof *pages; i++) {
		assert_int_equal(resultpage_parse(&p, slice_str(pages[i]), true, &err), 0);
		assert_int_equal(rows_count(p.rows), 0);
		assert_null(p.next_token);
		resultpage_release(&p);
	}
}

static void test_not_a_page(void **state)
{
	static const char *const pages[] = {
	        "",
	        "<html>Log in to the hotel's network</html>",
	        "[]",
	        "{}",
	        "{\"ResultSet\":[]}",
	        "{\"ResultSet\":{\"Rows\":{}}}",
	        "{\"ResultSet\":{\"Rows\":[{}]," META "}}",
	        "{\"ResultSet\":{\"Rows\":[{\"Data\":[{}]}]," META "}}",
	        "{\"ResultSet\":{\"Rows\":[{\"Data\":[{},{},{}]}]," META "}}",
	        "{\"ResultSet\":{\"Rows\":[{\"Data\":[{},\"x\"]}]," META "}}",
	        "{\"ResultSet\":{\"Rows\":[{\"Data\":[{},{\"VarCharValue\":1}]}]," META "}}",
	        "{\"ResultSet\":{\"Rows\":[],\"ResultSetMetadata\":{\"ColumnInfo\":[{}]}}}",
	        "{\"ResultSet\":{\"Rows\":[],\"ResultSetMetadata\":{\"ColumnInfo\":7}}}",
	        "{\"ResultSet\":{\"Rows\":[]," META "},\"NextToken\":7}",
	        "{\"ResultSet\":{\"Rows\":[]," META "}} trailing",
	        "{\"ResultSet\":{\"Rows\":[" HEADER "]," META,
	};
	struct resultpage p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof pages / sizeof *pages; i++) {
		struct err err = ERR_INIT;

		assert_int_equal(resultpage_parse(&p, slice_str(pages[i]), false, &err), -1);
		assert_int_equal(err.code, ERR_PROTOCOL);
		assert_non_null(strstr(err.text, "page of results"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_first_page),
	        cmocka_unit_test(test_empty_pages),
	        cmocka_unit_test(test_not_a_page),
	};

	return cmocka_run_group_tests_name("resultpage", tests, NULL, NULL);
}
