#include "rows/rows.h"

#include "base/mem.h"

#include "base/ban.h"

/* Bytes live in blocks that never move, so that cells can point at them from the start. */
struct block {
	struct block *next;
	size_t used, size;
	char bytes[];
};

#define BLOCK_BYTES (256u << 10)

struct rows {
	size_t columns, count;
	size_t bytes;      /* in all blocks */
	struct cell *cell; /* count * columns */
	size_t cap;        /* rows that fit into cell */
	struct block *first, *cur;
};

struct rows *rows_new(size_t columns)
{
	struct rows *r = MEM_NEW(struct rows);

	r->columns = columns;
	return r;
}

void rows_free(struct rows *r)
{
	struct block *b, *next;

	if (!r)
		return;
	for (b = r->first; b; b = next) {
		next = b->next;
		mem_free(b);
	}
	mem_free(r->cell);
	mem_free(r);
}

void rows_clear(struct rows *r)
{
	struct block *b;

	for (b = r->first; b; b = b->next)
		b->used = 0;
	r->cur = r->first;
	r->count = r->bytes = 0;
}

size_t rows_columns(const struct rows *r)
{
	return r->columns;
}

size_t rows_count(const struct rows *r)
{
	return r->count;
}

size_t rows_bytes(const struct rows *r)
{
	return r->bytes;
}

const struct cell *rows_get(const struct rows *r, size_t i)
{
	return r->cell + i * r->columns;
}

/* Moves on to a block with room for len bytes; a cleared batch uses its old blocks again. */
static char *arena_take(struct rows *r, size_t len)
{
	struct block *b = r->cur, *fresh;
	size_t size = len > BLOCK_BYTES ? len : BLOCK_BYTES;

	while (b && b->size - b->used < len && b->next)
		b = b->next;
	if (!b || b->size - b->used < len) {
		fresh = mem_try_alloc(sizeof *fresh + size);
		if (!fresh)
			return NULL;
		*fresh = (struct block){.size = size};
		if (b)
			b->next = fresh;
		else
			r->first = fresh;
		b = fresh;
	}
	r->cur = b;
	b->used += len;
	return b->bytes + b->used - len;
}

static int grow_cells(struct rows *r)
{
	size_t width = r->columns ? r->columns : 1;
	size_t cap = r->cap ? r->cap * 2 : 64;
	struct cell *p;

	if (cap > (size_t)-1 / 2 / sizeof *p / width)
		return -1;
	p = mem_try_realloc(r->cell, cap * width * sizeof *p);
	if (!p)
		return -1;
	r->cell = p;
	r->cap = cap;
	return 0;
}

int rows_append(struct rows *r, const struct cell *cells, struct err *err)
{
	struct cell *to;
	size_t i, total = 0;
	char *p;

	for (i = 0; i < r->columns; i++)
		total += cells[i].ptr ? cells[i].len : 0;
	if ((r->count == r->cap && grow_cells(r) != 0) || !(p = arena_take(r, total)))
		return err_set(err, ERR_MEMORY,
		        "no memory for a row of %zu bytes; use smaller batches", total);
	to = r->cell + r->count * r->columns;
	for (i = 0; i < r->columns; i++) {
		if (!cells[i].ptr) {
			to[i] = (struct cell){NULL, 0};
			continue;
		}
		memcpy(p, cells[i].ptr, cells[i].len);
		to[i] = (struct cell){p, cells[i].len};
		p += cells[i].len;
	}
	r->bytes += total;
	r->count++;
	return 0;
}
