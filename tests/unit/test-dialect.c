#include "tests/unit/test.h"

#include "base/err.h"
#include "local/dialect.h"

static void refused(const char *sql, const char *place)
{
	struct dialect d;
	struct err err = ERR_INIT;
	if (dialect_translate(&d, slice_str(sql), &err) == 0)
		fail_msg("not refused: %s", sql);
	if (!strstr(err.text, place))
		fail_msg("%s: \"%s\" does not say \"%s\"", sql, err.text, place);
	dialect_release(&d);
}

static void becomes(const char *sql, const char *want)
{
	struct dialect d;
	struct err err = ERR_INIT;
	if (dialect_translate(&d, slice_str(sql), &err) < 0)
		fail_msg("%s: %s", sql, err.text);
	/* blanks do not count */
	const char *a = buf_str(&d.sql), *b = want;
	for (;; a++, b++) {
		a += strspn(a, " ");
		b += strspn(b, " ");
		if (*a != *b)
			fail_msg("%s: %s, expected %s", sql, buf_str(&d.sql), want);
		if (!*a)
			break;
	}
	dialect_release(&d);
}

static void test_refused(void **state)
{
	(void)state;
	refused("SELECT a::int", "line 1:9: mismatched input '::'");
	refused("SELECT 1 == 1", "line 1:11:");
	refused("SELECT 1 ** 2", "line 1:11:");
	refused("SELECT id, FROM t", "line 1:12: mismatched input 'FROM'");
	refused("SELECT FROM t", "line 1:8:");
	refused("FROM t SELECT x", "line 1:1:");
	refused("SELECT * FROM (FROM t)", "line 1:16:");
	refused("COPY t TO 'x'", "line 1:1: mismatched input 'COPY'");
	refused("PRAGMA version", "line 1:1:");
	refused("SELECT `id` FROM t", "line 1:8: backquoted");
	refused("SELECT [1, 2]", "line 1:8:");
	refused("SELECT {'a': 1}", "line 1:8:");
	refused("SELECT 12345678901234567890", "line 1:8:");
	refused("SELECT * FROM 'x.csv'", "line 1:15:");
	refused("SELECT x FROM t LIMIT 'x'", "line 1:23:");
	refused("SELECT unnest(ARRAY[1])", "line 1:8:");
	refused("SELECT 'a' 'b'", "line 1:12:");
	refused("SELECT ('abc').upper()", "mismatched input '('");
	refused("SELECT 1; SELECT 2", "Only one sql statement");
	refused("-- only a comment", "line 1:18: mismatched input '<EOF>'");
	refused("", "line 1:1:");
	refused("SELECT (1", "line 1:10: mismatched input '<EOF>'");
	refused("SELECT 1)", "line 1:9: mismatched input ')'");
	refused("SELECT \"id FROM t", "line 1:8:");
	refused("EXPLAIN SELEC", "line 1:9:");
	refused("SELECT ?", "INVALID_PARAMETER_USAGE");
	refused("CREATE TABLE x AS SELECT 1", "read-only");
	refused("SELECT CAST(1 AS hugeint)", "TYPE_NOT_FOUND: line 1:18:");
	refused("SELECT DISTINCT ON (a) b FROM t", "line 1:17:");
}

static void test_becomes(void **state)
{
	(void)state;
	becomes("SELECT 1", "SELECT 1");
	becomes("SELECT id FROM awsdatacatalog.reddit.comments;",
	        "SELECT \"id\" FROM   \"reddit\". \"comments\"");
	becomes("VALUES 1, (2), (3)", "VALUES (1), (2), (3)");
	becomes("SELECT CAST(x AS ARRAY(ROW(a bigint, b varchar)))",
	        "SELECT  CAST( \"x\" AS   STRUCT(\"a\" bigint, \"b\" VARCHAR)[])");
	becomes("SELECT trim(BOTH 'x' FROM 'axa')", "SELECT trim(BOTH 'x' FROM 'axa')");
	becomes("SELECT reduce(a, 0, (s, x) -> s + x, s -> s)",
	        "SELECT list_transform([list_reduce(trino_prepended(\"a\", 0), (\"s\", \"x\") -> "
	        "\"s\" + "
	        "\"x\")], \"s\" -> \"s\")[1]");
	becomes("SELECT 0x1F", "SELECT 31");
	/* words that only DuckDB knows are names like others */
	becomes("SELECT a FROM t QUALIFY b = 1", "SELECT \"a\" FROM \"t\" \"QUALIFY\" \"b\" = 1");
}

static void test_places(void **state)
{
	struct dialect d;
	const char *sql = "SELECT /* c */ a,\n b FROM awsdatacatalog.x.t";
	(void)state;
	assert_int_equal(dialect_translate(&d, slice_str(sql), NULL), 0);
	const char *b = strstr(buf_str(&d.sql), "\"b\""), *t = strstr(buf_str(&d.sql), "\"t\"");
	assert_int_equal(
	        dialect_source(&d, (size_t)(b - buf_str(&d.sql))), strstr(sql, "b FROM") - sql);
	assert_int_equal(dialect_source(&d, (size_t)(t - buf_str(&d.sql))), strlen(sql) - 1);
	dialect_release(&d);
}

static void test_show(void **state)
{
	struct dialect d;
	(void)state;
	assert_int_equal(dialect_translate(&d, slice_str("SHOW TABLES IN reddit 'co*'"), NULL), 0);
	assert_int_equal(d.kind, DIALECT_SHOW_TABLES);
	assert_string_equal(d.database, "reddit");
	assert_string_equal(d.pattern, "co*");
	assert_false(d.like);
	dialect_release(&d);
	assert_int_equal(
	        dialect_translate(&d, slice_str("DESCRIBE awsdatacatalog.reddit.\"T\""), NULL), 0);
	assert_int_equal(d.kind, DIALECT_DESCRIBE);
	assert_string_equal(d.database, "reddit");
	assert_string_equal(d.table, "T");
	dialect_release(&d);
	refused("SHOW TABLES FROM a b", "line 1:20:");
	refused("SHOW SECRETS", "line 1:6:");
}

static void test_bind(void **state)
{
	struct buf b;
	struct err err = ERR_INIT;
	(void)state;
	buf_init(&b, 1000);
	const char *two[] = {"'a?'", "1 + 2"};
	assert_int_equal(dialect_bind(slice_str("SELECT '?', ? -- ?\n, ?"), two, 2, &b, &err), 0);
	assert_string_equal(buf_str(&b), "SELECT '?', 'a?' -- ?\n, (1 + 2)");
	buf_clear(&b);
	assert_int_equal(dialect_bind(slice_str("SELECT ?"), two, 2, &b, &err), -1);
	assert_non_null(strstr(err.text, "INVALID_PARAMETER_USAGE"));
	buf_clear(&b);
	const char *bad[] = {"1; DROP"};
	assert_int_equal(dialect_bind(slice_str("SELECT ?"), bad, 1, &b, &err), -1);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_refused),
	        cmocka_unit_test(test_becomes),
	        cmocka_unit_test(test_places),
	        cmocka_unit_test(test_show),
	        cmocka_unit_test(test_bind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
