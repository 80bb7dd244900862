#include "local/api_athena_ops.h"

#include "base/mem.h"
#include "sql/lexer.h"

#include <string.h>

#include "base/ban.h"

/*
 * Whether the tokens can only be one literal expression: no statement end, no comment, parentheses
 * balanced, and no name of a column. A bare word is then a text, as its sender meant it.
 */
static bool is_closed_expression(struct slice v)
{
	struct sql_lexer lx;
	int depth = 0;
	sql_lexer_init(&lx, v);
	for (;;) {
		struct sql_tok t = sql_lexer_next(&lx);
		char c = t.start < v.len ? v.ptr[t.start] : 0;
		if (t.kind == SQL_END)
			return depth == 0;
		if (t.kind == SQL_COMMENT || t.kind == SQL_BAD || t.kind == SQL_PARAM ||
		        t.kind == SQL_IDENT || t.kind == SQL_QUOTED || c == ';')
			return false;
		if (t.kind == SQL_PUNCT && (c == '(' || c == '['))
			depth++;
		if (t.kind == SQL_PUNCT && (c == ')' || c == ']') && --depth < 0)
			return false;
		if (c == ',' && t.kind == SQL_PUNCT && depth == 0)
			return false;
	}
}

static bool parses(struct duck *duck, struct slice v)
{
	struct duck_statement st;
	struct buf sql;
	buf_init(&sql, 1024 * 1024);
	buf_add_str(&sql, "SELECT (");
	buf_add_slice(&sql, v);
	buf_add_str(&sql, ")");
	bool ok = !sql.failed && duck_check(duck, buf_slice(&sql), &st, NULL) == 0 &&
	          st.kind == DUCK_SELECT;
	buf_release(&sql);
	return ok;
}

static void put_value(struct buf *out, struct slice v, struct duck *duck)
{
	if (slice_trim(v).len && is_closed_expression(v) && parses(duck, v)) {
		buf_add_char(out, '(');
		buf_add_slice(out, v);
		buf_add_char(out, ')');
		return;
	}
	buf_add_char(out, '\'');
	for (size_t i = 0; i < v.len; i++) {
		if (v.ptr[i] == '\'')
			buf_add_char(out, '\'');
		buf_add_char(out, v.ptr[i]);
	}
	buf_add_char(out, '\'');
}

int parameters_apply(
        struct buf *out, struct slice sql, const json_t *values, struct duck *duck, struct err *err)
{
	struct sql_lexer lx;
	size_t given = json_array_size(values), used = 0;
	sql_lexer_init(&lx, sql);
	for (;;) {
		struct sql_tok t = sql_lexer_next(&lx);
		if (t.kind == SQL_END)
			break;
		if (t.kind != SQL_PARAM || sql.ptr[t.start] != '?') {
			buf_add(out, sql.ptr + t.start, t.end - t.start);
			continue;
		}
		const char *v = json_string_value(json_array_get(values, used));
		if (used++ < given && v)
			put_value(out, slice_str(v), duck);
	}
	if (used != given)
		return err_set(err, ERR_SYNTAX,
		        "Incorrect number of parameters: expected %zu but found %zu", used, given);
	for (size_t i = 0; i < given; i++)
		if (!json_is_string(json_array_get(values, i)))
			return err_set(err, ERR_SYNTAX, "ExecutionParameters must be strings");
	return out->failed ? err_set(err, ERR_SYNTAX, "the query with its parameters is too long")
	                   : 0;
}
