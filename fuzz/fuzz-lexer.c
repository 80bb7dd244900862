/* The lexer covers any input without gaps; places map there and back. */
#include "sql/lexer.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_places(struct slice text, size_t offset)
{
	int line, col;

	sql_line_col(text, offset, &line, &col);
	if (sql_offset(text, line, col) > text.len)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size);
	size_t at = 0;
	struct sql_lexer lx;
	struct sql_tok t;

	if (size > 1 << 12)
		return 0;
	sql_lexer_init(&lx, text);
	while ((t = sql_lexer_next(&lx)).kind != SQL_END) {
		if (t.start != at || t.end <= t.start)
			abort();
		at = t.end;
		check_places(text, at);
	}
	if (at != size)
		abort();
	return 0;
}
