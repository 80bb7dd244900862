/* The dialect reads what strangers send: no crash, no hang, places inside the text. */
#include "local/dialect.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dialect d;
	struct err err = ERR_INIT;
	struct slice sql = slice_of((const char *)data, size);
	if (dialect_translate(&d, sql, &err) == 0) {
		for (size_t i = 0; i <= d.sql.len; i += 1 + d.sql.len / 64) {
			if (dialect_source(&d, i) > size)
				abort();
		}
	} else if (err.code == ERR_NONE || err.line < 0) {
		abort();
	}
	dialect_release(&d);
	return 0;
}
