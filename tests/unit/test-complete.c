/* Completion: '|' is the cursor. */
#include "tests/unit/test.h"

#include "base/clock.h"
#include "base/mem.h"
#include "sql/complete.h"
#include "sql/functions.h"

#include <strings.h>

static enum sql_names databases(void *arg, sql_name_fn fn, void *to)
{
	(void)arg;
	fn(to, "reddit", NULL);
	fn(to, "logs", NULL);
	return SQL_NAMES_READY;
}

static enum sql_names tables(void *arg, const char *database, sql_name_fn fn, void *to)
{
	(void)arg;
	if (strcmp(database, "reddit") == 0) {
		fn(to, "comments", "table");
		fn(to, "submissions", "table");
		return SQL_NAMES_READY;
	}
	if (strcmp(database, "logs") == 0)
		fn(to, "day-1", "view");
	return strcmp(database, "logs") == 0 ? SQL_NAMES_READY : SQL_NAMES_FAILED;
}

static enum sql_names columns(
        void *arg, const char *database, const char *table, sql_name_fn fn, void *to)
{
	(void)arg;
	if (strcmp(database, "reddit") == 0 && strcmp(table, "comments") == 0) {
		fn(to, "id", "varchar");
		fn(to, "body", "varchar");
		fn(to, "score", "bigint");
		fn(to, "order", "bigint");
		return SQL_NAMES_READY;
	}
	if (strcmp(table, "submissions") == 0)
		return SQL_NAMES_LOADING;
	return SQL_NAMES_FAILED;
}

static const struct sql_catalog catalog = {NULL, "reddit", databases, tables, columns};
static const struct query_param params[] = {
        {(char *)"min_score", (char *)"integer", (char *)"at least", (char *)"2"},
        {(char *)"boards", (char *)"regex", (char *)"", NULL},
};

static struct sql_completion complete(const char *marked)
{
	struct sql_completion c;
	size_t at = strcspn(marked, "|");
	char *text = mem_printf("%.*s%s", (int)at, marked, marked[at] ? marked + at + 1 : "");

	sql_complete(slice_str(text), at, params, 2, &catalog, &c);
	assert_true(c.start <= at);
	mem_free(text);
	return c;
}

/* The first few candidates, comma-separated, are those wanted. */
static void first(const char *marked, const char *want)
{
	struct sql_completion c = complete(marked);
	struct buf b;
	size_t n = 1;

	for (const char *p = want; *p; p++)
		n += *p == ',';
	buf_init(&b, BUF_NO_LIMIT);
	for (size_t i = 0; i < n && i < c.n; i++)
		buf_printf(&b, "%s%s", i ? "," : "", c.item[i].text);
	if (strcmp(buf_str(&b), want) != 0)
		fail_msg("%s\n gives %s\n wanted %s", marked, buf_str(&b), want);
	buf_release(&b);
	sql_completion_release(&c);
}

static void lacks(const char *marked, enum sql_kind kind)
{
	struct sql_completion c = complete(marked);

	for (size_t i = 0; i < c.n; i++)
		if (c.item[i].kind == kind)
			fail_msg("%s gives %s", marked, c.item[i].text);
	sql_completion_release(&c);
}

static void nothing(const char *marked)
{
	struct sql_completion c = complete(marked);

	if (c.n)
		fail_msg("%s gives %s", marked, c.item[0].text);
	sql_completion_release(&c);
}

static void test_places(void **state)
{
	(void)state;
	first("|", "SELECT,WITH,INSERT INTO");
	first("sel|", "SELECT");
	first("SELECT 1;\nSEL|", "SELECT");
	first("SELECT * FROM |", "comments,submissions");
	first("SELECT * FROM com|", "comments");
	first("SELECT * FROM comments, su|", "submissions");
	first("SELECT * FROM comments c JOIN |", "comments,submissions");
	first("SELECT * FROM re|", "reddit");
	first("SELECT * FROM logs.|", "\"day-1\"");
	first("SELECT * FROM awsdatacatalog.reddit.|", "comments,submissions");
	first("SELECT * FROM comments w|", "WHERE");
	first("SELECT * FROM comments LEFT|", "LEFT JOIN");
	first("select * from comments wh|", "where");
	first("SELECT | FROM comments", "id,body,score,\"order\"");
	first("SELECT b| FROM comments", "body");
	first("SELECT * FROM comments WHERE sc|", "score");
	first("SELECT * FROM comments WHERE score |", "FROM,WHERE,GROUP BY");
	first("SELECT * FROM comments WHERE score > 1 an|", "AND");
	first("SELECT id FROM comments GROUP |", "BY");
	first("SELECT * FROM comments ORDER BY sc|", "score");
	first("SELECT CAST(score AS var|", "varchar,varbinary");
	first("SELECT row_number() OVER (|", "ORDER BY,PARTITION BY");
	first("SHOW |", "TABLES,TABLES IN");
	first("SHOW TABLES IN |", "logs,reddit");
	first("EXPLAIN SE|", "SELECT");
	first("SELECT 1 UNION ALL |", "SELECT");
	first("SELECT * FROM (|", "SELECT");
}

static void test_functions(void **state)
{
	struct sql_completion c = complete("SELECT regexp_li|");
	size_t n;
	const struct sql_function *f = sql_functions(&n);

	(void)state;
	assert_string_equal(c.item[0].text, "regexp_like(");
	assert_string_equal(c.item[0].note, "(text, pattern) -> boolean");
	assert_non_null(strstr(c.item[0].help, "match"));
	sql_completion_release(&c);
	first("SELECT REGEXP_LI|", "REGEXP_LIKE(");
	first("SELECT regexp_li|(body)", "regexp_like");
	first("SELECT co|", "coalesce(,concat(,count(,count_if(");
	first("SELECT reglike|", "regexp_like(");
	for (size_t i = 0; i < n; i++) {
		assert_true(i == 0 || strcasecmp(f[i - 1].name, f[i].name) < 0);
		assert_ptr_equal(sql_function(slice_str(f[i].name)), &f[i]);
		assert_true(f[i].args[0] == '(' && f[i].help[0]);
	}
	assert_true(n > 300);
	assert_null(sql_function(slice_str("no_such")));
	assert_null(sql_function(slice_str("")));
}

static void test_dots(void **state)
{
	(void)state;
	first("SELECT c.| FROM comments c", "id,body,score,\"order\"");
	first("SELECT c.\"o| FROM comments c", "\"order\"");
	first("SELECT comments.s| FROM comments", "score");
	first("SELECT x FROM a JOIN reddit.comments AS c ON c.s|", "score");
	first("SELECT reddit.comments.b|", "body");
	first("SELECT a.| FROM (SELECT id AS one, body two, count(*) FROM comments) a", "one,two");
	first("SELECT t.| FROM comments CROSS JOIN UNNEST(x) AS t(word, n)", "word,n");
	nothing("SELECT nobody.zz|");
}

static void test_with(void **state)
{
	(void)state;
	first("WITH top AS (SELECT id, score * 2 AS twice FROM comments) SELECT | FROM top",
	        "id,twice");
	first("WITH top AS (SELECT 1) SELECT * FROM |", "comments,submissions,top");
	first("WITH top(a, b) AS (SELECT 1, 2) SELECT top.| FROM top", "a,b");
	first("WITH x AS (SELECT * FROM comments), y AS (SELECT x.*, 1 AS z FROM x) SELECT y.| "
	      "FROM y",
	        "id,body,score,\"order\",z");
	first("WITH x AS (SELECT | FROM comments) SELECT 1", "id,body,score,\"order\"");
	/* an outer query's tables are seen, those of a sister are not */
	first("SELECT * FROM comments c WHERE EXISTS (SELECT 1 FROM logs.day WHERE c.sc|)",
	        "score");
	first("SELECT twice FROM comments UNION SELECT sc| FROM comments", "score");
	lacks("SELECT 1 FROM comments UNION SELECT sco|", SQL_KIND_COLUMN);
	/* a name that reads itself ends */
	first("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT r.| FROM r",
	        "n");
}

static void test_params(void **state)
{
	struct sql_completion c = complete("SELECT * FROM comments WHERE score > :m|");

	(void)state;
	assert_int_equal(c.n, 1);
	assert_string_equal(c.item[0].text, ":min_score");
	assert_string_equal(c.item[0].note, "integer = 2");
	assert_string_equal(c.item[0].help, "at least");
	sql_completion_release(&c);
	first("SELECT :|", ":boards,:min_score");
	first("SELECT 1 LIMIT m|", ":min_score");
}

static void test_nowhere(void **state)
{
	struct sql_completion c;

	(void)state;
	nothing("SELECT 'sel|");
	nothing("SELECT 'sel|'");
	nothing("-- sel|");
	nothing("SELECT /* sel| */ 1");
	nothing("SELECT 12|");
	nothing("SELECT id AS na|");
	c = complete("SELECT * FROM submissions WHERE x|");
	assert_true(c.loading);
	sql_completion_release(&c);
	c = complete("SELECT * FROM gone WHERE x|");
	assert_true(c.failed);
	sql_completion_release(&c);
}

static enum sql_names many(void *arg, const char *database, sql_name_fn fn, void *to)
{
	char name[32];

	(void)arg;
	(void)database;
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "table_%05d", i * 7919 % 20000);
		fn(to, name, "table");
	}
	return SQL_NAMES_READY;
}

/* A key must not wait for a catalog of 20,000 tables. */
static void test_large_catalog(void **state)
{
	struct sql_catalog large = catalog;
	struct sql_completion c;
	struct slice text = slice_str("SELECT * FROM ");
	int64_t t = clock_mono_us();

	(void)state;
	large.tables = many;
	sql_complete(text, text.len, params, 2, &large, &c);
	t = clock_mono_us() - t;
	print_message("# %.1f ms\n", (double)t / 1000);
	assert_true(t < 300000);
	assert_int_equal(c.n, SQL_CANDIDATES_MAX);
	assert_string_equal(c.item[0].text, "table_00000");
	sql_completion_release(&c);
}

static void test_match(void **state)
{
	(void)state;
	assert_int_equal(sql_match(slice_str(""), "x"), 0);
	assert_int_equal(sql_match(slice_str("BO"), "body"), 0);
	assert_int_equal(sql_match(slice_str("utc"), "created_utc"), 1);
	assert_int_equal(sql_match(slice_str("od"), "body"), 2);
	assert_int_equal(sql_match(slice_str("cu"), "created_utc"), 3);
	assert_int_equal(sql_match(slice_str("z"), "body"), -1);
	assert_int_equal(sql_match(slice_str("bodyx"), "body"), -1);
	assert_int_equal(sql_match(slice_str("bo"), ""), -1); /* WITH "" AS ... */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_places),
	        cmocka_unit_test(test_functions),
	        cmocka_unit_test(test_dots),
	        cmocka_unit_test(test_with),
	        cmocka_unit_test(test_params),
	        cmocka_unit_test(test_nowhere),
	        cmocka_unit_test(test_large_catalog),
	        cmocka_unit_test(test_match),
	};
	return cmocka_run_group_tests_name("complete", tests, NULL, NULL);
}
