/* What DuckDB's grammar takes and Trino's does not. */
#include "local/dialect_tokens.h"

#include "base/mem.h"

#include <string.h>

#include "base/ban.h"

static bool any_of(const struct dtoks *k, size_t i, const char *const *words, size_t n)
{
	for (size_t j = 0; j < n; j++) {
		if (dtok_is(k, i, words[j]))
			return true;
	}
	return false;
}

/* Words that end a list or an expression, and so cannot begin an item of one. */
static bool ends_list(const struct dtoks *k, size_t i)
{
	static const char *const words[] = {"from", "where", "group", "having", "order", "union",
	        "intersect", "except", "on", "using", "join", "as", "and", "or", "then", "when",
	        "end"};
	return i >= k->n || dtok_punct(k, i, ')') || dtok_punct(k, i, ']') ||
	       dtok_punct(k, i, ',') || any_of(k, i, words, sizeof(words) / sizeof(words[0]));
}

/* Whether an operand has just ended: then a word is an alias and a bracket a subscript. */
static bool after_operand(const struct dtoks *k, size_t i)
{
	if (i == 0)
		return false;
	enum sql_token kind = k->t[i - 1].kind;
	return kind == SQL_IDENT || kind == SQL_QUOTED || kind == SQL_STRING ||
	       kind == SQL_NUMBER || kind == SQL_PARAM || dtok_punct(k, i - 1, ')') ||
	       dtok_punct(k, i - 1, ']') || dtok_is(k, i - 1, "end") || dtok_is(k, i - 1, "null") ||
	       dtok_is(k, i - 1, "true") || dtok_is(k, i - 1, "false");
}

static bool adjacent(const struct dtoks *k, size_t i, char a, char b)
{
	return dtok_punct(k, i, a) && dtok_punct(k, i + 1, b) && k->t[i].end == k->t[i + 1].start;
}

static int lint_operator(const struct dtoks *k, size_t i, struct err *err)
{
	static const char *const refused[] = {"::", "=>", "{", "}", "{-", "-}", "$", ":", "^", "|"};
	struct slice s = dtok_text(k, i);
	for (size_t j = 0; j < sizeof(refused) / sizeof(refused[0]); j++) {
		if (slice_eq_str(s, refused[j]))
			return dtok_mismatch(k, i, err);
	}
	static const char pairs[][3] = {"==", "**", "//", "<<", ">>", "%%"};
	for (size_t j = 0; j < sizeof(pairs) / sizeof(pairs[0]); j++) {
		if (adjacent(k, i, pairs[j][0], pairs[j][1]))
			return dtok_mismatch(k, i + 1, err);
	}
	if (slice_eq_str(s, "->") && dtok_punct(k, i + 1, '>'))
		return dtok_mismatch(k, i + 1, err);
	return 0;
}

static int lint_punct(const struct dtoks *k, size_t i, struct err *err)
{
	if (dtok_punct(k, i, '[') && !after_operand(k, i) && !(i > 0 && dtok_is(k, i - 1, "array")))
		return dtok_mismatch(k, i, err);
	if (dtok_punct(k, i, ',') && ends_list(k, i + 1))
		return dtok_mismatch(k, i + 1, err);
	if (dtok_punct(k, i, '(') && dtok_is(k, i + 1, "from"))
		return dtok_mismatch(k, i + 1, err);
	return 0;
}

static int lint_number(const struct dtoks *k, size_t i, struct err *err)
{
	static const char most[] = "9223372036854775808";
	struct slice s = dtok_text(k, i);
	char digits[24];
	size_t n = 0, limit = i > 0 && dtok_punct(k, i - 1, '-');
	for (size_t j = 0; j < s.len; j++) {
		if (s.ptr[j] == '_' || (n == 0 && s.ptr[j] == '0'))
			continue;
		if (s.ptr[j] < '0' || s.ptr[j] > '9')
			return 0; /* no plain integer */
		if (n < sizeof(digits) - 1)
			digits[n++] = s.ptr[j];
	}
	digits[n] = '\0';
	int d = n > 19 ? 1 : n < 19 ? -1 : strcmp(digits, most);
	if (d > 0 || (d == 0 && !limit))
		return dialect_error(err, ERR_SYNTAX, k->sql, k->t[i].start,
		        "Invalid numeric literal: %.*s", (int)(s.len > 100 ? 100 : s.len), s.ptr);
	return 0;
}

/* Whether token i stands directly in the parentheses of trim( ... FROM ...) and its like. */
static bool in_trim(const struct dtoks *k, size_t i)
{
	int depth = 0;
	while (i-- > 0) {
		if (dtok_punct(k, i, ')'))
			depth++;
		else if (dtok_punct(k, i, '(') && depth-- == 0)
			return i > 0 &&
			       (dtok_is(k, i - 1, "trim") || dtok_is(k, i - 1, "substring"));
	}
	return false;
}

static int lint_string(const struct dtoks *k, size_t i, struct err *err)
{
	bool table = i > 0 && dtok_is(k, i - 1, "from") && !in_trim(k, i);
	if (table || (i > 0 && (k->t[i - 1].kind == SQL_STRING || dtok_is(k, i - 1, "limit") ||
	                               dtok_is(k, i - 1, "join") || dtok_is(k, i - 1, "as"))))
		return dtok_mismatch(k, i, err);
	if (memchr(k->sql.ptr + k->t[i].start, '\0', k->t[i].end - k->t[i].start))
		return dialect_error(
		        err, ERR_SYNTAX, k->sql, k->t[i].start, "a string holds a NUL character");
	return 0;
}

/* A select list cannot be empty, and DISTINCT takes no ON. */
static int lint_select(const struct dtoks *k, size_t i, struct err *err)
{
	size_t next = i + 1;
	if (dtok_is(k, next, "distinct") || dtok_is(k, next, "all"))
		next++;
	if (dtok_is(k, next, "on") || ends_list(k, next))
		return dtok_mismatch(k, next, err);
	return 0;
}

static int lint_word(const struct dtoks *k, size_t i, struct err *err)
{
	if (k->t[i].kind == SQL_IDENT && k->sql.ptr[k->t[i].start] >= '0' &&
	        k->sql.ptr[k->t[i].start] <= '9')
		return dialect_error(err, ERR_SYNTAX, k->sql, k->t[i].start,
		        "identifiers must not start with a digit; surround the identifier with "
		        "double quotes");
	if (dtok_is(k, i, "select"))
		return lint_select(k, i, err);
	if (dtok_is(k, i, "by") && dtok_is(k, i + 1, "all") && ends_list(k, i + 2)) {
		dialect_error(err, ERR_QUERY, k->sql, k->t[i + 1].start,
		        "Column 'all' cannot be resolved");
		return err_prefix(err, "COLUMN_NOT_FOUND");
	}
	if (dtok_is(k, i, "unnest")) {
		bool table =
		        i > 0 && (dtok_is(k, i - 1, "from") || dtok_is(k, i - 1, "join") ||
		                         dtok_punct(k, i - 1, ',') || dtok_is(k, i - 1, "lateral"));
		return table ? 0 : dtok_mismatch(k, i, err);
	}
	return 0;
}

static int lint_quoted(const struct dtoks *k, size_t i, struct err *err)
{
	if (k->sql.ptr[k->t[i].start] == '`')
		return dialect_error(err, ERR_SYNTAX, k->sql, k->t[i].start,
		        "backquoted identifiers are not supported; use double quotes to quote "
		        "identifiers");
	if (k->t[i].end - k->t[i].start <= 2)
		return dialect_error(err, ERR_SYNTAX, k->sql, k->t[i].start,
		        "Zero-length delimited identifier not allowed");
	return 0;
}

int dialect_lint(const struct dtoks *k, size_t from, struct err *err)
{
	for (size_t i = from; i < k->n; i++) {
		int rc = 0;
		switch (k->t[i].kind) {
		case SQL_OPERATOR: rc = lint_operator(k, i, err); break;
		case SQL_PUNCT: rc = lint_punct(k, i, err); break;
		case SQL_NUMBER: rc = lint_number(k, i, err); break;
		case SQL_STRING: rc = lint_string(k, i, err); break;
		case SQL_QUOTED: rc = lint_quoted(k, i, err); break;
		case SQL_PARAM:
			if (k->sql.ptr[k->t[i].start] == '?') {
				dialect_error(err, ERR_QUERY, k->sql, k->t[i].start,
				        "Incorrect number of parameters: expected 1 but found 0");
				return err_prefix(err, "INVALID_PARAMETER_USAGE");
			}
			return dtok_mismatch(k, i, err);
		default: rc = lint_word(k, i, err); break;
		}
		if (rc < 0)
			return rc;
	}
	return 0;
}
