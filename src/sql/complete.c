#include "sql/complete.h"

#include "base/mem.h"
#include "sql/complete_int.h"
#include "sql/functions.h"

#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

char *complete_lower(struct slice s)
{
	char *copy = mem_strndup(s.ptr ? s.ptr : "", s.len);

	for (char *p = copy; *p; p++)
		*p = (char)ascii_lower(*p);
	return copy;
}

#define MAX_FOUND 20000 /* names that are ranked */

static bool starts(struct slice word, const char *name)
{
	for (size_t i = 0; i < word.len; i++)
		if (ascii_lower(word.ptr[i]) !=
		        ascii_lower(name[i])) /* ends at the name's NUL too */
			return false;
	return true;
}

/* "rl" and "reglike" for regexp_like: letters in order, the first at a part's start. */
static bool in_order(struct slice word, const char *name)
{
	size_t k = 0;

	for (const char *p = name; *p && k < word.len; p++)
		if (ascii_lower(*p) == ascii_lower(word.ptr[k]) &&
		        (k > 0 || p == name || p[-1] == '_'))
			k++;
	return k == word.len;
}

int sql_match(struct slice word, const char *name)
{
	if (!*name)
		return -1;
	if (starts(word, name))
		return 0;
	for (const char *p = name; *p; p++)
		if (p > name && (p[-1] == '_' || p[-1] == ' ' || p[-1] == '.') && starts(word, p))
			return 1;
	if (word.len >= 2)
		for (const char *p = name + 1; *p; p++)
			if (starts(word, p))
				return 2;
	return word.len >= 2 && in_order(word, name) ? 3 : -1;
}

/* Kinds in the order in which they are offered where they fit equally well. */
static int rank(enum sql_kind k)
{
	switch (k) {
	case SQL_KIND_COLUMN: return 0;
	case SQL_KIND_TABLE: return 1;
	case SQL_KIND_PARAM: return 2;
	case SQL_KIND_KEYWORD: return 3;
	case SQL_KIND_DATABASE: return 4;
	default: return 5;
	}
}

struct gather {
	const struct sql_context *c;
	struct sql_completion *out;
	size_t cap;
	size_t *seen, n_seen; /* item + 1 by hash; a power of two */
	const struct sql_catalog *catalog;
	const char *suffix; /* of the note: which table a column is of */
	enum sql_kind kind;
	int penalty;
};

/* A set of what was added, by kind and text: open addressing, at most half full. */
static void seen_put(struct gather *g, uint32_t hash, size_t item)
{
	size_t i = hash & (g->n_seen - 1);

	while (g->seen[i])
		i = (i + 1) & (g->n_seen - 1);
	g->seen[i] = item + 1;
}

static uint32_t hash_of(enum sql_kind kind, const char *text)
{
	uint32_t h = 2166136261u ^ (uint32_t)kind;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

static bool is_known(const struct gather *g, enum sql_kind kind, const char *text, uint32_t hash)
{
	size_t i = hash & (g->n_seen - 1), k;

	for (; g->n_seen && (k = g->seen[i]) != 0; i = (i + 1) & (g->n_seen - 1))
		if (g->out->item[k - 1].kind == kind && strcmp(g->out->item[k - 1].text, text) == 0)
			return true;
	return false;
}

static void make_room(struct gather *g)
{
	struct sql_completion *out = g->out;

	if (out->n < g->cap)
		return;
	g->cap = g->cap ? g->cap * 2 : 64;
	out->item = mem_realloc(out->item, g->cap, sizeof *out->item);
	mem_free(g->seen);
	g->n_seen = g->cap * 2;
	g->seen = mem_calloc(g->n_seen, sizeof *g->seen);
	for (size_t i = 0; i < out->n; i++)
		seen_put(g, hash_of(out->item[i].kind, out->item[i].text), i);
}

/* Takes text over. */
static void add(struct gather *g, enum sql_kind kind, char *text, const char *name,
        const char *note, const char *help, int penalty)
{
	struct sql_completion *out = g->out;
	int m = sql_match(g->c->word, name);
	uint32_t hash = hash_of(kind, text);

	if (m < 0 || is_known(g, kind, text, hash) || out->n >= MAX_FOUND) {
		mem_free(text);
		return;
	}
	make_room(g);
	seen_put(g, hash, out->n);
	out->item[out->n++] = (struct sql_candidate){text, mem_strdup(name),
	        mem_strdup(note ? note : ""), help ? help : "", kind, m,
	        m * 1000 + rank(kind) * 10 + penalty, (int)out->n - 1};
}

static bool plain_name(const char *s)
{
	if (!*s || sql_is_reserved(slice_str(s)) || (*s >= '0' && *s <= '9'))
		return false;
	for (; *s; s++)
		if (!(*s == '_' || (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ||
		            (*s >= 'A' && *s <= 'Z')))
			return false;
	return true;
}

static char *quote_name(const struct sql_context *c, const char *name)
{
	struct buf b;

	if (!c->quoted && plain_name(name))
		return mem_strdup(name);
	buf_init(&b, BUF_NO_LIMIT);
	buf_add_char(&b, '"');
	for (; *name; name++) {
		buf_add_char(&b, *name);
		if (*name == '"')
			buf_add_char(&b, '"');
	}
	buf_add_char(&b, '"');
	return buf_take(&b);
}

static void take_name(void *to, const char *name, const char *note)
{
	struct gather *g = to;
	char *full = NULL;

	if (sql_match(g->c->word, name) < 0)
		return; /* most of a large catalog */
	if (g->suffix && g->suffix[0])
		full = mem_printf(
		        "%s%s%s", note ? note : "", note && *note ? " · " : "", g->suffix);
	add(g, g->kind, quote_name(g->c, name), name, full ? full : note, NULL, g->penalty);
	mem_free(full);
}

static void note_state(struct gather *g, enum sql_names r)
{
	g->out->loading = g->out->loading || r == SQL_NAMES_LOADING;
	g->out->failed = g->out->failed || r == SQL_NAMES_FAILED;
}

static void add_columns_of(struct gather *g, const struct sql_table *t, int penalty)
{
	struct slice s = t->alias.len ? t->alias : t->name;
	char *suffix = mem_strndup(s.ptr ? s.ptr : "", s.len);

	g->kind = SQL_KIND_COLUMN;
	g->suffix = suffix;
	g->penalty = penalty;
	note_state(g, sql_table_columns(g->c, t, g->catalog, take_name, g));
	g->suffix = NULL;
	g->penalty = 0;
	mem_free(suffix);
}

static bool is_called(const struct sql_table *t, struct slice name)
{
	return slice_eq_nocase(t->alias.len ? t->alias : t->name, name);
}

/* Columns of what stands before the dot. */
static void add_dotted(struct gather *g)
{
	const struct sql_context *c = g->c;
	struct slice last = c->part[c->n_parts - 1];
	struct sql_table t = {.name = last};
	bool found = false;

	for (int i = 0; i < c->n_tables && !found; i++)
		if (is_called(&c->table[i], last) &&
		        (c->n_parts == 1 || slice_eq_nocase(c->table[i].database, c->part[0]))) {
			add_columns_of(g, &c->table[i], 0);
			found = true;
		}
	if (found || c->n_parts < 2)
		return;
	t.database = c->part[c->n_parts - 2];
	add_columns_of(g, &t, 0);
}

static void add_tables(struct gather *g)
{
	const struct sql_context *c = g->c;
	const struct sql_catalog *k = g->catalog;
	char *database = c->n_parts ? complete_lower(c->part[c->n_parts - 1]) : NULL;

	g->kind = SQL_KIND_TABLE;
	for (int i = 0; i < c->n_with && !c->n_parts; i++) {
		char *name = mem_strndup(c->with[i].name.ptr, c->with[i].name.len);

		take_name(g, name, "of this statement");
		mem_free(name);
	}
	if (k && (database || k->database))
		note_state(g, k->tables(k->arg, database ? database : k->database, take_name, g));
	mem_free(database);
}

static void add_aliases(struct gather *g) /* before their dot */
{
	for (int i = 0; i < g->c->n_tables; i++) {
		const struct sql_table *t = &g->c->table[i];
		struct slice s = t->alias.len ? t->alias : t->name;
		char *name = mem_strndup(s.ptr ? s.ptr : "", s.len);

		g->kind = SQL_KIND_TABLE;
		if (name[0])
			take_name(g, name, "of this query");
		mem_free(name);
	}
}

static void add_databases(struct gather *g)
{
	const struct sql_catalog *k = g->catalog;

	g->kind = SQL_KIND_DATABASE;
	if (k)
		note_state(g, k->databases(k->arg, take_name, g));
}

static void add_functions(struct gather *g)
{
	size_t n, end = g->c->start + g->c->word.len + g->c->quoted;
	const struct sql_function *f = sql_functions(&n);
	const char *open = end < g->c->text.len && g->c->text.ptr[end] == '(' ? "" : "(";
	char first = g->c->word.len ? g->c->word.ptr[0] : 'a';
	bool upper = first >= 'A' && first <= 'Z';

	for (size_t i = 0; i < n; i++) {
		char *text = mem_printf("%s%s", f[i].name, open);

		for (char *p = text; upper && *p; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
		add(g, SQL_KIND_FUNCTION, text, f[i].name, f[i].args, f[i].help,
		        complete_is_common(f[i].name) ? -15 : 0);
	}
}

static void add_keywords(struct gather *g)
{
	size_t n;
	const struct phrase *ph = complete_phrases(&n);

	for (size_t i = 0; i < n; i++) {
		char *text;

		if (!(ph[i].places & g->c->places))
			continue;
		text = mem_strdup(ph[i].text);
		for (char *p = text; g->c->lower && *p; p++)
			*p = (char)ascii_lower(*p);
		add(g, SQL_KIND_KEYWORD, text, ph[i].text, "", ph[i].help, 0);
	}
}

static void add_params(struct gather *g, const struct query_param *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *note = mem_printf(
		        "%s%s%s", p[i].type, p[i].value ? " = " : "", p[i].value ? p[i].value : "");

		add(g, SQL_KIND_PARAM, mem_printf(":%s", p[i].name), p[i].name, note, p[i].help, 0);
		mem_free(note);
	}
}

static int by_score(const void *va, const void *vb)
{
	const struct sql_candidate *a = va, *b = vb;
	int c = a->score - b->score;
	bool ordered =
	        a->kind == b->kind && (a->kind == SQL_KIND_KEYWORD || a->kind == SQL_KIND_COLUMN);

	if (c == 0 && !ordered)
		c = strcasecmp(a->name, b->name);
	return c ? c : a->order - b->order;
}

static void drop(struct sql_completion *c, size_t from)
{
	for (size_t i = from; i < c->n; i++) {
		mem_free(c->item[i].text);
		mem_free(c->item[i].name);
		mem_free(c->item[i].note);
	}
	if (c->n > from)
		c->n = from;
}

void sql_completion_drop(struct sql_completion *c)
{
	if (c->n)
		drop(c, c->n - 1);
}

void sql_completion_release(struct sql_completion *c)
{
	drop(c, 0);
	mem_free(c->item);
	memset(c, 0, sizeof *c);
}

void sql_complete(struct slice text, size_t cursor, const struct query_param *params,
        size_t n_params, const struct sql_catalog *catalog, struct sql_completion *out)
{
	struct sql_context c;
	struct gather g = {.c = &c, .out = out, .catalog = catalog};

	memset(out, 0, sizeof *out);
	sql_context_init(&c, text, cursor);
	out->start = c.start;
	if (c.wants & SQL_KIND_COLUMN && c.n_parts)
		add_dotted(&g);
	else if (c.wants & SQL_KIND_COLUMN)
		for (int i = 0; i < c.n_tables; i++)
			add_columns_of(&g, &c.table[i], i ? 1 : 0);
	if (c.wants & SQL_KIND_TABLE && !(c.wants & SQL_KIND_COLUMN && out->n))
		add_tables(&g);
	if (c.wants & SQL_KIND_COLUMN && !c.n_parts)
		add_aliases(&g);
	if (c.wants & SQL_KIND_DATABASE && !c.n_parts)
		add_databases(&g);
	if (c.wants & SQL_KIND_FUNCTION && !c.quoted)
		add_functions(&g);
	if (c.wants & SQL_KIND_KEYWORD && !c.quoted)
		add_keywords(&g);
	if (c.wants & SQL_KIND_PARAM && !c.quoted)
		add_params(&g, params, n_params);
	if (out->n)
		qsort(out->item, out->n, sizeof *out->item, by_score);
	drop(out, SQL_CANDIDATES_MAX);
	mem_free(g.seen);
	sql_context_release(&c);
}
