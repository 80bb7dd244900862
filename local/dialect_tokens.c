#include "local/dialect_tokens.h"

#include "base/mem.h"

#include <string.h>

#include "base/ban.h"

#define MAX_NESTING 1000

struct slice dtok_text(const struct dtoks *k, size_t i)
{
	if (i >= k->n)
		return slice_of("", 0);
	return slice_of(k->sql.ptr + k->t[i].start, k->t[i].end - k->t[i].start);
}

bool dtok_is(const struct dtoks *k, size_t i, const char *word)
{
	if (i >= k->n)
		return false;
	enum sql_token kind = k->t[i].kind;
	return (kind == SQL_KEYWORD || kind == SQL_IDENT || kind == SQL_FUNCTION) &&
	       slice_eq_nocase(dtok_text(k, i), slice_str(word));
}

bool dtok_punct(const struct dtoks *k, size_t i, char c)
{
	if (i >= k->n || (k->t[i].kind != SQL_PUNCT && k->t[i].kind != SQL_OPERATOR))
		return false;
	return k->t[i].end == k->t[i].start + 1 && k->sql.ptr[k->t[i].start] == c;
}

bool dtok_name(const struct dtoks *k, size_t i)
{
	if (i >= k->n)
		return false;
	enum sql_token kind = k->t[i].kind;
	return kind == SQL_IDENT || kind == SQL_QUOTED || kind == SQL_FUNCTION ||
	       kind == SQL_KEYWORD;
}

char *dtok_unquoted(const struct dtoks *k, size_t i)
{
	struct slice s = dtok_text(k, i);
	char *out = mem_strndup(s.ptr, s.len);
	if (s.len < 2 || (s.ptr[0] != '"' && s.ptr[0] != '\'' && s.ptr[0] != '`'))
		return out;
	size_t n = 0;
	for (size_t j = 1; j + 1 < s.len; j++) {
		if (s.ptr[j] == s.ptr[0])
			j++;
		out[n++] = s.ptr[j];
	}
	out[n] = '\0';
	return out;
}

void dtok_pre(struct dtoks *k, size_t i, const char *text)
{
	char *old = k->t[i].pre;
	k->t[i].pre = mem_printf("%s%s", text, old ? old : "");
	mem_free(old);
}

void dtok_post(struct dtoks *k, size_t i, const char *text)
{
	char *old = k->t[i].post;
	k->t[i].post = mem_printf("%s%s", old ? old : "", text);
	mem_free(old);
}

void dtok_repl(struct dtoks *k, size_t i, char *text_take)
{
	mem_free(k->t[i].repl);
	k->t[i].repl = text_take;
}

void dtok_drop(struct dtoks *k, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		dtok_repl(k, i, mem_strdup(""));
}

int dtok_mismatch(const struct dtoks *k, size_t i, struct err *err)
{
	struct slice s = dtok_text(k, i);
	if (i >= k->n)
		s = slice_str("<EOF>");
	return dialect_error(err, ERR_SYNTAX, k->sql, k->t[i < k->n ? i : k->n].start,
	        "mismatched input '%.*s'", (int)(s.len > 100 ? 100 : s.len), s.ptr);
}

static int add_tokens(struct dtoks *k, struct err *err)
{
	struct sql_lexer lx;
	size_t cap = 64;
	sql_lexer_init(&lx, k->sql);
	k->t = mem_calloc(cap, sizeof(*k->t));
	for (;;) {
		struct sql_tok t = sql_lexer_next(&lx);
		if (t.kind == SQL_SPACE || t.kind == SQL_COMMENT)
			continue;
		if (k->n + 1 == cap)
			k->t = mem_realloc(k->t, cap *= 2, sizeof(*k->t));
		k->t[k->n] = (struct dtok){t.kind, t.start, t.end, k->n, NULL, NULL, NULL};
		if (t.kind == SQL_END)
			return 0;
		k->n++;
		if (t.kind == SQL_BAD)
			return dtok_mismatch(k, k->n - 1, err);
	}
}

/* Statements may end in one ';'; a second one behind it is refused as Athena does. */
static int one_statement(struct dtoks *k, struct err *err)
{
	size_t n = k->n;
	while (n > 0 && dtok_punct(k, n - 1, ';'))
		n--;
	for (size_t i = 0; i < n; i++) {
		if (dtok_punct(k, i, ';'))
			return err_set(err, ERR_SYNTAX,
			        "Only one sql statement is allowed. Got: %.*s",
			        (int)(k->sql.len > 300 ? 300 : k->sql.len), k->sql.ptr);
	}
	k->t[n] = (struct dtok){SQL_END, n < k->n ? k->t[n].start : k->sql.len,
	        n < k->n ? k->t[n].start : k->sql.len, n, NULL, NULL, NULL};
	k->n = n;
	return 0;
}

static int match_brackets(struct dtoks *k, struct err *err)
{
	size_t open[MAX_NESTING], depth = 0;
	for (size_t i = 0; i < k->n; i++) {
		bool close = dtok_punct(k, i, ')');
		if (dtok_punct(k, i, '(') || dtok_punct(k, i, '[')) {
			if (depth == MAX_NESTING)
				return dialect_error(err, ERR_SYNTAX, k->sql, k->t[i].start,
				        "statement is too large (nested deeper than %d)",
				        MAX_NESTING);
			open[depth++] = i;
		} else if (close || dtok_punct(k, i, ']')) {
			if (depth == 0 || !dtok_punct(k, open[depth - 1], close ? '(' : '['))
				return dtok_mismatch(k, i, err);
			k->t[open[--depth]].match = i;
		}
	}
	return depth ? dtok_mismatch(k, k->n, err) : 0;
}

int dtoks_init(struct dtoks *k, struct slice sql, struct err *err)
{
	*k = (struct dtoks){.sql = sql};
	if (sql.len > DIALECT_MAX_SQL)
		return err_set(err, ERR_SYNTAX,
		        "the statement has %zu bytes; at most %d are allowed", sql.len,
		        DIALECT_MAX_SQL);
	if (add_tokens(k, err) < 0 || one_statement(k, err) < 0)
		return -1;
	return match_brackets(k, err);
}

void dtoks_release(struct dtoks *k)
{
	for (size_t i = 0; i < k->n; i++) {
		mem_free(k->t[i].pre);
		mem_free(k->t[i].repl);
		mem_free(k->t[i].post);
	}
	mem_free(k->t);
	*k = (struct dtoks){0};
}
