/* What stands around the cursor, and from it what may stand there. */
#include "base/mem.h"
#include "sql/complete_int.h"

#include "base/ban.h"

#define MAX_TOKENS 60000

enum where { WHERE_CODE, WHERE_WORD, WHERE_NOTHING };

/* How token t stands to the cursor: behind it is code, in it may be a word, or nothing fits. */
static enum where cursor_in(struct slice text, const struct sql_tok *t, size_t cursor)
{
	char c = text.ptr[t->start];

	if (cursor <= t->start)
		return WHERE_CODE;
	switch (t->kind) {
	case SQL_COMMENT:
		if (cursor < t->end || (c == '-' && cursor == t->end))
			return WHERE_NOTHING;
		return WHERE_CODE;
	case SQL_STRING: return cursor < t->end ? WHERE_NOTHING : WHERE_CODE;
	case SQL_QUOTED: return cursor < t->end ? WHERE_WORD : WHERE_CODE;
	case SQL_BAD:
		if (c == '"' && cursor <= t->end)
			return WHERE_WORD;
		return cursor <= t->end && t->end - t->start > 1 ? WHERE_NOTHING : WHERE_CODE;
	case SQL_KEYWORD:
	case SQL_IDENT:
	case SQL_FUNCTION:
	case SQL_PARAM: return cursor <= t->end ? WHERE_WORD : WHERE_CODE;
	case SQL_NUMBER: return cursor <= t->end ? WHERE_NOTHING : WHERE_CODE;
	case SQL_OPERATOR: /* a colon alone: a parameter begins */
		return c == ':' && t->end - t->start == 1 && cursor == t->end ? WHERE_WORD
		                                                              : WHERE_CODE;
	default: return WHERE_CODE;
	}
}

static void take_word(struct sql_context *c, const struct sql_tok *t, size_t cursor)
{
	char ch = c->text.ptr[t->start];
	size_t skip = ch == '"' || ch == ':' || ch == '?' || ch == '`';

	c->quoted = ch == '"' || ch == '`';
	c->param = ch == ':';
	c->start = t->start;
	c->word = slice_of(c->text.ptr + t->start + skip, cursor - t->start - skip);
}

static void add_token(struct sql_context *c, size_t *cap, const struct sql_tok *t, size_t *open)
{
	bool opens = t->kind == SQL_PUNCT && c->text.ptr[t->start] == '(';
	bool closes = t->kind == SQL_PUNCT && c->text.ptr[t->start] == ')';

	if (c->n_toks == *cap)
		c->tok = mem_realloc(c->tok, *cap = *cap ? *cap * 2 : 64, sizeof *c->tok);
	if (closes && *open != NONE) {
		c->tok[*open].match = c->n_toks;
		*open = c->tok[*open].open;
	}
	c->tok[c->n_toks] = (struct sql_ctok){t->kind, t->start, t->end, NONE, *open};
	if (opens)
		*open = c->n_toks;
	c->n_toks++;
}

/* The statement's tokens; returns whether something may be completed at the cursor. */
static bool read_statement(struct sql_context *c, size_t cursor, size_t *at)
{
	struct sql_lexer lx;
	struct sql_tok t;
	size_t cap = 0, open = NONE;
	bool good = true;

	*at = 0;
	sql_lexer_init(&lx, c->text);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END && c->n_toks < MAX_TOKENS) {
		enum where w = cursor_in(c->text, &t, cursor);

		good = good && w != WHERE_NOTHING;
		if (t.kind == SQL_SPACE || t.kind == SQL_COMMENT)
			continue;
		if (t.kind == SQL_PUNCT && c->text.ptr[t.start] == ';') {
			if (t.start >= cursor)
				break;
			c->n_toks = 0;
			open = NONE;
			*at = 0;
			continue;
		}
		if (w == WHERE_WORD &&
		        t.kind == SQL_BAD) /* the quote is open: what follows is code */
			lx.pos = t.end = cursor;
		if (w == WHERE_WORD && t.start < cursor)
			take_word(c, &t, cursor);
		if (t.end <= c->start || (t.end <= cursor && w == WHERE_CODE))
			*at = c->n_toks + 1;
		add_token(c, &cap, &t, &open);
	}
	return good;
}

/* The dotted names before token *at; *at moves before them. */
static void take_parts(struct sql_context *c, size_t *at)
{
	struct slice part[3];
	int n = 0;

	while (n < 3 && *at >= 2 && ctok_is(c, *at - 1, ".") && ctok_is_name(c, *at - 2)) {
		part[n++] = ctok_name(c, *at - 2);
		*at -= 2;
	}
	c->n_parts = n;
	for (int i = 0; i < n; i++)
		c->part[i] = part[n - 1 - i];
}

/* The word of the clause that token `at` stands in, on its level; NONE at the start. */
static size_t clause_of(const struct sql_context *c, size_t at, size_t open)
{
	for (size_t i = at; i-- > (open == NONE ? 0 : open + 1);) {
		if (c->tok[i].open != open || c->tok[i].kind != SQL_KEYWORD)
			continue;
		if (ctok_any(c, i,
		            "SELECT FROM JOIN ON WHERE GROUP ORDER HAVING LIMIT OFFSET WITH "
		            "INTO VALUES SET UPDATE USING UNION EXCEPT INTERSECT SHOW "
		            "DESCRIBE USE TABLE PARTITION") &&
		        !(ctok_is(c, i, "FROM") && i > 0 && ctok_is(c, i - 1, "DISTINCT")))
			return i;
	}
	return NONE;
}

static bool is_value_end(const struct sql_context *c, size_t i)
{
	switch (c->tok[i].kind) {
	case SQL_IDENT:
	case SQL_QUOTED:
	case SQL_NUMBER:
	case SQL_STRING:
	case SQL_PARAM: return true;
	case SQL_PUNCT: return ctok_any(c, i, ") ]");
	case SQL_OPERATOR: /* SELECT * and count(*) */
		return ctok_is(c, i, "*") &&
		       (i == 0 || ctok_any(c, i - 1, "SELECT . , ( DISTINCT"));
	case SQL_KEYWORD:
		return ctok_any(c, i,
		               "END NULL TRUE FALSE CURRENT_DATE CURRENT_TIMESTAMP ASC DESC") ||
		       (!sql_is_reserved(ctok_text(c, i)) &&
		               !ctok_any(c, i,
		                       "LIMIT OFFSET ALL ANY SOME OVER FILTER INTERVAL "
		                       "PARTITION EXPLAIN ANALYZE SHOW USE VERBOSE SET IF"));
	default: return false;
	}
}

static void set(struct sql_context *c, unsigned wants, unsigned places)
{
	c->wants = wants | (places ? SQL_KIND_KEYWORD : 0);
	c->places = places;
}

#define VALUE (SQL_KIND_COLUMN | SQL_KIND_FUNCTION | SQL_KIND_PARAM)

/* Behind a word that says alone what comes; false: it does not. */
static bool by_last_word(struct sql_context *c, size_t at, size_t open)
{
	size_t p = at - 1;

	if (ctok_any(c, p, "FROM JOIN INTO UPDATE TABLE DESCRIBE VIEW EXISTS") &&
	        !(ctok_is(c, p, "FROM") && p > 0 && ctok_is(c, p - 1, "DISTINCT"))) {
		bool show = ctok_is(c, 0, "SHOW") && ctok_any(c, 1, "TABLES VIEWS SCHEMAS");

		set(c, show ? SQL_KIND_DATABASE : SQL_KIND_TABLE | SQL_KIND_DATABASE,
		        show ? 0 : PLACE_TABLE);
	} else if (ctok_is(c, p, "IN") && ctok_is(c, 0, "SHOW")) {
		set(c, SQL_KIND_DATABASE, 0);
	} else if (ctok_any(c, p, "USE SCHEMA DATABASE")) {
		set(c, SQL_KIND_DATABASE, 0);
	} else if (ctok_is(c, p, "SHOW")) {
		set(c, 0, PLACE_SHOW);
	} else if (ctok_any(c, p, "EXPLAIN ANALYZE")) {
		set(c, 0, PLACE_START);
	} else if (ctok_any(c, p, "LIMIT OFFSET")) {
		set(c, SQL_KIND_PARAM, 0);
	} else if (ctok_is(c, p, "AS")) {
		struct slice f =
		        open != NONE && open > 0 ? ctok_text(c, open - 1) : slice_of("", 0);
		bool cast = slice_eq_nocase(f, slice_str("cast")) ||
		            slice_eq_nocase(f, slice_str("try_cast"));

		set(c, 0,
		        cast                                      ? PLACE_TYPE
		        : open == NONE && ctok_is(c, 0, "CREATE") ? PLACE_START
		                                                  : 0);
	} else if (ctok_is(c, p, "(") && p > 0 && ctok_is(c, p - 1, "OVER")) {
		set(c, 0, PLACE_OVER);
	} else if (ctok_is(c, p, "(") && p > 0 && ctok_any(c, p - 1, "AS FROM JOIN")) {
		set(c, 0, PLACE_START);
	} else {
		return false;
	}
	return true;
}

static void decide(struct sql_context *c, size_t at)
{
	size_t open = at ? (ctok_is(c, at - 1, "(") ? at - 1 : c->tok[at - 1].open) : NONE;
	size_t clause;

	clause = clause_of(c, at, open);
	if (c->param) {
		set(c, SQL_KIND_PARAM, 0);
	} else if (at == 0) {
		set(c, 0, PLACE_START);
	} else if (by_last_word(c, at, open)) {
		;
	} else if (clause != NONE && ctok_any(c, clause, "FROM JOIN") && ctok_is(c, at - 1, ",")) {
		set(c, SQL_KIND_TABLE | SQL_KIND_DATABASE, PLACE_TABLE);
	} else if (is_value_end(c, at - 1)) {
		bool table = clause != NONE && ctok_any(c, clause, "FROM JOIN WITH");

		set(c, 0, table ? PLACE_BEHIND : PLACE_AFTER);
		if (open != NONE && open > 0 && ctok_is(c, open - 1, "OVER"))
			c->places |= PLACE_OVER;
	} else if (ctok_any(c, at - 1, "UNION ALL EXCEPT INTERSECT") && clause != NONE &&
	           ctok_any(c, clause, "UNION EXCEPT INTERSECT")) {
		set(c, 0, PLACE_START);
	} else if (ctok_any(c, at - 1, "GROUP ORDER PARTITION")) {
		set(c, 0, PLACE_BY);
	} else if (ctok_any(c, at - 1, "INNER LEFT RIGHT FULL CROSS OUTER NATURAL")) {
		set(c, 0, PLACE_JOIN);
	} else if (ctok_is(c, at - 1, "IS")) {
		set(c, 0, PLACE_IS);
	} else {
		set(c, VALUE, PLACE_EXPR);
	}
}

/* Behind a dot: columns of what is named before it, or a database's tables. */
static void decide_dotted(struct sql_context *c)
{
	bool tables = c->wants & SQL_KIND_TABLE;

	c->places = 0;
	if (c->param || c->wants == 0)
		c->wants = 0;
	else if (tables)
		c->wants = c->n_parts == 1 ? SQL_KIND_TABLE | SQL_KIND_DATABASE : SQL_KIND_TABLE;
	else
		c->wants = SQL_KIND_COLUMN | SQL_KIND_TABLE;
}

/* Tables and WITH names of the query around token `at` and of those around it, inner first. */
static void read_scopes(struct sql_context *c, size_t at)
{
	size_t open = at < c->n_toks ? c->tok[at].open : NONE, to;

	if (at > 0)
		open = ctok_is(c, at - 1, "(") ? at - 1 : c->tok[at - 1].open;
	for (;; open = c->tok[open].open) {
		size_t from = open == NONE ? 0 : open + 1;

		to = open == NONE || c->tok[open].match == NONE ? c->n_toks : c->tok[open].match;
		if (open == NONE || ctok_any(c, from, "SELECT WITH")) {
			c->n_tables += scope_read(c, from, to, at, c->table + c->n_tables,
			        SQL_TABLES_MAX - c->n_tables);
			c->n_with += scope_with(
			        c, from, to, c->with + c->n_with, SQL_TABLES_MAX - c->n_with);
		}
		if (open == NONE)
			return;
	}
}

static bool writes_lower(const struct sql_context *c)
{
	for (size_t i = 0; i < c->n_toks; i++)
		if (c->tok[i].kind == SQL_KEYWORD && c->tok[i].start != c->start &&
		        sql_is_reserved(ctok_text(c, i))) {
			char first = ctok_text(c, i).ptr[0];

			return first >= 'a' && first <= 'z';
		}
	return false;
}

void sql_context_init(struct sql_context *c, struct slice text, size_t cursor)
{
	size_t at;
	bool good;

	memset(c, 0, sizeof *c);
	c->text = text;
	if (cursor > text.len)
		cursor = text.len;
	c->start = cursor;
	c->word = slice_of(text.ptr ? text.ptr + cursor : "", 0);
	good = read_statement(c, cursor, &at);
	c->lower = writes_lower(c);
	read_scopes(c, at);
	if (!good)
		return;
	take_parts(c, &at);
	decide(c, at);
	if (c->n_parts)
		decide_dotted(c);
}

void sql_context_release(struct sql_context *c)
{
	mem_free(c->tok);
	memset(c, 0, sizeof *c);
}
