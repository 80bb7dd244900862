#include "tests/unit/test.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "local/duck.h"

#include <jansson.h>
#include <limits.h>
#include <pthread.h>

/* A data directory of our own, its engine, and the last result as text. */
struct world {
	char dir[64];
	struct duck *d;
	struct buf out; /* columns, then rows; cells by '|', NULL as \N */
	struct duck_live live;
	struct columns columns;
};

static int take_columns(void *arg, const struct columns *c, struct err *err)
{
	struct world *w = arg;
	(void)err;
	columns_copy(&w->columns, c);
	for (size_t i = 0; i < c->n; i++)
		buf_printf(&w->out, "%s%s:%s", i ? "|" : "", c->col[i].name, c->col[i].type);
	buf_add_char(&w->out, '\n');
	return 0;
}

static int take_row(void *arg, const struct cell *cells, struct err *err)
{
	struct world *w = arg;
	(void)err;
	for (size_t i = 0; i < w->columns.n; i++) {
		buf_add_str(&w->out, i ? "|" : "");
		if (cell_is_null(cells[i]))
			buf_add_str(&w->out, "\\N");
		else
			buf_add_slice(&w->out, cell_slice(cells[i]));
	}
	buf_add_char(&w->out, '\n');
	return 0;
}

static int run(struct world *w, const char *sql, struct err *err)
{
	struct duck_sink sink = {take_columns, take_row, NULL, w};
	struct duck_statement st;
	err_clear(err);
	buf_clear(&w->out);
	columns_release(&w->columns);
	columns_init(&w->columns);
	duck_live_init(&w->live);
	if (duck_check(w->d, slice_str(sql), &st, err) < 0)
		return -1;
	return duck_run(w->d, slice_str(sql), "db", &sink, &w->live, err);
}

static void gives(struct world *w, const char *sql, const char *want)
{
	struct err err = ERR_INIT;
	if (run(w, sql, &err) < 0)
		fail_msg("%s: %s", sql, err.text);
	assert_string_equal(buf_str(&w->out), want);
}

static void fails(struct world *w, const char *sql, const char *text)
{
	struct err err = ERR_INIT;
	if (run(w, sql, &err) == 0)
		fail_msg("it ran: %s", sql);
	if (!strstr(err.text, text))
		fail_msg("%s: \"%s\" does not say \"%s\"", sql, err.text, text);
}

static void put(struct world *w, const char *name, const char *text)
{
	char *path = file_join(w->dir, name), *dir = file_dir(path);
	assert_int_equal(file_mkdir_p(dir, 0700, NULL), 0);
	assert_int_equal(file_write(path, slice_str(text), 0600, NULL), 0);
	mem_free(path);
	mem_free(dir);
}

static void put_parquet(struct world *w, const char *name, const char *ndjson, const char *columns)
{
	struct err err = ERR_INIT;
	put(w, "in.ndjson", ndjson);
	char *from = file_join(w->dir, "in.ndjson"), *to = file_join(w->dir, name),
	     *dir = file_dir(to);
	file_mkdir_p(dir, 0700, NULL);
	if (duck_ndjson_to_parquet(from, columns, to, &err) < 0)
		fail_msg("%s", err.text);
	mem_free(from);
	mem_free(to);
	mem_free(dir);
}

static void make_tables(struct world *w)
{
	struct buf rows;
	put(w, "data/db/people.csv", "name,age,town\nAnn,30,Oslo\nBob,41,\n");
	put(w, "data/db/posts.ndjson",
	        "{\"id\": \"a\", \"edited\": false, \"score\": 5, \"when\": \"2024-01-01\"}\n"
	        "{\"id\": \"b\", \"edited\": 1676374415.0, \"score\": 9007199254740993}\n");
	buf_init(&rows, 1 << 22);
	for (int i = 0; i < 5000; i++)
		buf_printf(&rows, "{\"id\": %d, \"body\": \"%d some text that takes room %d\"}\n",
		        i, i * 7919, i);
	put_parquet(w, "data/db/events/year=2023/month=01/a.parquet", buf_str(&rows),
	        "id BIGINT, body VARCHAR");
	put_parquet(w, "data/db/events/year=2023/month=02/a.parquet", buf_str(&rows),
	        "id BIGINT, body VARCHAR");
	put_parquet(w, "data/db/events/year=2024/month=01/a.parquet", buf_str(&rows),
	        "id BIGINT, body VARCHAR");
	buf_release(&rows);
}

static int setup(void **state)
{
	struct world *w = MEM_NEW(struct world);
	struct err err = ERR_INIT;
	snprintf(w->dir, sizeof(w->dir), "/tmp/test-duck-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	buf_init(&w->out, 1 << 24);
	columns_init(&w->columns);
	make_tables(w);
	char *data = file_join(w->dir, "data"), *temp = file_join(w->dir, "temp");
	w->d = duck_open(&(struct duck_config){data, temp, (int64_t)512 << 20, 2}, &err);
	if (!w->d)
		fail_msg("%s", err.text);
	mem_free(data);
	mem_free(temp);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;
	duck_close(w->d);
	buf_release(&w->out);
	columns_release(&w->columns);
	char *cmd = mem_printf("rm -rf '%s'", w->dir);
	int rc = system(cmd);
	mem_free(cmd);
	mem_free(w);
	return rc;
}

static void test_tables(void **state)
{
	struct world *w = *state;
	gives(w, "SELECT * FROM people ORDER BY name",
	        "name:varchar|age:bigint|town:varchar\nAnn|30|Oslo\nBob|41|\\N\n");
	gives(w, "SELECT edited, score, \"when\" FROM db.posts ORDER BY id",
	        "edited:varchar|score:bigint|when:varchar\nfalse|5|2024-01-01\n1676374415.0|"
	        "9007199254740993|\\N\n");
	gives(w,
	        "SELECT year, month, count(*) AS n FROM events WHERE month = '01' GROUP BY 1, 2 "
	        "ORDER BY 1",
	        "year:varchar|month:varchar|n:bigint\n2023|01|5000\n2024|01|5000\n");
	gives(w, "SELECT * FROM \"events$partitions\" ORDER BY 1, 2",
	        "year:varchar|month:varchar\n2023|01\n2023|02\n2024|01\n");
	gives(w, "SELECT count(*), 7 / 2, name FROM people GROUP BY name ORDER BY 3 LIMIT 1",
	        "_col0:bigint|_col1:integer|name:varchar\n1|3|Ann\n");
}

static void test_show(void **state)
{
	struct world *w = *state;
	gives(w, "SHOW DATABASES", "database_name:string\ndb\n");
	gives(w, "SHOW TABLES", "tab_name:string\nevents\npeople\nposts\n");
	gives(w, "SHOW TABLES IN db 'p*'", "tab_name:string\npeople\nposts\n");
	gives(w, "SHOW PARTITIONS events",
	        "partition:string\nyear=2023/month=01\nyear=2023/month=02\nyear=2024/month=01\n");
	gives(w, "DESCRIBE people",
	        "col_name:string|data_type:string|comment:string\nname|varchar|\nage|bigint|\ntown|"
	        "varchar|\n");
	fails(w, "SHOW TABLES IN nope", "SCHEMA_NOT_FOUND: line 1:16:");
	fails(w, "DESCRIBE nope", "TABLE_NOT_FOUND");
	gives(w,
	        "SELECT column_name FROM information_schema.columns WHERE table_name = 'people' "
	        "ORDER BY "
	        "ordinal_position",
	        "column_name:varchar\nname\nage\ntown\n");
}

static void test_new_files(void **state)
{
	struct world *w = *state;
	fails(w, "SELECT * FROM later",
	        "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.later' does not exist");
	put(w, "data/db/later.csv", "x\n1\n");
	gives(w, "SELECT x FROM later", "x:bigint\n1\n");
	put(w, "data/db/later.csv", "x,y\n1,2\n3,4\n");
	gives(w, "SELECT * FROM later ORDER BY x", "x:bigint|y:bigint\n1|2\n3|4\n");
	put(w, "data/other/t.csv", "z\n9\n");
	gives(w, "SELECT z FROM other.t", "z:bigint\n9\n");
}

static void test_errors(void **state)
{
	struct world *w = *state;
	fails(w, "SELECT nope FROM people",
	        "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved or requester is not "
	        "authorized to access requested resources");
	fails(w, "SELECT\n  name,\n  bodi\nFROM people", "line 3:3:");
	fails(w, "SELECT regexp_lik(name, 'a') FROM people", "FUNCTION_NOT_FOUND: line 1:8:");
	fails(w, "SELECT * FROM nodb.people", "SCHEMA_NOT_FOUND: line 1:15:");
	fails(w, "SELECT 1 / 0", "DIVISION_BY_ZERO");
	fails(w, "SELECT CAST('abc' AS integer)", "INVALID_CAST_ARGUMENT");
	fails(w, "SELECT 2147483647 + 1", "NUMERIC_VALUE_OUT_OF_RANGE");
	fails(w, "SELECT name FROM people\nWHER age > 1", "line 2:6: mismatched input 'age'");
	put(w, "data/db/broken.parquet", "this is no parquet");
	fails(w, "SELECT * FROM broken", "HIVE_CANNOT_OPEN_SPLIT");
	struct err err = ERR_INIT;
	run(w, "SELECT * FROM broken", &err);
	assert_null(strstr(err.text, w->dir)); /* no path of this machine */
}

static int64_t scanned(struct world *w, const char *sql)
{
	struct err err = ERR_INIT;
	if (run(w, sql, &err) < 0)
		fail_msg("%s: %s", sql, err.text);
	return atomic_load(&w->live.scanned_bytes);
}

/* Fewer columns and fewer partitions are fewer bytes; the numbers are the files' own. */
static void test_scanned_bytes(void **state)
{
	struct world *w = *state;
	int64_t all = scanned(w, "SELECT * FROM events");
	int64_t id = scanned(w, "SELECT id FROM events"),
	        body = scanned(w, "SELECT body FROM events");
	int64_t none = scanned(w, "SELECT count(*) FROM events");
	int64_t one = scanned(w, "SELECT * FROM events WHERE year = '2024'");
	char *path = file_join(w->dir, "data/db/events/year=2024/month=01/a.parquet");
	int64_t file = file_size(path);
	mem_free(path);
	assert_true(none > 0 && none < id && id < body && body < all);
	assert_int_equal(id + body, all + none);
	assert_int_equal(3 * one, all);
	assert_true(one <= file && one > file * 9 / 10);
	/* a column that is only filtered on is read too */
	assert_int_equal(scanned(w, "SELECT body FROM events WHERE id > 10"), all);
	assert_int_equal(scanned(w, "SELECT name FROM people"), 34);
	assert_int_equal(scanned(w, "SELECT a.name FROM people a, people b"), 2 * 34);
	assert_int_equal(scanned(w, "SELECT 1"), 0);
}

#ifdef __SANITIZE_THREAD__
#define STOP_MS 10000
#else
#define STOP_MS 1000
#endif

struct stopper {
	struct duck_live *live;
	int64_t stopped_at;
};

static void *stop_soon(void *arg)
{
	struct stopper *s = arg;
	clock_sleep_ms(300);
	s->stopped_at = clock_mono_ms();
	duck_stop(s->live);
	return NULL;
}

static int ignore_columns(void *arg, const struct columns *c, struct err *err)
{
	(void)arg;
	(void)c;
	(void)err;
	return 0;
}

static int ignore_row(void *arg, const struct cell *c, struct err *err)
{
	(void)arg;
	(void)c;
	(void)err;
	return 0;
}

static void stops(struct world *w, const char *sql)
{
	struct duck_sink sink = {ignore_columns, ignore_row, NULL, NULL};
	struct duck_live live;
	struct err err = ERR_INIT;
	struct stopper s = {&live, 0};
	pthread_t t;
	duck_live_init(&live);
	assert_int_equal(pthread_create(&t, NULL, stop_soon, &s), 0);
	int rc = duck_run(w->d, slice_str(sql), "db", &sink, &live, &err);
	int64_t now = clock_mono_ms();
	pthread_join(t, NULL);
	assert_int_equal(rc, -1);
	if (err.code != ERR_CANCELLED)
		fail_msg("%s: %s", sql, err.text);
	assert_true(now - s.stopped_at < STOP_MS);
}

static void test_stop(void **state)
{
	struct world *w = *state;
	stops(w, "SELECT count(*) FROM events a, events b, events c WHERE a.id + b.id + c.id = -1");
	stops(w, "SELECT a.body FROM events a, events b, events c");
	stops(w, "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < "
	         "2000000000) SELECT max(n) FROM r");
	gives(w, "SELECT 1 AS x", "x:integer\n1\n"); /* it goes on serving */
}

/* --- attempts to get out ------------------------------------------------------------------------
 */

static char *replaced(const char *sql, const char *mark, const char *with)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	for (const char *p = sql; *p;) {
		if (strncmp(p, mark, strlen(mark)) == 0) {
			buf_add_str(&b, with);
			p += strlen(mark);
		} else {
			buf_add_char(&b, *p++);
		}
	}
	return buf_take(&b);
}

static char *attempt_sql(struct world *w, const char *sql)
{
	char *data = file_join(w->dir, "data/db"), *out = file_join(w->dir, "outside");
	char *a = replaced(sql, "{D}", data), *b = replaced(a, "{O}", out);
	mem_free(data);
	mem_free(out);
	mem_free(a);
	return b;
}

/* Attempts that are about resources rather than ways out: the others must be refused. */
static bool is_load(const char *name)
{
	static const char *const loads[] = {"recursive-cte", "memory-repeat", "memory-list",
	        "spill", "deep-parens", "deep-case", "long-in", "huge-range"};
	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		if (strcmp(name, loads[i]) == 0)
			return true;
	}
	return false;
}

static void test_escapes(void **state)
{
	struct world *w = *state;
	char path[PATH_MAX];
	struct buf text;
	int tried = 0, got_out = 0;
	if (!test_shared("vectors/sql-sandbox/duckdb-escape-attempts.jsonl", path, sizeof(path)))
		skip();
	put(w, "outside/secret.csv", "a\nTOPSECRET\n");
	put(w, "data/db/t.csv", "a\n1\n");
	put(w, "data-evil/secret.csv", "a\nTOPSECRET\n");
	buf_init(&text, 1 << 22);
	assert_int_equal(file_read(path, &text, NULL), 0);
	for (char *line = text.ptr, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		json_t *c = json_loads(line, JSON_ALLOW_NUL, NULL);
		const char *name = json_string_value(json_object_get(c, "name"));
		if (name && !is_load(name)) {
			struct err err = ERR_INIT;
			char *sql = attempt_sql(w, json_string_value(json_object_get(c, "sql")));
			bool ran = run(w, sql, &err) == 0;
			tried++;
			if (ran || strstr(buf_str(&w->out), "TOPSECRET") ||
			        strstr(err.text, "TOPSECRET")) {
				print_message("# %s: %s => %s\n", name, sql,
				        ran ? buf_str(&w->out) : err.text);
				got_out++;
			}
			mem_free(sql);
		}
		json_decref(c);
	}
	buf_release(&text);
	print_message("# %d attempts, %d got through\n", tried, got_out);
	assert_true(tried >= 65);
	assert_int_equal(got_out, 0);
}

/* Ways in that only this dialect could open. */
static void test_own_escapes(void **state)
{
	struct world *w = *state;
	fails(w, "SELECT * FROM \"/etc/passwd\"", "TABLE_NOT_FOUND");
	fails(w, "SELECT * FROM duckdb_views", "TABLE_NOT_FOUND");
	fails(w, "SELECT * FROM main.duckdb_views", "SCHEMA_NOT_FOUND");
	fails(w, "WITH duckdb_views AS (SELECT * FROM duckdb_views) SELECT * FROM duckdb_views",
	        "TABLE_NOT_FOUND");
	fails(w, "SELECT * FROM (WITH sqlite_master AS (SELECT 1) SELECT 1) a, sqlite_master",
	        "TABLE_NOT_FOUND");
	fails(w, "SELECT \"getenv\"('HOME')", "FUNCTION_NOT_FOUND");
	fails(w, "SELECT * FROM \"read_text\"('/etc/passwd')", "FUNCTION_NOT_FOUND");
	fails(w, "SELECT name GLOB getenv('HOME') FROM people", "mismatched");
	fails(w, "SELECT current_setting('temp_directory')", "FUNCTION_NOT_FOUND");
	fails(w, "SELECT * FROM range(10)", "FUNCTION_NOT_FOUND");
	fails(w, "SELECT COLUMNS(*) FROM people", "line 1:8:");
	fails(w, "SELECT * EXCLUDE (name) FROM people", "mismatched");
	fails(w, "SELECT * FROM (DESCRIBE people)", "line 1:");
	fails(w, "SELECT * FROM (SHOW TABLES)", "line 1:");
	fails(w, "SELECT * FROM people WHERE EXISTS (PIVOT people ON town)", "line 1:");
	fails(w, "SELECT length(lpad('x', 2000000000, 'y'))", "INVALID_FUNCTION_ARGUMENT");
	gives(w, "SELECT lpad('x', 3, 'ab'), rpad('xyz', 2, 'a')",
	        "_col0:varchar|_col1:varchar\nabx|xy\n");
	fails(w, "SELECT cardinality(repeat('x', 2000000000))", "INVALID_FUNCTION_ARGUMENT");
	fails(w, "SELECT cardinality(sequence(1, 2000000000, 2))", "INVALID_FUNCTION_ARGUMENT");
	fails(w, "SELECT a.x.getenv('HOME')", "mismatched");
}

static void *run_some(void *arg)
{
	struct duck *d = arg;
	struct duck_sink sink = {ignore_columns, ignore_row, NULL, NULL};
	for (int i = 0; i < 10; i++) {
		struct duck_live live;
		struct err err = ERR_INIT;
		duck_live_init(&live);
		if (duck_run(d,
		            slice_str("SELECT body FROM events WHERE regexp_like(body, '7\\b')"),
		            "db", &sink, &live, &err) < 0)
			return arg;
	}
	return NULL;
}

static void test_threads(void **state)
{
	struct world *w = *state;
	pthread_t t[3];
	void *bad;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&t[i], NULL, run_some, w->d), 0);
	put(w, "data/db/while.csv", "x\n1\n");
	gives(w, "SELECT x FROM while", "x:bigint\n1\n");
	for (int i = 0; i < 3; i++) {
		pthread_join(t[i], &bad);
		assert_null(bad);
	}
}

static void keep_plan(void *arg, char *json)
{
	*(char **)arg = json;
}

static int no_columns(void *arg, const struct columns *c, struct err *err)
{
	(void)arg;
	(void)c;
	(void)err;
	return 0;
}

static int no_row(void *arg, const struct cell *cells, struct err *err)
{
	(void)arg;
	(void)cells;
	(void)err;
	return 0;
}

/* Operators are told, query after query on the same connections. */
static void tells_what_the_operators_did(void **state)
{
	struct duck *d = ((struct world *)*state)->d;
	for (int i = 0; i < 10; i++) {
		char *plan = NULL;
		struct duck_sink sink = {no_columns, no_row, keep_plan, &plan};
		struct duck_live live;
		struct err err = ERR_INIT;
		duck_live_init(&live);
		assert_int_equal(duck_run(d,
		                         slice_str("SELECT n % 2 AS k, COUNT(*) AS c FROM "
		                                   "UNNEST(SEQUENCE(1, 100)) AS t(n) GROUP BY 1"),
		                         "default", &sink, &live, &err),
		        0);
		assert_non_null(plan);
		assert_non_null(strstr(plan, "GroupBy"));
		assert_non_null(strstr(plan, "2 rows"));
		mem_free(plan);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(test_tables, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_show, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_new_files, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_errors, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_scanned_bytes, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_stop, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_escapes, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_own_escapes, setup, teardown),
	        cmocka_unit_test_setup_teardown(test_threads, setup, teardown),
	        cmocka_unit_test_setup_teardown(tells_what_the_operators_did, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
