/* Any bytes as a JSON string: another reader takes it back, with ill-formed parts repaired. */
#include "base/utf8.h"
#include "recipe/json.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/ban.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = {(const char *)data, size};
	struct buf out, fixed;
	json_t *read;

	buf_init(&out, BUF_NO_LIMIT);
	buf_init(&fixed, BUF_NO_LIMIT);
	json_write_string(&out, in);
	utf8_repair(&fixed, in);
	read = json_loadb(out.ptr, out.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	if (!read || !slice_eq(buf_slice(&fixed),
	                     slice_of(json_string_value(read), json_string_length(read))))
		abort();
	for (size_t i = 0; i < out.len; i++)
		if ((unsigned char)out.ptr[i] < 0x20)
			abort();
	json_decref(read);
	buf_release(&out);
	buf_release(&fixed);
	return 0;
}
