/*
 * A batch of rows: one arena for bytes, one array of cells; freed once, moved between threads as a
 * whole. NULL is kept apart from the empty string. One owner at a time, no locks.
 */
#ifndef ROWS_ROWS_H
#define ROWS_ROWS_H

#include "base/err.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

/* One value: borrowed from the batch. ptr is NULL for NULL, non-NULL (len 0) for "". */
struct cell {
	const char *ptr;
	uint32_t len; /* bytes; a value is at most 1 GiB */
};

static inline bool cell_is_null(struct cell c)
{
	return c.ptr == NULL;
}

static inline struct slice cell_slice(struct cell c)
{
	return slice_of(c.ptr, c.len);
}

struct rows;
struct rows *rows_new(size_t columns);
void rows_free(struct rows *r);  /* NULL allowed */
void rows_clear(struct rows *r); /* keeps memory and column count */
size_t rows_columns(const struct rows *r);
size_t rows_count(const struct rows *r); /* complete rows */
size_t rows_bytes(const struct rows *r); /* bytes in the arena */
/* The cells of row i (rows_columns of them); valid until the next append, clear or free. */
const struct cell *rows_get(const struct rows *r, size_t i);
/* Copies one complete row in; cells may point anywhere. -1 when memory runs out. */
int rows_append(struct rows *r, const struct cell *cells, struct err *err);

/* Result columns: name and Athena type ("varchar", "bigint" ...; "" when unknown). */
struct columns {
	size_t n;
	struct column {
		char *name;
		char *type;
	} * col;
};
void columns_init(struct columns *c);
void columns_release(struct columns *c);
void columns_add(struct columns *c, struct slice name, struct slice type);
void columns_copy(struct columns *to, const struct columns *from);
/* Index or -1; an exact match wins, then one that ignores ASCII case. */
int columns_find(const struct columns *c, const char *name);

#endif
