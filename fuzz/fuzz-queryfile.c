/*
 * Query files. What is rendered has the file's tokens, one literal for each parameter: a value
 * never leaves its place. The first line of the input is given as the value of p.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "sql/lexer.h"
#include "sql/queryfile.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool next_token(struct sql_lexer *lx, struct sql_tok *t)
{
	do
		*t = sql_lexer_next(lx);
	while (t->kind == SQL_SPACE || t->kind == SQL_COMMENT);
	return t->kind != SQL_END;
}

/* With one string parameter, and no other, token by token. */
static void compare(const struct queryfile *q, struct slice sql)
{
	struct sql_lexer file, out;
	struct sql_tok a, b;

	sql_lexer_init(&file, slice_str(q->text));
	sql_lexer_init(&out, sql);
	while (next_token(&out, &b)) {
		if (!next_token(&file, &a))
			abort();
		if (a.kind == SQL_PARAM && q->text[a.start] == ':' ? b.kind != SQL_STRING
		                                                   : a.kind != b.kind)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size), first;
	struct slice rest = slice_cut(text, '\n', &first);
	const char *values[] = {NULL, NULL};
	struct err err = ERR_INIT;
	struct queryfile *q;
	struct buf out;
	int line, col;
	char *value;

	if (size > 1 << 14 || memchr(data, 0, size))
		return 0;
	value = mem_printf("p=%.*s", (int)first.len, first.len ? first.ptr : "");
	q = queryfile_parse(rest, "fuzz.sql", &err);
	buf_init(&out, BUF_NO_LIMIT);
	if (q && q->n_params == 1 && strcmp(q->param[0].name, "p") == 0)
		values[0] = value;
	if (q && queryfile_render(q, values, &out, &err) == 0) {
		if (q->n_params == 1 && strcmp(q->param[0].type, "string") == 0)
			compare(q, buf_slice(&out));
		queryfile_map(q, values, 2, 3, &line, &col);
	}
	buf_release(&out);
	queryfile_free(q);
	mem_free(value);
	return 0;
}
