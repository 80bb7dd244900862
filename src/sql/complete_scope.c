/* Which tables and WITH names a place in a statement sees, and what their columns are. */
#include "base/mem.h"
#include "sql/complete_int.h"

#include "base/ban.h"

#define MAX_DEPTH 4 /* of * through WITH names */

struct slice ctok_text(const struct sql_context *c, size_t i)
{
	return slice_of(c->text.ptr + c->tok[i].start, c->tok[i].end - c->tok[i].start);
}

bool ctok_is(const struct sql_context *c, size_t i, const char *word)
{
	enum sql_token k = i < c->n_toks ? c->tok[i].kind : SQL_END;

	return (k == SQL_KEYWORD || k == SQL_IDENT || k == SQL_PUNCT || k == SQL_OPERATOR) &&
	       slice_eq_nocase(ctok_text(c, i), slice_str(word));
}

bool ctok_any(const struct sql_context *c, size_t i, const char *words)
{
	struct slice rest = slice_str(words), word;

	while (rest.len) {
		char name[32] = "";

		rest = slice_cut(rest, ' ', &word);
		memcpy(name, word.ptr, word.len < sizeof name ? word.len : sizeof name - 1);
		if (ctok_is(c, i, name))
			return true;
	}
	return false;
}

bool ctok_is_name(const struct sql_context *c, size_t i)
{
	enum sql_token k = i < c->n_toks ? c->tok[i].kind : SQL_END;

	return k == SQL_IDENT || k == SQL_QUOTED || k == SQL_FUNCTION ||
	       (k == SQL_KEYWORD && !sql_is_reserved(ctok_text(c, i)));
}

struct slice ctok_name(const struct sql_context *c, size_t i)
{
	struct slice s = ctok_text(c, i);

	if (c->tok[i].kind == SQL_QUOTED && s.len >= 2)
		return slice_of(s.ptr + 1, s.len - 2);
	return s;
}

/* The token behind i on its level: a bracket is one. */
static size_t step(const struct sql_context *c, size_t i, size_t to)
{
	if (ctok_is(c, i, "("))
		return c->tok[i].match < to ? c->tok[i].match + 1 : to;
	return i + 1;
}

static bool starts_query(const struct sql_context *c, size_t i)
{
	return ctok_any(c, i, "SELECT WITH VALUES");
}

/* Not an alias though the grammar would allow it: a join or clause that follows a table. */
static bool follows_table(const struct sql_context *c, size_t i)
{
	return ctok_any(c, i,
	        "LIMIT OFFSET FETCH WINDOW TABLESAMPLE MATCH_RECOGNIZE SET LATERAL PARTITION");
}

static size_t read_alias(const struct sql_context *c, size_t i, size_t to, struct sql_table *t)
{
	if (ctok_is(c, i, "WITH") && ctok_is(c, i + 1, "ORDINALITY"))
		i += 2;
	if (ctok_is(c, i, "TABLESAMPLE"))
		i = step(c, i + 2, to);
	if (ctok_is(c, i, "AS"))
		i++;
	else if (follows_table(c, i))
		return i;
	if (i >= to || !ctok_is_name(c, i))
		return i;
	t->alias = ctok_name(c, i++);
	if (i < to && ctok_is(c, i, "(") && c->tok[i].match < to) {
		t->cols = i + 1;
		t->cols_end = c->tok[i].match;
		i = c->tok[i].match + 1;
	}
	return i;
}

/* One table reference at i; returns the token behind it. */
static size_t read_table(const struct sql_context *c, size_t i, size_t to, struct sql_table *t)
{
	*t = (struct sql_table){0};
	while (ctok_any(c, i, "LATERAL ONLY IF EXISTS NOT"))
		i++;
	if (i >= to)
		return to;
	if (ctok_is(c, i, "(")) {
		size_t end = step(c, i, to);

		if (starts_query(c, i + 1)) {
			t->body = i + 1;
			t->body_end = end > i + 1 ? end - 1 : i + 1;
		}
		return read_alias(c, end, to, t);
	}
	if (ctok_is(c, i, "UNNEST"))
		return read_alias(c, step(c, i + 1, to), to, t);
	if (!ctok_is_name(c, i))
		return i;
	t->name = ctok_name(c, i++);
	while (i + 1 < to && ctok_is(c, i, ".") && ctok_is_name(c, i + 1)) {
		t->database = t->name;
		t->name = ctok_name(c, i + 1);
		i += 2;
	}
	if (i < to && ctok_is(c, i, "(")) /* a table function, or INSERT's columns */
		i = step(c, i, to);
	return read_alias(c, i, to, t);
}

static bool useful(const struct sql_table *t)
{
	return t->name.len || t->alias.len || t->body_end > t->body;
}

/* The part of a UNION and the like that holds token `at`. */
static void narrow(const struct sql_context *c, size_t *from, size_t *to, size_t at)
{
	for (size_t i = *from; i < *to;) {
		size_t next = step(c, i, *to);

		if (ctok_any(c, i, "UNION EXCEPT INTERSECT")) {
			if (i >= at) {
				*to = i;
				return;
			}
			*from = next;
		}
		i = next;
	}
}

int scope_read(const struct sql_context *c, size_t from, size_t to, size_t at,
        struct sql_table *out, int max)
{
	bool tables = false; /* a comma brings another one */
	int n = 0;

	narrow(c, &from, &to, at);
	for (size_t i = from; i < to && n < max;) {
		bool begins =
		        ctok_any(c, i, "FROM JOIN INTO UPDATE") || (tables && ctok_is(c, i, ","));

		if (ctok_is(c, i, "FROM") && i > from && ctok_is(c, i - 1, "DISTINCT"))
			begins = false;
		if (begins) {
			size_t next = read_table(c, i + 1, to, &out[n]);

			n += useful(&out[n]);
			tables = true;
			i = next > i ? next : i + 1;
			continue;
		}
		if (c->tok[i].kind == SQL_KEYWORD && ctok_any(c, i,
		                                             "SELECT WHERE GROUP ORDER HAVING "
		                                             "LIMIT VALUES SET"))
			tables = false;
		i = step(c, i, to);
	}
	return n;
}

int scope_with(const struct sql_context *c, size_t from, size_t to, struct sql_table *out, int max)
{
	int n = 0;
	size_t i = from;

	while (i < to && !ctok_any(c, i, "WITH SELECT")) /* INSERT INTO t WITH ... */
		i = step(c, i, to);
	if (!ctok_is(c, i, "WITH"))
		return 0;
	i += 1 + ctok_is(c, i + 1, "RECURSIVE");
	while (i < to && n < max && ctok_is_name(c, i)) {
		struct sql_table t = {.name = ctok_name(c, i++)};

		if (ctok_is(c, i, "(")) {
			t.cols = i + 1;
			t.cols_end = c->tok[i].match < to ? c->tok[i].match : to;
			i = step(c, i, to);
		}
		while (ctok_any(c, i, "AS NOT MATERIALIZED"))
			i++;
		if (ctok_is(c, i, "(")) {
			t.body = i + 1;
			t.body_end = c->tok[i].match < to ? c->tok[i].match : to;
			i = step(c, i, to);
		}
		out[n++] = t;
		if (!ctok_is(c, i, ","))
			break;
		i++;
	}
	return n;
}

struct expand {
	const struct sql_context *c;
	const struct sql_catalog *catalog;
	sql_name_fn fn;
	void *to;
	enum sql_names worst;
	int depth;
};
static void expand_table(struct expand *x, const struct sql_table *t);

static void give(struct expand *x, struct slice name, const char *note)
{
	char *s = mem_strndup(name.ptr, name.len);

	x->fn(x->to, s, note);
	mem_free(s);
}

/* One item of a SELECT list, tokens [a, b): the name that it gets. */
static void expand_item(struct expand *x, size_t a, size_t b, const struct sql_table *scope, int n)
{
	const struct sql_context *c = x->c;

	if (a >= b)
		return;
	if (ctok_is(c, b - 1, "*") && (b - a == 1 || ctok_is(c, b - 2, "."))) {
		for (int i = 0; i < n; i++)
			if (b - a == 1 || slice_eq_nocase(ctok_name(c, a), scope[i].alias) ||
			        slice_eq_nocase(ctok_name(c, a), scope[i].name))
				expand_table(x, &scope[i]);
		return;
	}
	if (!ctok_is_name(c, b - 1))
		return;
	if (b - a == 1 || ctok_any(c, b - 2, "AS .") || c->tok[b - 2].kind == SQL_NUMBER ||
	        c->tok[b - 2].kind == SQL_STRING || ctok_any(c, b - 2, ") ] END") ||
	        ctok_is_name(c, b - 2))
		give(x, ctok_name(c, b - 1), "");
}

static void expand_body(struct expand *x, size_t from, size_t to)
{
	const struct sql_context *c = x->c;
	struct sql_table scope[8];
	size_t i = from, a;
	int n;

	while (i < to && !ctok_is(c, i, "SELECT"))
		i = step(c, i, to);
	if (i >= to || x->depth >= MAX_DEPTH)
		return;
	n = scope_read(c, from, to, i, scope, 8);
	i += 1 + ctok_any(c, i + 1, "DISTINCT ALL");
	x->depth++;
	for (a = i; i <= to; i = i < to ? step(c, i, to) : to + 1) {
		bool end = i == to || (c->tok[i].kind == SQL_KEYWORD &&
		                              ctok_any(c, i, "FROM WHERE UNION EXCEPT INTERSECT"));

		if (!end && !ctok_is(c, i, ","))
			continue;
		expand_item(x, a, i, scope, n);
		a = i + 1;
		if (end)
			break;
	}
	x->depth--;
}

static void ask_catalog(struct expand *x, const struct sql_table *t)
{
	const struct sql_catalog *k = x->catalog;
	char *table = complete_lower(t->name), *database = complete_lower(t->database);
	const char *db = database[0] ? database : k && k->database ? k->database : "";

	if (k && table[0] && db[0]) {
		enum sql_names r = k->columns(k->arg, db, table, x->fn, x->to);

		x->worst = r > x->worst ? r : x->worst;
	}
	mem_free(table);
	mem_free(database);
}

static void expand_table(struct expand *x, const struct sql_table *t)
{
	const struct sql_context *c = x->c;

	if (t->cols_end > t->cols) {
		for (size_t i = t->cols; i < t->cols_end; i++)
			if (ctok_is_name(c, i))
				give(x, ctok_name(c, i), "");
		return;
	}
	if (t->body_end > t->body) {
		expand_body(x, t->body, t->body_end);
		return;
	}
	for (int i = c->n_with - 1; i >= 0 && !t->database.len; i--)
		if (slice_eq_nocase(c->with[i].name, t->name) &&
		        (c->with[i].body_end > c->with[i].body || c->with[i].cols_end > 0)) {
			if (x->depth < MAX_DEPTH && &c->with[i] != t) {
				x->depth++;
				expand_table(x, &c->with[i]);
				x->depth--;
			}
			return;
		}
	ask_catalog(x, t);
}

enum sql_names sql_table_columns(const struct sql_context *c, const struct sql_table *t,
        const struct sql_catalog *catalog, sql_name_fn fn, void *to)
{
	struct expand x = {c, catalog, fn, to, SQL_NAMES_READY, 0};

	expand_table(&x, t);
	return x.worst;
}
