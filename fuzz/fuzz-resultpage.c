/* Any bytes as a page of results: rows within the columns, or ERR_PROTOCOL. */
#include "rows/resultpage.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_of((const char *)data, size);
	struct err err = ERR_INIT;
	struct resultpage p;

	if (size > 1 << 17)
		return 0;
	if (resultpage_parse(&p, in, size & 1, &err) != 0) {
		if (err.code != ERR_PROTOCOL)
			abort();
		return 0;
	}
	if (rows_columns(p.rows) != p.columns.n || rows_count(p.rows) > p.raw_rows)
		abort();
	resultpage_release(&p);
	return 0;
}
