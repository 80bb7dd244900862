/* Laying out SQL: by cases, and what must hold for any text. */
#include "tests/unit/test.h"

#include "base/file.h"
#include "base/mem.h"
#include "sql/format.h"
#include "sql/queryfile.h"

#include <stdlib.h>

static char *laid_out(const char *in)
{
	struct err err = ERR_INIT;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	if (sql_format(slice_str(in), &b, &err) != 0)
		fail_msg("%s", err.text);
	return buf_take(&b);
}

static void check(const char *in, const char *want)
{
	char *once = laid_out(in), *twice;

	assert_string_equal(once, want);
	twice = laid_out(once);
	assert_string_equal(twice, once);
	mem_free(once);
	mem_free(twice);
}

static void test_short(void **state)
{
	(void)state;
	check("", "");
	check("  \n", "");
	check("select 1", "SELECT 1\n");
	check("select a,b from t where x=1 and y<>-2 order by a desc limit 10;",
	        "SELECT a, b\nFROM t\nWHERE x = 1 AND y <> -2\nORDER BY a DESC\nLIMIT 10;\n");
	check("select count( * ),sum (x) filter(where y>0) from t group by all",
	        "SELECT count(*), sum (x) FILTER (WHERE y > 0)\nFROM t\nGROUP BY all\n");
	check("select t . a , t.* , \"B\" . \"c d\" from t",
	        "SELECT t.a, t.*, \"B\".\"c d\"\nFROM t\n");
	check("select 1;select 2", "SELECT 1;\n\nSELECT 2\n");
	check("select a [ 1 ], array[1,2], map(array['k'],array[ -1 ])",
	        "SELECT a[1], array[1, 2], map(array['k'], array[-1])\n");
	check("select date '2024-01-01'+interval '1' day, date, desc, year from t",
	        "SELECT DATE '2024-01-01' + INTERVAL '1' DAY, date, desc, year\nFROM t\n");
	check("select x as value, y as \"Value\", a - -1, a -1, - a",
	        "SELECT x AS value, y AS \"Value\", a - -1, a - 1, -a\n");
	check("select * from a left outer join b on a.x=b.x cross join unnest(z) with ordinality "
	      "as u(v,n)",
	        "SELECT *\nFROM a\nLEFT OUTER JOIN b ON a.x = b.x\n"
	        "CROSS JOIN UNNEST(z) WITH ORDINALITY AS u(v, n)\n");
	check("show tables from db", "SHOW TABLES FROM db\n");
	check("select 1 union all select 2 except select 3",
	        "SELECT 1\nUNION ALL\nSELECT 2\nEXCEPT\nSELECT 3\n");
	check("select filter(a,x->x>:min), b from t where c between 1 and 2",
	        "SELECT filter(a, x -> x > :min), b\nFROM t\nWHERE c BETWEEN 1 AND 2\n");
	check("insert into t(a,b) select 1,2", "INSERT INTO t(a, b)\nSELECT 1, 2\n");
	check("delete from t where a is distinct from b",
	        "DELETE FROM t\nWHERE a IS DISTINCT FROM b\n");
}

static void test_long(void **state)
{
	(void)state;
	check("select aaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbb, "
	      "ccccccccccccccccccccccccc, ddddddd dd "
	      "from t where aaaaaaaaaaaaaaaaaaaaaaaa = 1 and bbbbbbbbbbbbbbbbbbbbbb between 1 and "
	      "2 or "
	      "ccccccccccccc in (1, 2)",
	        "SELECT\n  aaaaaaaaaaaaaaaaaaaa,\n  bbbbbbbbbbbbbbbbbbbbbbbbbbb,\n"
	        "  ccccccccccccccccccccccccc,\n  ddddddd dd\nFROM t\n"
	        "WHERE aaaaaaaaaaaaaaaaaaaaaaaa = 1\n  AND bbbbbbbbbbbbbbbbbbbbbb BETWEEN 1 AND 2\n"
	        "  OR ccccccccccccc IN (1, 2)\n");
	check("with a as (select 1 x), b(y) as (select x from a) select * from b",
	        "WITH a AS (\n  SELECT 1 x\n),\nb(y) AS (\n  SELECT x\n  FROM a\n)\nSELECT *\nFROM "
	        "b\n");
	check("select * from (select id, body, score, row_number() over (partition by subreddit "
	      "order by "
	      "score desc, id) as n from comments) where n <= 3",
	        "SELECT *\nFROM (\n  SELECT\n    id,\n    body,\n    score,\n"
	        "    row_number() OVER (PARTITION BY subreddit ORDER BY score DESC, id) AS n\n"
	        "  FROM comments\n)\nWHERE n <= 3\n");
	check("select case when score >= 1000 then 'thousands' when score >= 100 then 'hundreds' "
	      "when "
	      "score >= 10 then 'tens' else 'few' end as magnitude from t",
	        "SELECT\n  CASE\n    WHEN score >= 1000 THEN 'thousands'\n"
	        "    WHEN score >= 100 THEN 'hundreds'\n    WHEN score >= 10 THEN 'tens'\n"
	        "    ELSE 'few'\n  END AS magnitude\nFROM t\n");
	check("select regexp_replace(regexp_replace(body, 'aaaaaaaaaaaaaaaaaaaaaaaaa', 'b'), "
	      "'cccccccccccccccccccccccccccc', 'd') from t",
	        "SELECT\n  regexp_replace(\n"
	        "    regexp_replace(body, 'aaaaaaaaaaaaaaaaaaaaaaaaa', 'b'),\n"
	        "    'cccccccccccccccccccccccccccc',\n    'd'\n  )\nFROM t\n");
}

static void test_comments(void **state)
{
	(void)state;
	check("-- title: A  b\n-- param x: integer = 1   -- help\nselect :x -- why\nfrom t\n\n\n-- "
	      "end  ",
	        "-- title: A  b\n-- param x: integer = 1   -- help\nSELECT :x -- why\nFROM t\n\n-- "
	        "end  \n");
	check("select a, -- first\nb /* second */, c\n-- of all\nfrom t",
	        "SELECT\n  a, -- first\n  b /* second */,\n  c\n-- of all\nFROM t\n");
	check("select /* hint */ a\nfrom t /* several\n   lines */\nwhere x",
	        "SELECT /* hint */ a\nFROM t /* several\n   lines */\nWHERE x\n");
	check("select 1; -- said\n-- next\nselect 2", "SELECT 1; -- said\n\n-- next\nSELECT 2\n");
	check("select 'it''s\n  kept', X'0a', U&'\\00e9'",
	        "SELECT 'it''s\n  kept', X'0a', U&'\\00e9'\n");
	check("with x as ( -- note\nselect 1\n-- last\n) select * from x",
	        "WITH x AS ( -- note\n  SELECT 1\n  -- last\n)\nSELECT *\nFROM x\n");
	check("select 1 -- x\n;", "SELECT 1 -- x\n;\n");
}

static void refuses(const char *in, int line, int col)
{
	struct err err = ERR_INIT;
	struct buf b;

	buf_init(&b, BUF_NO_LIMIT);
	assert_int_equal(sql_format(slice_str(in), &b, &err), -1);
	assert_int_equal(err.code, ERR_SYNTAX);
	assert_int_equal(err.line, line);
	assert_int_equal(err.col, col);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static void test_refuses(void **state)
{
	(void)state;
	refuses("select 'open", 1, 8);
	refuses("select 1\n  /* open", 2, 3);
	refuses("select (a", 1, 8);
	refuses("select a)", 1, 9);
	refuses("select (a]", 1, 10);
	refuses("select (1; select 2)", 1, 8);
	refuses("select @", 1, 8);
}

static void test_shipped(void **state) /* and every token of theirs on a line of its own */
{
	struct queryfile **list = NULL;
	struct err err = ERR_INIT;
	char *dir = mem_printf("%s/queries", getenv("AJ_SRCDIR") ? getenv("AJ_SRCDIR") : ".");
	size_t n = queryfile_list(dir, &list, &err);

	(void)state;
	assert_true(n >= 5);
	for (size_t i = 0; i < n; i++) {
		char *once = laid_out(list[i]->text), *twice = laid_out(once);

		assert_string_equal(once, twice);
		queryfile_free(list[i]);
		mem_free(once);
		mem_free(twice);
	}
	mem_free(list);
	mem_free(dir);
}

static void test_place(void **state)
{
	struct slice a = slice_str("select a,bcd  from t"),
	             b = slice_str("SELECT a, bcd\nFROM t\n");

	(void)state;
	assert_int_equal(sql_format_place(a, b, 0), 0);
	assert_int_equal(sql_format_place(a, b, 10), 11); /* inside bcd */
	assert_int_equal(sql_format_place(a, b, 13), 13); /* in the blanks: where bcd ends */
	assert_int_equal(sql_format_place(a, b, 15), 15);
	assert_int_equal(sql_format_place(a, b, 20), 20);
}

/* Random token soup: accepted or refused, never changed, the same when done again. */
static void test_any(void **state)
{
	static const char *const part[] = {"select", "from", "(", ")", ",", "a", "b.c", "'s'",
	        "--c\n", "/*b*/", "case", "when", "end", "with", "x as (", "union all", "join",
	        "on", "and", "between", "order by", "1", "-", "over", "[", "]", ";", "\n", "\n\n",
	        "values", "limit 1", "filter", "pattern (", "{", "}", ":", ".", ":p", "create", "<",
	        "interval", "as", "/*\n*/", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	unsigned seed = 7, taken = 0;

	(void)state;
	for (int round = 0; round < 30000; round++) {
		struct err err = ERR_INIT;
		struct buf in, once, twice;

		buf_init(&in, BUF_NO_LIMIT);
		buf_init(&once, BUF_NO_LIMIT);
		buf_init(&twice, BUF_NO_LIMIT);
		for (int i = 0; i < 3 + round % 20; i++) {
			seed = seed * 1103515245u + 12345;
			buf_add_str(&in, part[(seed >> 16) % (sizeof part / sizeof *part)]);
			if (seed & 1 << 14)
				buf_add_char(&in, ' ');
		}
		if (sql_format(buf_slice(&in), &once, &err) == 0) {
			taken++;
			if (sql_format(buf_slice(&once), &twice, &err) != 0 ||
			        !slice_eq(buf_slice(&once), buf_slice(&twice)))
				fail_msg("%s\n--- once ---\n%s\n--- twice ---\n%s\n%s",
				        buf_str(&in), buf_str(&once), buf_str(&twice), err.text);
		} else if (err.code != ERR_SYNTAX) {
			fail_msg("%s: %s", err.text, buf_str(&in));
		}
		buf_release(&in);
		buf_release(&once);
		buf_release(&twice);
	}
	assert_true(taken > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_short),
	        cmocka_unit_test(test_long),
	        cmocka_unit_test(test_comments),
	        cmocka_unit_test(test_refuses),
	        cmocka_unit_test(test_shipped),
	        cmocka_unit_test(test_place),
	        cmocka_unit_test(test_any),
	};
	return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
