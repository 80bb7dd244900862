/*
 * Golden answers of a real Trino (shared/trino-parity) against the engine of athena-duck: prints
 * "parity: P of N" and the families, and fails when P falls below tests/e2e/parity-floor, which may
 * only rise. With arguments: only cases whose id begins with one of them, and why they fail.
 */
#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "local/dialect.h"
#include "local/duck.h"
#include "local/values.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

#include "base/ban.h"

struct got {
	struct columns columns;
	char **row; /* each row one text: cells by unit separators, NULL as \x01 */
	size_t n, cap;
	struct err err;
	bool failed;
};

static int take_columns(void *arg, const struct columns *c, struct err *err)
{
	struct got *g = arg;
	(void)err;
	columns_copy(&g->columns, c);
	return 0;
}

static int take_row(void *arg, const struct cell *cells, struct err *err)
{
	struct got *g = arg;
	struct buf b;
	(void)err;
	buf_init(&b, 1 << 26);
	for (size_t i = 0; i < g->columns.n; i++) {
		buf_add_str(&b, i ? "\x1f" : "");
		if (cell_is_null(cells[i]))
			buf_add_char(&b, '\x01');
		else
			buf_add_slice(&b, cell_slice(cells[i]));
	}
	if (g->n == g->cap)
		g->row = mem_realloc(g->row, g->cap = g->cap ? 2 * g->cap : 64, sizeof(char *));
	g->row[g->n++] = buf_take(&b);
	return 0;
}

static void got_release(struct got *g)
{
	for (size_t i = 0; i < g->n; i++)
		mem_free(g->row[i]);
	mem_free(g->row);
	columns_release(&g->columns);
}

static char *expected_row(const json_t *row)
{
	struct buf b;
	buf_init(&b, 1 << 26);
	for (size_t i = 0; i < json_array_size(row); i++) {
		const json_t *v = json_array_get(row, i);
		buf_add_str(&b, i ? "\x1f" : "");
		if (json_is_string(v))
			buf_add(&b, json_string_value(v), json_string_length(v));
		else
			buf_add_char(&b, '\x01');
	}
	return buf_take(&b);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* A double may differ in its last digits, but must be written as Java writes it. */
static bool same_double(struct slice a, struct slice b)
{
	char x[80], y[80], out[VALUES_SIZE], *end;
	if (slice_eq(a, b))
		return true;
	if (a.len >= sizeof(x) || b.len >= sizeof(y) || a.len == 0 || b.len == 0)
		return false;
	snprintf(x, sizeof(x), "%.*s", (int)a.len, a.ptr);
	snprintf(y, sizeof(y), "%.*s", (int)b.len, b.ptr);
	double want = strtod(x, &end);
	if (*end)
		return false;
	double have = strtod(y, &end);
	if (*end || !(fabs(want - have) <= 1e-9 * fabs(want)))
		return false;
	return slice_eq(slice_of(out, values_double(out, have)), b);
}

static int entry_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* {a=1, b=2} with its entries sorted: enough for maps of plain values. */
static char *sorted_map(struct slice s)
{
	char *entry[64];
	size_t n = 0;
	if (s.len < 2 || s.ptr[0] != '{')
		return mem_strndup(s.ptr, s.len);
	struct slice rest = slice_of(s.ptr + 1, s.len - 2), head;
	while (rest.len > 0 && n < 64) {
		rest = slice_cut(rest, ',', &head);
		head = slice_trim(head);
		entry[n++] = mem_strndup(head.ptr, head.len);
	}
	qsort(entry, n, sizeof(entry[0]), entry_cmp);
	struct buf b;
	buf_init(&b, 1 << 24);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&b, "%s,", entry[i]);
		mem_free(entry[i]);
	}
	return buf_take(&b);
}

static bool same_cell(struct slice want, struct slice have, const char *type, bool maps)
{
	if (slice_eq(want, have))
		return true;
	if (strcmp(type, "double") == 0 || strcmp(type, "float") == 0)
		return same_double(want, have);
	if (!maps)
		return false;
	char *a = sorted_map(want), *b = sorted_map(have);
	bool same = strcmp(a, b) == 0;
	mem_free(a);
	mem_free(b);
	return same;
}

static bool same_row(const char *want, const char *have, const struct got *g, bool maps)
{
	struct slice w = slice_str(want), h = slice_str(have), wc, hc;
	for (size_t i = 0; i < g->columns.n; i++) {
		w = slice_cut(w, '\x1f', &wc);
		h = slice_cut(h, '\x1f', &hc);
		if (!same_cell(wc, hc, g->columns.col[i].type, maps))
			return false;
	}
	return true;
}

static const char *why_rows(const json_t *c, struct got *g, char *note, size_t size)
{
	json_t *rows = json_object_get(c, "rows");
	size_t n = json_array_size(rows);
	bool maps = json_object_get(c, "maps") != NULL;
	if (n != g->n) {
		snprintf(note, size, "%zu rows, expected %zu", g->n, n);
		return note;
	}
	char **want = mem_calloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++)
		want[i] = expected_row(json_array_get(rows, i));
	if (!json_is_true(json_object_get(c, "ordered"))) {
		qsort(want, n, sizeof(*want), by_text);
		if (g->n)
			qsort(g->row, g->n, sizeof(*g->row), by_text);
	}
	const char *why = NULL;
	for (size_t i = 0; i < n && !why; i++) {
		if (same_row(want[i], g->row[i], g, maps))
			continue;
		snprintf(note, size, "row %zu: %.300s, expected %.300s", i, g->row[i], want[i]);
		why = note;
	}
	duck_names_free(want, n);
	return why;
}

static const char *why_columns(const json_t *c, const struct got *g, char *note, size_t size)
{
	json_t *columns = json_object_get(c, "columns");
	if (json_array_size(columns) != g->columns.n)
		return "another number of columns";
	for (size_t i = 0; i < g->columns.n; i++) {
		json_t *want = json_array_get(columns, i);
		const char *name = json_string_value(json_object_get(want, "name"));
		const char *type = json_string_value(json_object_get(want, "athena_type"));
		const struct column *have = &g->columns.col[i];
		if (strcmp(name, have->name) == 0 && strcmp(type, have->type) == 0)
			continue;
		snprintf(note, size, "column %zu is %.100s %s, expected %.100s %s", i, have->name,
		        have->type, name, type);
		return note;
	}
	return NULL;
}

static const char *why_error(const json_t *c, const struct got *g, char *note, size_t size)
{
	json_t *e = json_object_get(c, "error");
	const char *name = json_string_value(json_object_get(e, "name"));
	char place[40];
	snprintf(place, sizeof(place), "line %d:%d",
	        (int)json_integer_value(json_object_get(e, "line")),
	        (int)json_integer_value(json_object_get(e, "column")));
	if (!g->failed)
		return "it ran";
	bool named = strstr(g->err.text, name) != NULL;
	if (strcmp(name, "SYNTAX_ERROR") == 0)
		named = g->err.code == ERR_SYNTAX;
	bool placed = !json_is_integer(json_object_get(e, "line")) || strstr(g->err.text, place);
	if (named && placed)
		return NULL;
	snprintf(note, size, "%.300s; expected %s %s", g->err.text, name, place);
	return note;
}

static const char *why_number(const json_t *c, const struct got *g)
{
	double have = g->n ? strtod(g->row[0], NULL) : NAN;
	json_t *bounds = json_object_get(c, "bounds");
	if (bounds)
		return have >= json_number_value(json_array_get(bounds, 0)) &&
		                       have <= json_number_value(json_array_get(bounds, 1))
		               ? NULL
		               : "outside the bounds";
	const char *text =
	        json_string_value(json_array_get(json_array_get(json_object_get(c, "rows"), 0), 0));
	double want = text ? strtod(text, NULL) : NAN,
	       rel = json_number_value(json_object_get(c, "rel"));
	double allowed = rel >= 0.25 ? 1 : fabs(want) * rel;
	return fabs(have - want) <= allowed ? NULL : "outside the tolerance";
}

static const char *why_first_column(const json_t *c, const struct got *g)
{
	json_t *rows = json_object_get(c, "rows");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const char *want = json_string_value(json_array_get(json_array_get(rows, i), 0));
		bool found = false;
		for (size_t k = 0; k < g->n && !found; k++) {
			size_t n = strcspn(g->row[k], "\t \x1f");
			found = strlen(want) == n && strncmp(want, g->row[k], n) == 0;
		}
		if (!found)
			return "a name is missing";
	}
	return NULL;
}

/* NULL when the case passes. */
static const char *judge(const json_t *c, struct got *g, char *note, size_t size)
{
	const char *how = json_string_value(json_object_get(c, "compare"));
	if (strcmp(how, "error") == 0)
		return why_error(c, g, note, size);
	if (g->failed) {
		snprintf(note, size, "%.400s", g->err.text);
		return note;
	}
	if (strcmp(how, "shape") == 0)
		return g->n > 0 ? NULL : "no rows";
	if (strcmp(how, "first_column") == 0)
		return why_first_column(c, g);
	if (strcmp(how, "tolerance") == 0 || strcmp(how, "bounds") == 0)
		return why_number(c, g);
	if (strcmp(how, "update") == 0)
		return NULL;
	const char *why = why_columns(c, g, note, size);
	return why ? why : why_rows(c, g, note, size);
}

static void run_sql(struct duck *d, struct slice sql, struct got *g)
{
	struct duck_sink sink = {take_columns, take_row, NULL, g};
	struct duck_statement st;
	struct duck_live live;
	duck_live_init(&live);
	columns_init(&g->columns);
	g->failed = duck_check(d, sql, &st, &g->err) < 0 ||
	            duck_run(d, sql, "reddit", &sink, &live, &g->err) < 0;
}

static bool bind(const json_t *c, struct buf *sql, struct err *err)
{
	const char *text = json_string_value(json_object_get(c, "sql"));
	json_t *params = json_object_get(c, "params");
	const char *p[16];
	size_t n = json_array_size(params);
	if (n == 0) {
		buf_add_str(sql, text);
		return true;
	}
	for (size_t i = 0; i < n && i < 16; i++)
		p[i] = json_string_value(json_array_get(params, i));
	return dialect_bind(slice_str(text), p, n, sql, err) == 0;
}

static void run_around(struct duck *d, const json_t *c, const char *key)
{
	json_t *list = json_object_get(c, key);
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct got g = {0};
		run_sql(d, slice_str(json_string_value(json_array_get(list, i))), &g);
		got_release(&g);
	}
}

static bool run_case(struct duck *d, const json_t *c, bool tell)
{
	struct got g = {0};
	struct buf sql;
	char note[1000];
	buf_init(&sql, 1 << 20);
	run_around(d, c, "before");
	if (bind(c, &sql, &g.err))
		run_sql(d, buf_slice(&sql), &g);
	else
		g.failed = true;
	const char *why = judge(c, &g, note, sizeof(note));
	run_around(d, c, "after");
	if (why && tell)
		printf("# %s: %s\n#   %s\n", json_string_value(json_object_get(c, "id")),
		        json_string_value(json_object_get(c, "sql")), why);
	got_release(&g);
	buf_release(&sql);
	return why == NULL;
}

struct tally {
	int passed, all, family_passed, family_all;
	char family[40];
};

static void end_family(struct tally *t, const char *next)
{
	if (t->family_all)
		printf("# parity of %s: %d of %d\n", t->family, t->family_passed, t->family_all);
	snprintf(t->family, sizeof(t->family), "%s", next);
	t->family_all = t->family_passed = 0;
}

static bool chosen(const char *id, char **prefixes)
{
	if (!*prefixes)
		return true;
	for (; *prefixes; prefixes++) {
		if (strncmp(id, *prefixes, strlen(*prefixes)) == 0)
			return true;
	}
	return false;
}

static void run_all(struct duck *d, char *text, char **prefixes, struct tally *t)
{
	for (char *line = text, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		json_t *c = json_loads(line, 0, NULL);
		const char *family = json_string_value(json_object_get(c, "family"));
		if (c && chosen(json_string_value(json_object_get(c, "id")), prefixes)) {
			if (strcmp(family, t->family) != 0)
				end_family(t, family);
			bool ok = run_case(d, c, *prefixes != NULL);
			t->all++;
			t->family_all++;
			t->passed += ok;
			t->family_passed += ok;
		}
		json_decref(c);
	}
	end_family(t, "");
}

/* The corpus's files as tables of database reddit, by links. */
static void make_tables(const char *shared, const char *dir)
{
	static const char *const files[][2] = {{"comments.parquet", "comments.parquet"},
	        {"types.parquet", "types.parquet"}, {"authors.parquet", "authors.parquet"},
	        {"subreddits.parquet", "subreddits.parquet"},
	        {"comments.ndjson", "comments_json.ndjson"}};
	char *reddit = file_join(dir, "reddit");
	file_mkdir_p(reddit, 0700, NULL);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *from = file_join(shared, files[i][0]), *to = file_join(reddit, files[i][1]);
		if (symlink(from, to) != 0)
			printf("# %s cannot be linked\n", from);
		mem_free(from);
		mem_free(to);
	}
	mem_free(reddit);
}

static void remove_tables(const char *dir)
{
	static const char *const files[] = {"data/reddit/comments.parquet",
	        "data/reddit/types.parquet", "data/reddit/authors.parquet",
	        "data/reddit/subreddits.parquet", "data/reddit/comments_json.ndjson"};
	static const char *const dirs[] = {"data/reddit", "data", "temp", ""};
	for (size_t i = 0; i < 5; i++) {
		char *path = file_join(dir, files[i]);
		unlink(path);
		mem_free(path);
	}
	for (size_t i = 0; i < 4; i++) {
		char *path = file_join(dir, dirs[i]);
		rmdir(path);
		mem_free(path);
	}
}

static int read_floor(void)
{
	const char *src = getenv("AJ_SRCDIR");
	char *path = file_join(src ? src : ".", "tests/e2e/parity-floor");
	struct buf b;
	buf_init(&b, 100);
	int floor = file_read(path, &b, NULL) == 0 ? (int)strtol(buf_str(&b), NULL, 10) : 1;
	buf_release(&b);
	mem_free(path);
	return floor;
}

int main(int argc, char **argv)
{
	const char *shared = getenv("AJ_SHARED");
	char *corpus = file_join(shared ? shared : "../shared", "trino-parity");
	char *cases = file_join(corpus, "cases.jsonl"), dir[] = "/tmp/parity-XXXXXX";
	struct err err = ERR_INIT;
	struct tally t = {0};
	struct buf text;
	buf_init(&text, 1 << 26);
	printf("1..1\n");
	if (file_read(cases, &text, NULL) < 0 || !mkdtemp(dir)) {
		printf("ok 1 # SKIP trino-parity is absent\n");
		return 0;
	}
	char *data = file_join(dir, "data"), *temp = file_join(dir, "temp");
	make_tables(corpus, data);
	struct duck *d = duck_open(&(struct duck_config){data, temp, 0, 2}, &err);
	if (d)
		run_all(d, text.ptr, argv + 1, &t);
	duck_close(d);
	int floor = argc > 1 ? 0 : read_floor();
	bool ok = d && t.passed >= floor;
	printf("# parity: %d of %d\n", t.passed, t.all);
	printf("%sok 1 - parity: %d of %d (floor %d) %s\n", ok ? "" : "not ", t.passed, t.all,
	        floor, err.text);
	remove_tables(dir);
	mem_free(data);
	mem_free(temp);
	mem_free(corpus);
	mem_free(cases);
	buf_release(&text);
	return ok ? 0 : 1;
}
