#include "rows/sample.h"

#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/ban.h"

#define SEED UINT64_C(0x9e3779b97f4a7c15)

/* One row, shared by the sample and the views that hold it; never changed once made. */
struct item {
	atomic_uint refs;
	uint64_t row_number;
	size_t bytes; /* of the allocation */
	struct cell cell[];
};

struct sample {
	struct columns columns;
	size_t head, reservoir; /* wanted */
	size_t max_bytes, bytes;
	struct item **item; /* head rows first, then the reservoir */
	size_t n;
	uint64_t beyond_head; /* rows offered after the head was filled */
	uint64_t random;
};

struct sample_view {
	atomic_uint refs;
	struct columns columns;
	size_t n;
	struct item *item[];
};

static void item_unref(struct item *it)
{
	if (it && atomic_fetch_sub(&it->refs, 1) == 1)
		mem_free(it);
}

static struct item *item_new(const struct cell *cells, size_t n, uint64_t row_number, size_t bytes)
{
	struct item *it = mem_try_alloc(bytes);
	char *p;
	size_t i;

	if (!it)
		return NULL;
	atomic_init(&it->refs, 1);
	it->row_number = row_number;
	it->bytes = bytes;
	p = (char *)(it->cell + n);
	for (i = 0; i < n; i++) {
		it->cell[i] = (struct cell){NULL, 0};
		if (!cells[i].ptr)
			continue;
		memcpy(p, cells[i].ptr, cells[i].len);
		it->cell[i] = (struct cell){p, cells[i].len};
		p += cells[i].len;
	}
	return it;
}

/* A cell's bytes may be none: one spare byte keeps its pointer inside the allocation. */
static size_t item_size(const struct cell *cells, size_t n)
{
	size_t i, size = sizeof(struct item) + n * sizeof *cells + 1;

	for (i = 0; i < n; i++)
		size += cells[i].ptr ? cells[i].len : 0;
	return size;
}

struct sample *sample_new(const struct columns *c, size_t head, size_t reservoir, size_t max_bytes)
{
	struct sample *s = MEM_NEW(struct sample);

	columns_copy(&s->columns, c);
	s->head = head;
	s->reservoir = reservoir;
	s->max_bytes = max_bytes;
	s->item = mem_calloc(head + reservoir + 1, sizeof *s->item);
	s->random = SEED;
	return s;
}

void sample_free(struct sample *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < s->n; i++)
		item_unref(s->item[i]);
	mem_free(s->item);
	columns_release(&s->columns);
	mem_free(s);
}

/* splitmix64; the same sample for the same rows on every run. */
static uint64_t next_random(struct sample *s)
{
	uint64_t z = (s->random += SEED);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The place that the next row takes, or -1 to let it pass. */
static ptrdiff_t choose_slot(struct sample *s)
{
	uint64_t j;

	if (s->n < s->head)
		return (ptrdiff_t)s->n;
	s->beyond_head++;
	if (s->n < s->head + s->reservoir)
		return (ptrdiff_t)s->n;
	if (s->n == s->head)
		return -1;
	j = next_random(s) % s->beyond_head;
	return j < s->n - s->head ? (ptrdiff_t)(s->head + j) : -1;
}

/* The bytes are all taken: the reservoir, or the head, stays as small as it is now. */
static void stop_growing(struct sample *s)
{
	if (s->n < s->head) {
		s->head = s->n;
		s->reservoir = 0;
	} else {
		s->reservoir = s->n - s->head;
	}
}

void sample_add(struct sample *s, const struct cell *cells, uint64_t row_number)
{
	size_t size = item_size(cells, s->columns.n), old;
	struct item *it;
	ptrdiff_t slot;

	if (size > s->max_bytes / 8 || (slot = choose_slot(s)) < 0)
		return;
	old = (size_t)slot < s->n ? s->item[slot]->bytes : 0;
	if (s->bytes - old + size > s->max_bytes) {
		if (!old)
			stop_growing(s);
		return;
	}
	it = item_new(cells, s->columns.n, row_number, size);
	if (!it)
		return;
	if (old)
		item_unref(s->item[slot]);
	else
		s->n++;
	s->item[slot] = it;
	s->bytes += size - old;
}

static int by_row_number(const void *a, const void *b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;

	return (x->row_number > y->row_number) - (x->row_number < y->row_number);
}

struct sample_view *sample_view_new(const struct sample *s)
{
	struct sample_view *v = mem_zalloc(sizeof *v + s->n * sizeof *v->item);
	size_t i;

	atomic_init(&v->refs, 1);
	columns_copy(&v->columns, &s->columns);
	v->n = s->n;
	for (i = 0; i < s->n; i++) {
		v->item[i] = s->item[i];
		atomic_fetch_add(&v->item[i]->refs, 1);
	}
	qsort(v->item, v->n, sizeof *v->item, by_row_number);
	return v;
}

struct sample_view *sample_view_ref(struct sample_view *v)
{
	atomic_fetch_add(&v->refs, 1);
	return v;
}

void sample_view_unref(struct sample_view *v)
{
	size_t i;

	if (!v || atomic_fetch_sub(&v->refs, 1) != 1)
		return;
	for (i = 0; i < v->n; i++)
		item_unref(v->item[i]);
	columns_release(&v->columns);
	mem_free(v);
}

size_t sample_view_count(const struct sample_view *v)
{
	return v->n;
}

const struct columns *sample_view_columns(const struct sample_view *v)
{
	return &v->columns;
}

const struct cell *sample_view_row(const struct sample_view *v, size_t i, uint64_t *row_number)
{
	if (row_number)
		*row_number = v->item[i]->row_number;
	return v->item[i]->cell;
}
