/* The CSV decoder gives the same rows whole and in pieces; the first byte sets the pieces' size. */
#include "base/crypto.h"
#include "base/mem.h"
#include "rows/csv.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct sha256 *hash;
	uint64_t rows;
};

static int hash_row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct seen *s = arg;
	size_t i;

	(void)err;
	for (i = 0; i < n; i++) {
		sha256_add(s->hash, cells[i].ptr ? "v" : "n", 1);
		sha256_add(s->hash, &cells[i].len, sizeof cells[i].len);
		if (cells[i].ptr)
			sha256_add(s->hash, cells[i].ptr, cells[i].len);
	}
	s->rows++;
	return 0;
}

static void read_pieces(struct slice in, size_t piece, char hex[SHA256_HEX], struct err *err)
{
	struct csv *c = csv_new(1 << 16);
	struct seen s = {sha256_new(), 0};
	int rc = 0;

	while (rc == 0 && in.len) {
		size_t n = piece < in.len ? piece : in.len;
		char *copy = mem_alloc(n);

		memcpy(copy, in.ptr, n);
		rc = csv_feed(c, slice_of(copy, n), hash_row, &s, err);
		mem_free(copy);
		in = slice_of(in.ptr + n, in.len - n);
	}
	if (rc == 0)
		rc = csv_finish(c, hash_row, &s, err);
	if (csv_rows(c) != s.rows || (rc != 0 && err->code != ERR_DATA))
		abort();
	csv_free(c);
	sha256_hex_free(s.hash, hex);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char whole[SHA256_HEX], cut[SHA256_HEX];
	struct err a = ERR_INIT, b = ERR_INIT;
	struct slice in;

	if (size < 1 || size > 1 << 17)
		return 0;
	in = slice_of((const char *)data + 1, size - 1);
	read_pieces(in, size, whole, &a);
	read_pieces(in, data[0] + 1u, cut, &b);
	if (strcmp(whole, cut) != 0 || strcmp(a.text, b.text) != 0)
		abort();
	return 0;
}
