/* Completion at any place of any text: what is offered replaces a part of the text that ends at the
 * cursor. The first byte chooses the place. */
#include "sql/complete.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum sql_names some(void *arg, sql_name_fn fn, void *to)
{
	(void)arg;
	fn(to, "some name", NULL);
	fn(to, "other", "varchar");
	return SQL_NAMES_LOADING;
}

static enum sql_names tables(void *arg, const char *database, sql_name_fn fn, void *to)
{
	(void)database;
	return some(arg, fn, to);
}

static enum sql_names columns(
        void *arg, const char *database, const char *table, sql_name_fn fn, void *to)
{
	if (!database[0] || !table[0])
		abort();
	return some(arg, fn, to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sql_catalog catalog = {NULL, "db", some, tables, columns};
	struct query_param p = {(char *)"min", (char *)"integer", (char *)"", NULL};
	struct sql_completion c;
	struct slice text;
	size_t cursor;

	if (size < 1 || size > 1 << 12)
		return 0;
	text = slice_of((const char *)data + 1, size - 1);
	cursor = text.len * data[0] / 255;
	sql_complete(text, cursor, &p, 1, &catalog, &c);
	if (c.start > cursor || c.n > SQL_CANDIDATES_MAX)
		abort();
	sql_completion_release(&c);
	return 0;
}
