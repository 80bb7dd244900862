/* Query files: front matter, parameters as literals, places mapped back. */
#include "tests/unit/test.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sql/lexer.h"
#include "sql/queryfile.h"

#include <sys/stat.h>

static struct queryfile *parse(const char *text)
{
	struct err err = ERR_INIT;
	struct queryfile *q = queryfile_parse(slice_str(text), NULL, &err);

	if (!q)
		fail_msg("%s", err.text);
	return q;
}

static const char example[] = "-- title: AI subreddits\n"
                              "-- description: Comments of AI boards: mid length\r\n"
                              "--recipe:reddit-sft\n"
                              "-- database: reddit\n"
                              "-- Just words, note: nothing\n"
                              "\n"
                              "-- param min_score: integer = 2        -- at least this score\n"
                              "-- param boards: regex = '(?i)^(a|it''s -- b)$'\n"
                              "-- param since : date -- required\n"
                              "SELECT ':min_score' /* :boards */ FROM t -- :since\n"
                              "WHERE score >= :min_score AND REGEXP_LIKE(subreddit,:boards)\n"
                              "AND d > :since ; \n-- the end\n;";

static void test_front_matter(void **state)
{
	struct queryfile *q = parse(example);

	(void)state;
	assert_null(q->path);
	assert_string_equal(q->title, "AI subreddits");
	assert_string_equal(q->description, "Comments of AI boards: mid length");
	assert_string_equal(q->recipe, "reddit-sft");
	assert_string_equal(q->database, "reddit");
	assert_int_equal(q->n_params, 3);
	assert_string_equal(q->param[0].name, "min_score");
	assert_string_equal(q->param[0].type, "integer");
	assert_string_equal(q->param[0].value, "2");
	assert_string_equal(q->param[0].help, "at least this score");
	assert_string_equal(q->param[1].value, "(?i)^(a|it's -- b)$");
	assert_string_equal(q->param[1].help, "");
	assert_null(q->param[2].value);
	assert_string_equal(q->param[2].help, "required");
	queryfile_free(q);
	queryfile_free(NULL);
}

static void test_render(void **state)
{
	static const char *const values[] = {
	        "min_score=-5", "since=2024-02-29", "min_score=7", NULL};
	struct queryfile *q = parse(example);
	struct err err = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(queryfile_render(q, values, &out, &err), 0);
	assert_non_null(strstr(buf_str(&out), "SELECT ':min_score' /* :boards */ FROM t -- :since\n"
	                                      "WHERE score >= 7 AND "
	                                      "REGEXP_LIKE(subreddit,'(?i)^(a|it''s -- b)$')\n"
	                                      "AND d > DATE '2024-02-29'"));
	assert_int_equal(buf_str(&out)[out.len - 1], '\'');
	buf_release(&out);
	buf_init(&out, 100);
	assert_int_equal(queryfile_render(q, values, &out, &err), -1);
	assert_non_null(strstr(err.text, "longer than 100 bytes"));
	buf_release(&out);
	queryfile_free(q);
}

static int render_one(
        const char *type, const char *value, const char *sql, struct buf *out, struct err *err)
{
	char text[300], given[300];
	const char *values[] = {given, NULL};
	struct queryfile *q;
	int rc;

	snprintf(text, sizeof text, "-- param p: %s\n%s", type, sql);
	snprintf(given, sizeof given, "p=%s", value);
	q = parse(text);
	rc = queryfile_render(q, values, out, err);
	queryfile_free(q);
	return rc;
}

static void test_types(void **state)
{
	static const struct {
		const char *type, *value, *out; /* NULL: refused */
	} cases[] = {
	        {"integer", "2", "2"},
	        {"integer", "-10", "-10"},
	        {"integer", "+7", "7"},
	        {"integer", "9223372036854775807", "9223372036854775807"},
	        {"integer", "0009223372036854775807", "0009223372036854775807"},
	        {"integer", "9223372036854775808", NULL},
	        {"integer", "2 OR 1=1", NULL},
	        {"integer", "", NULL},
	        {"integer", "-", NULL},
	        {"integer", "1.5", NULL},
	        {"number", "1.5", "1.5"},
	        {"number", "-.5e-3", "-.5e-3"},
	        {"number", "1e", NULL},
	        {"number", "nan", NULL},
	        {"number", ".", NULL},
	        {"string", "it's", "'it''s'"},
	        {"string", "'; DROP TABLE t --", "'''; DROP TABLE t --'"},
	        {"string", "", "''"},
	        {"string", "\xff", NULL},
	        {"regex", "^a\\b'$", "'^a\\b''$'"},
	        {"date", "2024-02-29", "DATE '2024-02-29'"},
	        {"date", "2023-02-29", NULL},
	        {"date", "2024-13-01", NULL},
	        {"date", "2024-1-1", NULL},
	        {"date", "2024-01-01'", NULL},
	        {"boolean", "True", "TRUE"},
	        {"boolean", "false", "FALSE"},
	        {"boolean", "yes", NULL},
	        {"identifier", "comments", "\"comments\""},
	        {"identifier", "a\" FROM b", "\"a\"\" FROM b\""},
	        {"identifier", "", NULL},
	        {"list", "a, b c ,d's", "'a','b c','d''s'"},
	        {"list", "'a, b' , c", "'a, b','c'"},
	        {"list", "'it''s'", "'it''s'"},
	        {"list", "a,,b", NULL},
	        {"list", "a,", NULL},
	        {"list", "", NULL},
	        {"list", "'a' b", NULL},
	        {"list", "'a", NULL},
	        {"list", "'a'') OR (1=1", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_INIT;
		struct buf out;
		int rc;

		buf_init(&out, 4096);
		rc = render_one(cases[i].type, cases[i].value, "x(:p)", &out, &err);
		if (!cases[i].out) {
			assert_int_equal(rc, -1);
			assert_int_equal(err.code, ERR_USAGE);
			assert_non_null(strstr(err.text, "parameter p is"));
		} else {
			assert_int_equal(rc, 0);
			assert_string_equal(
			        buf_str(&out) + strlen("-- param p: \nx(") + strlen(cases[i].type),
			        (snprintf(err.text, sizeof err.text, "%s)", cases[i].out),
			                err.text));
		}
		buf_release(&out);
	}
}

/* A literal never grows together with its neighbours into another token. */
static void test_neighbours(void **state)
{
	static const struct {
		const char *type, *value, *sql, *out;
	} cases[] = {
	        {"integer", "-5", "a -:p", "a - -5"},
	        {"integer", "5", "a:p", "a 5"},
	        {"integer", "5", "1.:p", "1. 5"},
	        {"string", "27", "X:p", "X '27'"},
	        {"string", "b", "'a':p'c'", "'a' 'b' 'c'"},
	        {"identifier", "b", "\"a\":p", "\"a\" \"b\""},
	        {"integer", "5", ":p--end\n+1", "5 --end\n+1"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_INIT;
		struct buf out;

		buf_init(&out, 4096);
		assert_int_equal(
		        render_one(cases[i].type, cases[i].value, cases[i].sql, &out, &err), 0);
		assert_string_equal(strchr(buf_str(&out), '\n') + 1, cases[i].out);
		buf_release(&out);
	}
}

static void test_bad_front_matter(void **state)
{
	static const struct {
		const char *text;
		int line;
		const char *error;
	} cases[] = {
	        {"-- title: a\n-- title: b\n", 2, "given twice"},
	        {"-- param 9x: integer = 1\n", 1, "is written"},
	        {"-- param x\n", 1, "unknown type"},
	        {"\n\n-- param x: int = 1\n", 3, "unknown type 'int'"},
	        {"-- param x: = 1\n", 1, "unknown type ''"},
	        {"-- param x: integer = many\n", 1, "must be a whole number"},
	        {"-- param x: integer =\n", 1, "must be a whole number"},
	        {"-- param x: string = 'open\n", 1, "must end with '"},
	        {"-- param x: string = 'a' b\n", 1, "must end with '"},
	        {"-- param x: string 'a'\n", 1, "comes '= value'"},
	        {"-- param x: string = a\n-- param x: string = b\n", 2, "declared twice"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct err err = ERR_INIT;

		assert_null(queryfile_parse(slice_str(cases[i].text), "q/x.sql", &err));
		assert_int_equal(err.code, ERR_CONFIG);
		assert_int_equal(err.line, cases[i].line);
		if (!strstr(err.text, cases[i].error) || !strstr(err.text, "q/x.sql:"))
			fail_msg("'%s': wanted '%s'", err.text, cases[i].error);
	}
}

static void test_bad_values(void **state)
{
	static const char *const unknown[] = {"y=1", NULL}, *const shape[] = {"x", NULL};
	struct queryfile *q = parse("-- param x: integer\nSELECT :x,\n  :nope");
	struct err err = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(queryfile_render(q, unknown, &out, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "no parameter 'y'; it has x"));
	assert_int_equal(queryfile_render(q, shape, &out, &err), -1);
	assert_non_null(strstr(err.text, "name=value"));
	assert_int_equal(queryfile_render(q, NULL, &out, &err), -1);
	assert_non_null(strstr(err.text, "x has no default"));
	assert_int_equal(queryfile_render(q, (const char *const[]){"x=1", NULL}, &out, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.text, ":nope is not declared"));
	assert_int_equal(err.line, 3);
	assert_int_equal(err.col, 3);
	queryfile_free(q);
	q = parse("-- nothing\n ; /* here */ ;");
	assert_int_equal(queryfile_render(q, NULL, &out, &err), -1);
	assert_non_null(strstr(err.text, "holds no SQL"));
	queryfile_free(q);
	buf_release(&out);
}

static void assert_maps(
        const struct queryfile *q, const char *sql, const char *find, const char *to)
{
	int line, col, want_line, want_col, got_line, got_col;
	const char *in_file = strstr(q->text, to);

	sql_line_col(slice_str(sql), (size_t)(strstr(sql, find) - sql), &line, &col);
	sql_line_col(slice_str(q->text), (size_t)(in_file - q->text), &want_line, &want_col);
	queryfile_map(q, NULL, line, col, &got_line, &got_col);
	assert_int_equal(got_line, want_line);
	assert_int_equal(got_col, want_col);
}

static void test_map(void **state)
{
	struct queryfile *q = parse("-- param x: string = 'long value'\n-- param n: integer = 5\n"
	                            "SELECT \xd0\xb6 :x, after, :n tail\nFROM there");
	struct err err = ERR_INIT;
	struct buf out;

	(void)state;
	buf_init(&out, 4096);
	assert_int_equal(queryfile_render(q, NULL, &out, &err), 0);
	assert_maps(q, buf_str(&out), "SELECT", "SELECT");
	assert_maps(q, buf_str(&out), "value', after", ":x, after");
	assert_maps(q, buf_str(&out), "after", "after");
	assert_maps(q, buf_str(&out), "tail", "tail");
	assert_maps(q, buf_str(&out), "there", "there");
	buf_release(&out);
	queryfile_free(q);
}

static void write_file(const char *dir, const char *name, const char *text)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void test_list(void **state)
{
	static const char *const names[] = {"b.sql", "a.sql", "bad.sql", "note.txt", ".hidden.sql"};
	char dir[] = "/tmp/aj-queries-XXXXXX", path[300];
	struct queryfile **list;
	struct err err = ERR_INIT;
	struct buf sql;
	size_t i;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (i = 0; i < 5; i++)
		write_file(dir, names[i],
		        i == 2 ? "-- param x: nothing\n" : "-- title: T\nSELECT 1\n");
	assert_int_equal(queryfile_list(dir, &list, &err), 3);
	assert_string_equal(list[0]->name, "a");
	assert_string_equal(list[1]->name, "b");
	assert_non_null(strstr(list[1]->path, "/b.sql"));
	assert_null(list[1]->fault);
	assert_string_equal(list[2]->name, "bad"); /* is seen, and cannot be run */
	assert_non_null(strstr(list[2]->fault, "nothing"));
	assert_string_equal(list[2]->text, "-- param x: nothing\n");
	buf_init(&sql, 1000);
	assert_int_equal(queryfile_render(list[2], NULL, &sql, &err), -1);
	assert_string_equal(err.text, list[2]->fault);
	buf_release(&sql);
	for (i = 0; i < 3; i++)
		queryfile_free(list[i]);
	mem_free(list);
	for (i = 0; i < 5; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
	assert_int_equal(queryfile_list(dir, &list, &err), 0);
	assert_null(list);
	assert_non_null(strstr(err.text, dir));
}

/* The shipped queries parse, render with their defaults, and name themselves. */
static void test_shipped(void **state)
{
	char dir[500];
	struct queryfile **list;
	struct err err = ERR_INIT;
	size_t n, i;

	(void)state;
	snprintf(dir, sizeof dir, "%s/queries", test_srcdir());
	n = queryfile_list(dir, &list, &err);
	assert_true(n >= 6);
	for (i = 0; i < n; i++) {
		struct buf out;

		buf_init(&out, 262144); /* Athena's limit */
		if (queryfile_render(list[i], NULL, &out, &err) != 0)
			fail_msg("%s: %s", list[i]->name, err.text);
		assert_true(*list[i]->title && *list[i]->description);
		buf_release(&out);
		queryfile_free(list[i]);
	}
	mem_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_front_matter),
	        cmocka_unit_test(test_render),
	        cmocka_unit_test(test_types),
	        cmocka_unit_test(test_neighbours),
	        cmocka_unit_test(test_bad_front_matter),
	        cmocka_unit_test(test_bad_values),
	        cmocka_unit_test(test_map),
	        cmocka_unit_test(test_list),
	        cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests_name("queryfile", tests, NULL, NULL);
}
