/* How often each value of a column occurs. Values are told apart by 64 bits of hash. */
#include "job/result_int.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>

#include "base/ban.h"

struct slot {
	uint64_t hash, count, first_row; /* count 0: free */
};

struct counting {
	struct result *r;
	const struct request *q;
	struct scan scan;
	struct reader reader;
	struct slot *slot;
	size_t cap; /* a power of two */
	uint64_t null_first, done;
	bool reading; /* the texts of the top lines */
	size_t at;
	struct frequency *f;
	struct err err;
};

void frequency_unref(struct frequency *f)
{
	if (!f || atomic_fetch_sub(&f->refs, 1) > 1)
		return;
	for (size_t i = 0; i < f->n; i++)
		mem_free(f->top[i].text);
	mem_free(f->top);
	mem_free(f);
}

struct frequency *result_frequency_now(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	struct frequency *f = r->frequency;
	if (f)
		atomic_fetch_add(&f->refs, 1);
	pthread_mutex_unlock(&r->lock);
	return f;
}

__extension__ typedef unsigned __int128 wide;

static uint64_t mix(uint64_t a, uint64_t b)
{
	wide m = (wide)(a ^ 0x9e3779b97f4a7c15u) * (b ^ 0xd1b54a32d192ed03u);

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t hash_of(struct slice s)
{
	uint64_t h = s.len, a, b;

	while (s.len >= 16) {
		memcpy(&a, s.ptr, 8);
		memcpy(&b, s.ptr + 8, 8);
		h = mix(a ^ h, b + h);
		s = slice_of(s.ptr + 16, s.len - 16);
	}
	a = b = 0;
	memcpy(&a, s.ptr, s.len < 8 ? s.len : 8);
	if (s.len > 8)
		memcpy(&b, s.ptr + 8, s.len - 8);
	return mix(a ^ h, b + h + 1);
}

static struct slot *find(struct slot *slot, size_t cap, uint64_t hash)
{
	size_t i = (size_t)hash & (cap - 1);

	while (slot[i].count && slot[i].hash != hash)
		i = (i + 1) & (cap - 1);
	return &slot[i];
}

static bool grow(struct counting *c)
{
	size_t cap = c->cap ? c->cap * 2 : 1024;
	struct slot *fresh = mem_try_alloc(cap * sizeof *fresh);

	if (!fresh)
		return false;
	memset(fresh, 0, cap * sizeof *fresh);
	for (size_t i = 0; i < c->cap; i++)
		if (c->slot[i].count)
			*find(fresh, cap, c->slot[i].hash) = c->slot[i];
	mem_free(c->slot);
	c->slot = fresh;
	c->cap = cap;
	return true;
}

static void look_at(void *arg, uint64_t row, const struct cell *cells)
{
	struct counting *c = arg;
	struct frequency *f = c->f;
	struct cell v = cells[f->col];
	struct slot *s;
	uint64_t hash;

	c->done++;
	if (!request_passes(c->q, cells, c->r->columns.n))
		return;
	f->rows++;
	if (!v.ptr) {
		if (f->nulls++ == 0)
			c->null_first = row;
		return;
	}
	f->empty += v.len == 0;
	hash = hash_of(cell_slice(v));
	s = find(c->slot, c->cap, hash);
	if (s->count == 0) {
		if (f->distinct == FREQUENCY_DISTINCT) {
			f->at_least = true;
			return;
		}
		*s = (struct slot){hash, 0, row};
		f->distinct++;
	}
	s->count++;
	if (f->distinct * 2 > c->cap && f->distinct < FREQUENCY_DISTINCT && !grow(c))
		err_set(&c->err, ERR_MEMORY, "no memory to count the values of a column");
}

static void *begin(struct result *r, const struct request *q)
{
	struct counting *c = MEM_NEW(struct counting);

	c->r = r;
	c->q = q;
	c->f = MEM_NEW(struct frequency);
	atomic_init(&c->f->refs, 1);
	c->f->col = (int)q->col;
	c->f->generation = q->generation;
	reader_init(&c->reader, r);
	scan_init(&c->scan, r, look_at, c);
	scan_from(&c->scan, 0, r->state.rows);
	if (q->col >= r->columns.n || q->order.filter_col >= (int)r->columns.n)
		err_set(&c->err, ERR_NOT_FOUND, "the result has no such column");
	else if (!grow(c))
		err_set(&c->err, ERR_MEMORY, "no memory to count the values of a column");
	return c;
}

static void end(void *state)
{
	struct counting *c = state;

	scan_release(&c->scan);
	reader_release(&c->reader);
	frequency_unref(c->f);
	mem_free(c->slot);
	mem_free(c);
}

/* Falling count, then rising row. */
static int by_count(const void *x, const void *y)
{
	const struct frequency_line *a = x, *b = y;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->first_row < b->first_row ? -1 : a->first_row > b->first_row;
}

/* top is a heap whose root is the last line of those kept. */
static void sift(struct frequency_line *top, size_t n)
{
	for (size_t i = 0, k; (k = 2 * i + 1) < n; i = k) {
		struct frequency_line t;

		if (k + 1 < n && by_count(&top[k + 1], &top[k]) > 0)
			k++;
		if (by_count(&top[i], &top[k]) >= 0)
			return;
		t = top[i];
		top[i] = top[k];
		top[k] = t;
	}
}

static void keep(struct frequency *f, struct frequency_line line)
{
	if (f->n < FREQUENCY_TOP) {
		f->top[f->n++] = line;
		if (f->n < FREQUENCY_TOP)
			return;
		qsort(f->top, f->n, sizeof *f->top, by_count);
		for (size_t i = 0; i < f->n / 2; i++) { /* the last first: a heap */
			struct frequency_line t = f->top[i];

			f->top[i] = f->top[f->n - 1 - i];
			f->top[f->n - 1 - i] = t;
		}
	} else if (by_count(&line, &f->top[0]) < 0) {
		f->top[0] = line;
		sift(f->top, f->n);
	}
}

static void choose(struct counting *c)
{
	struct frequency *f = c->f;

	f->top = mem_calloc(FREQUENCY_TOP, sizeof *f->top);
	if (f->nulls)
		keep(f, (struct frequency_line){
		                .count = f->nulls, .first_row = c->null_first, .null = true});
	for (size_t i = 0; i < c->cap; i++)
		if (c->slot[i].count)
			keep(f, (struct frequency_line){.count = c->slot[i].count,
			                .first_row = c->slot[i].first_row});
	qsort(f->top, f->n, sizeof *f->top, by_count);
	mem_free(c->slot);
	c->slot = NULL;
	c->cap = 0;
	c->reading = true;
}

static enum step read_texts(struct counting *c, int64_t deadline_us)
{
	for (; c->at < c->f->n; c->at++) {
		struct frequency_line *l = &c->f->top[c->at];
		const struct cell *cells;
		struct cell v;

		if (clock_mono_us() >= deadline_us)
			return STEP_MORE;
		if (reader_row(&c->reader, l->first_row, &cells, &c->err) != 0)
			return STEP_FAILED;
		v = cells[c->f->col];
		l->len = v.len;
		l->text = mem_strndup(
		        v.ptr ? v.ptr : "", v.len < FREQUENCY_TEXT ? v.len : FREQUENCY_TEXT);
	}
	return STEP_DONE;
}

static void publish(struct counting *c)
{
	struct frequency *old = c->f;
	struct result *r = c->r;

	pthread_mutex_lock(&r->lock);
	if (r->progress[RESULT_FREQUENCY].generation == c->f->generation) {
		old = r->frequency;
		r->frequency = c->f;
	}
	pthread_mutex_unlock(&r->lock);
	frequency_unref(old);
	c->f = NULL;
}

static enum step step(void *state, int64_t deadline_us, struct result_progress *p)
{
	struct counting *c = state;
	enum step s = STEP_FAILED;

	if (c->err.code == 0)
		s = c->reading ? read_texts(c, deadline_us)
		               : scan_step(&c->scan, deadline_us, &c->err);
	if (c->err.code)
		s = STEP_FAILED;
	p->of = c->r->state.rows;
	p->done = c->done;
	if (s == STEP_FAILED)
		p->err = c->err;
	if (s != STEP_DONE)
		return s;
	if (c->reading) {
		publish(c);
		return STEP_DONE;
	}
	choose(c);
	return STEP_MORE;
}

const struct task_ops frequency_ops = {begin, step, end};
