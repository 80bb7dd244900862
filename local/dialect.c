#include "local/dialect.h"

#include "base/mem.h"
#include "local/dialect_tokens.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/ban.h"

int dialect_error(
        struct err *err, enum err_code code, struct slice sql, size_t at, const char *fmt, ...)
{
	int line, col;
	char text[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sql_line_col(sql, at, &line, &col);
	err_set(err, code, "line %d:%d: %s", line, col, text);
	if (err) {
		err->line = line;
		err->col = col;
	}
	return -1;
}

static void mark(struct dialect *d, size_t src)
{
	size_t n = d->n_marks;
	if (n == 0 || (n >= 16 && (n & (n - 1)) == 0))
		d->mark = mem_realloc(d->mark, n ? 2 * n : 16, sizeof(*d->mark));
	d->mark[d->n_marks++] = (struct dialect_mark){d->sql.len, src};
}

static void emit(struct dialect *d, const struct dtoks *k, size_t from)
{
	for (size_t i = from; i < k->n; i++) {
		const struct dtok *t = &k->t[i];
		if (i > from && (t->start > k->t[i - 1].end || t->pre || t->repl))
			buf_add_char(&d->sql, ' ');
		mark(d, t->start);
		buf_add_str(&d->sql, t->pre ? t->pre : "");
		mark(d, t->start);
		if (t->repl)
			buf_add_str(&d->sql, t->repl);
		else
			buf_add_slice(&d->sql, dtok_text(k, i));
		buf_add_str(&d->sql, t->post ? t->post : "");
	}
	mark(d, k->t[k->n].start);
}

size_t dialect_source(const struct dialect *d, size_t out)
{
	size_t lo = 0, hi = d->n_marks;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (d->mark[mid].out <= out)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo ? d->mark[lo - 1].src : 0;
}

static bool starts_query(const struct dtoks *k, size_t i)
{
	return dtok_is(k, i, "select") || dtok_is(k, i, "with") || dtok_is(k, i, "values") ||
	       dtok_is(k, i, "table") || dtok_punct(k, i, '(');
}

static int translate_query(struct dialect *d, struct dtoks *k, size_t from, struct err *err)
{
	if (!starts_query(k, from))
		return dtok_mismatch(k, from, err);
	if (dialect_lint(k, from, err) < 0 || dialect_rewrite(k, from, err) < 0)
		return -1;
	emit(d, k, from);
	if (d->sql.failed)
		return err_set(err, ERR_SYNTAX, "the statement is too large");
	return 0;
}

/* EXPLAIN [ANALYZE [VERBOSE]] [(TYPE t, FORMAT f)] query */
static int translate_explain(struct dialect *d, struct dtoks *k, struct err *err)
{
	size_t i = 1;
	d->kind = DIALECT_EXPLAIN;
	if (dtok_is(k, i, "analyze")) {
		d->analyze = true;
		i += 1 + dtok_is(k, i + 1, "verbose");
	}
	if (dtok_punct(k, i, '(') && (dtok_is(k, i + 1, "type") || dtok_is(k, i + 1, "format"))) {
		for (size_t j = i; j < k->t[i].match; j++)
			d->validate |= dtok_is(k, j, "validate");
		i = k->t[i].match + 1;
	}
	return translate_query(d, k, i, err);
}

static bool is_known_statement(const struct dtoks *k)
{
	static const char *const words[] = {"alter", "analyze", "call", "commit", "create",
	        "deallocate", "delete", "drop", "execute", "grant", "insert", "merge", "msck",
	        "prepare", "refresh", "reset", "revoke", "rollback", "set", "start", "truncate",
	        "unload", "update", "use", "vacuum", "optimize"};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (dtok_is(k, 0, words[i]))
			return true;
	}
	return false;
}

static int translate(struct dialect *d, struct dtoks *k, struct err *err)
{
	struct slice first = dtok_text(k, 0);
	if (starts_query(k, 0))
		return translate_query(d, k, 0, err);
	if (dtok_is(k, 0, "explain"))
		return translate_explain(d, k, err);
	if (dtok_is(k, 0, "show") || dtok_is(k, 0, "describe") || dtok_is(k, 0, "desc"))
		return dialect_show(d, k, err);
	if (is_known_statement(k))
		return dialect_error(err, ERR_SYNTAX, k->sql, k->t[0].start,
		        "mismatched input '%.*s': athena-duck serves SELECT, VALUES, EXPLAIN, SHOW "
		        "and "
		        "DESCRIBE; its data is read-only",
		        (int)first.len, first.ptr);
	if (k->n == 0)
		return dtok_mismatch(k, 0, err);
	return dialect_error(err, ERR_SYNTAX, k->sql, k->t[0].start,
	        "mismatched input '%.*s'. Expecting: 'DESC', 'DESCRIBE', 'EXPLAIN', 'SHOW', "
	        "<query>",
	        (int)(first.len > 100 ? 100 : first.len), first.ptr);
}

int dialect_translate(struct dialect *d, struct slice sql, struct err *err)
{
	struct dtoks k;
	*d = (struct dialect){.text = sql};
	buf_init(&d->sql, 16 * DIALECT_MAX_SQL);
	int rc = dtoks_init(&k, sql, err);
	if (rc == 0)
		rc = translate(d, &k, err);
	dtoks_release(&k);
	return rc;
}

void dialect_release(struct dialect *d)
{
	buf_release(&d->sql);
	mem_free(d->mark);
	mem_free(d->database);
	mem_free(d->table);
	mem_free(d->pattern);
	*d = (struct dialect){0};
}

/* A parameter is put in parentheses unless it is one token, so that it cannot join its neighbours.
 */
static int bind_one(const char *param, struct buf *out, struct err *err)
{
	struct dtoks k;
	int rc = dtoks_init(&k, slice_str(param), err);
	if (rc < 0 || k.n == 0)
		rc = err_set(err, ERR_QUERY,
		        "INVALID_PARAMETER_USAGE: parameter is no literal: %.100s", param);
	else if (k.n == 1)
		buf_add_slice(out, dtok_text(&k, 0));
	else
		buf_printf(out, "(%.*s)", (int)(k.t[k.n].start), param);
	dtoks_release(&k);
	return rc;
}

int dialect_bind(
        struct slice sql, const char *const *params, size_t n, struct buf *out, struct err *err)
{
	struct sql_lexer lx;
	struct sql_tok t;
	size_t used = 0, first = sql.len;
	sql_lexer_init(&lx, sql);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END) {
		bool mark_here = t.kind == SQL_PARAM && sql.ptr[t.start] == '?';
		if (!mark_here) {
			buf_add(out, sql.ptr + t.start, t.end - t.start);
			continue;
		}
		first = used == 0 ? t.start : first;
		if (used < n && bind_one(params[used], out, err) < 0)
			return -1;
		used++;
	}
	if (used != n) {
		dialect_error(err, ERR_QUERY, sql, first < sql.len ? first : 0,
		        "Incorrect number of parameters: expected %zu but found %zu", used, n);
		return err_prefix(err, "INVALID_PARAMETER_USAGE");
	}
	return 0;
}
