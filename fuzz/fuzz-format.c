/* The formatter on any text: what it accepts keeps its tokens (it checks that itself and would say
 * "internal") and is the same when laid out again; what it refuses leaves nothing behind. */
#include "sql/format.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size);
	struct err err = ERR_INIT;
	struct buf once, twice;

	if (size > 1 << 14)
		return 0;
	buf_init(&once, BUF_NO_LIMIT);
	buf_init(&twice, BUF_NO_LIMIT);
	if (sql_format(text, &once, &err) == 0) {
		if (sql_format(buf_slice(&once), &twice, &err) != 0 ||
		        !slice_eq(buf_slice(&once), buf_slice(&twice)))
			abort();
		for (size_t i = 0; i <= size; i += 1 + size / 16)
			if (sql_format_place(text, buf_slice(&once), i) > once.len)
				abort();
	} else if (err.code == ERR_INTERNAL || once.len) {
		abort();
	}
	buf_release(&once);
	buf_release(&twice);
	return 0;
}
