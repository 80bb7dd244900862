/*
 * Which rows are shown, in which sequence. Keys are 24 bytes of the cell (or a number made to sort
 * as bytes); where longer texts tie, the next 24 bytes of those rows are read, up to PASSES times.
 */
#include "job/result_int.h"

#include "base/clock.h"
#include "base/mem.h"

#include <math.h>

#include "base/ban.h"

enum { KEY_BYTES = 24, PASSES = 8, SMALL = 24, FEW = 32 };

struct entry {
	uint64_t key[3];
	uint32_t row, unused;
};
struct range {
	uint32_t from, to;
};
enum phase { READING, SORTING, REFINING, FAILING };

struct ordering {
	struct result *r;
	const struct request *q;
	enum phase phase;
	enum result_kind kind;
	struct scan scan;
	struct reader reader;
	uint64_t rows, done, of;
	struct err err;

	struct entry *entry;
	size_t n, cap;
	uint32_t *tail; /* rows behind the sorted ones: NULLs, or all when nothing is sorted */
	size_t n_tail, cap_tail;

	struct range *group, *next; /* of equal keys so far */
	size_t n_groups, n_next, cap_groups, cap_next, at_group;
	struct range stack[64];
	int depth;
	int pass;
	uint32_t *where; /* row -> entry, UINT32_MAX where it needs no more bytes */
	uint64_t open;   /* rows whose texts tie and go on, found so far */
	bool few;        /* so few that each is read by itself */
	uint64_t at_row;
};

void order_free(struct order *o)
{
	if (!o)
		return;
	mem_free(o->row);
	mem_free(o);
}

void order_drop(struct result *r, struct order *o)
{
	bool last;

	if (!o)
		return;
	pthread_mutex_lock(&r->lock);
	last = --o->refs == 0;
	pthread_mutex_unlock(&r->lock);
	if (last)
		order_free(o);
}

struct order *order_take(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	struct order *o = r->order;
	if (o)
		o->refs++;
	pthread_mutex_unlock(&r->lock);
	return o;
}

uint64_t result_shown(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	uint64_t n = r->order ? r->order->n : r->state.rows;
	pthread_mutex_unlock(&r->lock);
	return n;
}

uint64_t result_at(struct result *r, uint64_t position)
{
	pthread_mutex_lock(&r->lock);
	if (r->order && position < r->order->n)
		position = r->order->row[position];
	pthread_mutex_unlock(&r->lock);
	return position;
}

int64_t result_position(struct result *r, uint64_t row)
{
	int64_t at = -1;

	pthread_mutex_lock(&r->lock);
	if (!r->order)
		at = row < r->state.rows ? (int64_t)row : -1;
	for (uint64_t i = 0; r->order && at < 0 && i < r->order->n; i++)
		if (r->order->row[i] == row)
			at = (int64_t)i;
	pthread_mutex_unlock(&r->lock);
	return at;
}

unsigned result_order_now(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	unsigned g = r->order ? r->order->generation : 0;
	pthread_mutex_unlock(&r->lock);
	return g;
}

/* ---- keys ---- */

static void text_key(struct entry *e, struct slice s, int pass)
{
	size_t skip = (size_t)pass * KEY_BYTES;

	for (size_t k = 0; k < 3; k++) {
		uint64_t v = 0;

		for (size_t i = 0; i < 8; i++) {
			size_t at = skip + k * 8 + i;

			v = v << 8 | (at < s.len ? ascii_lower(s.ptr[at]) : 0);
		}
		e->key[k] = v;
	}
}

static void number_key(struct entry *e, struct slice s, enum result_kind kind)
{
	int64_t integer = 0;
	double number = 0;
	uint64_t bits;

	e->key[0] = e->key[1] = e->key[2] = 0;
	if (s.len == 0)
		return;
	result_number(s, &integer, &number);
	if (kind == RESULT_INTEGER) {
		e->key[0] = (uint64_t)integer ^ (uint64_t)1 << 63;
		return;
	}
	if (number == 0)
		number = 0; /* not -0 */
	memcpy(&bits, &number, sizeof bits);
	e->key[0] = isnan(number) ? UINT64_MAX : bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}

static void set_key(const struct ordering *o, struct entry *e, struct slice s)
{
	if (o->kind == RESULT_TEXT)
		text_key(e, s, o->pass);
	else
		number_key(e, s, o->kind);
}

/* The text may go on behind the key. */
static bool is_open(const struct ordering *o, const struct entry *e)
{
	return o->kind == RESULT_TEXT && (e->key[2] & 0xff) != 0;
}

/* The array with room for one more, or NULL: then the old one stands. */
static void *room(struct ordering *o, void *array, size_t n, size_t *cap, size_t size)
{
	size_t want = *cap ? *cap + *cap / 2 : 1024;
	void *p;

	if (n < *cap)
		return array;
	if (want > o->rows)
		want = (size_t)o->rows + 1;
	p = mem_try_realloc(array, want * size);
	if (!p) {
		err_set(&o->err, ERR_MEMORY,
		        "no memory to sort %llu rows: add ORDER BY or LIMIT to the query",
		        (unsigned long long)o->rows);
		o->phase = FAILING;
		return NULL;
	}
	*cap = want;
	return p;
}

static void read_row(void *arg, uint64_t row, const struct cell *cells)
{
	struct ordering *o = arg;
	int col = o->q->order.sort_col;
	void *p;

	o->done++;
	if (o->phase == FAILING || !request_passes(o->q, cells, o->r->columns.n))
		return;
	if (col < 0 || cell_is_null(cells[col])) {
		p = room(o, o->tail, o->n_tail, &o->cap_tail, sizeof *o->tail);
		if (!p)
			return;
		o->tail = p;
		o->tail[o->n_tail++] = (uint32_t)row;
		return;
	}
	p = room(o, o->entry, o->n, &o->cap, sizeof *o->entry);
	if (!p)
		return;
	o->entry = p;
	o->entry[o->n].row = (uint32_t)row;
	set_key(o, &o->entry[o->n++], cell_slice(cells[col]));
}

/* ---- sorting ---- */

static int compare(const struct ordering *o, const struct entry *a, const struct entry *b)
{
	int sign = o->q->order.descending ? -1 : 1;

	for (int k = 0; k < 3; k++)
		if (a->key[k] != b->key[k])
			return a->key[k] < b->key[k] ? -sign : sign;
	return a->row < b->row ? -1 : a->row > b->row;
}

static void insertion(const struct ordering *o, struct entry *e, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct entry x = e[i];
		size_t k = i;

		for (; k > 0 && compare(o, &x, &e[k - 1]) < 0; k--)
			e[k] = e[k - 1];
		e[k] = x;
	}
}

static struct entry middle(const struct ordering *o, const struct entry *e, size_t n)
{
	const struct entry *a = e, *b = e + n / 2, *c = e + n - 1, *t;

	if (compare(o, b, a) < 0)
		t = a, a = b, b = t;
	if (compare(o, c, b) < 0)
		b = compare(o, c, a) < 0 ? a : c;
	return *b;
}

/* All entries differ (by row), so that no run of equal ones can slow it down. */
static size_t partition(const struct ordering *o, struct entry *e, size_t n)
{
	struct entry pivot = middle(o, e, n);
	size_t i = 0, k = n - 1;

	for (;;) {
		while (compare(o, &e[i], &pivot) < 0)
			i++;
		while (compare(o, &e[k], &pivot) > 0)
			k--;
		if (i >= k)
			return k + 1 < n ? k + 1 : k;
		struct entry t = e[i];
		e[i++] = e[k];
		e[k--] = t;
	}
}

static void push(struct ordering *o, uint32_t from, uint32_t to)
{
	o->stack[o->depth++] = (struct range){from, to};
}

/* One range of the stack: sorted when small, else cut in two, the smaller on top. */
static void sort_some(struct ordering *o)
{
	struct range a = o->stack[--o->depth];
	uint32_t cut;

	if (a.to - a.from <= SMALL) {
		insertion(o, o->entry + a.from, a.to - a.from);
		o->done += a.to - a.from;
		return;
	}
	cut = a.from + (uint32_t)partition(o, o->entry + a.from, a.to - a.from);
	if (cut - a.from > a.to - cut) {
		push(o, a.from, cut);
		push(o, cut, a.to);
	} else {
		push(o, cut, a.to);
		push(o, a.from, cut);
	}
}

/* Runs of equal keys in a sorted group whose texts go on. */
static void find_open(struct ordering *o, struct range g)
{
	uint32_t i = g.from, k;
	void *p;

	for (; i < g.to && o->phase != FAILING; i = k) {
		const struct entry *e = &o->entry[i];

		for (k = i + 1; k < g.to && memcmp(e->key, o->entry[k].key, sizeof e->key) == 0;)
			k++;
		if (k - i < 2 || !is_open(o, e))
			continue;
		p = room(o, o->next, o->n_next, &o->cap_next, sizeof *o->next);
		if (!p)
			return;
		o->next = p;
		o->next[o->n_next++] = (struct range){i, k};
		o->open += k - i;
	}
}

static void begin_refining(struct ordering *o)
{
	struct range *g = o->group;
	size_t cap = o->cap_groups;

	o->group = o->next;
	o->n_groups = o->n_next;
	o->cap_groups = o->cap_next;
	o->next = g;
	o->cap_next = cap;
	o->n_next = 0;
	o->at_group = 0;
	o->phase = SORTING;
	if (o->n_groups == 0 || ++o->pass >= PASSES) {
		o->n_groups = 0;
		return;
	}
	if (!o->where)
		o->where = mem_try_alloc((size_t)o->rows * sizeof *o->where);
	if (!o->where) {
		o->phase = FAILING;
		err_set(&o->err, ERR_MEMORY, "no memory to sort: add ORDER BY to the query");
		return;
	}
	memset(o->where, 0xff, (size_t)o->rows * sizeof *o->where);
	for (size_t i = 0; i < o->n_groups; i++)
		for (uint32_t k = o->group[i].from; k < o->group[i].to; k++)
			o->where[o->entry[k].row] = k;
	o->of += o->open;
	o->few = o->open <= o->rows / FEW;
	o->open = 0;
	o->at_row = 0;
	o->phase = REFINING;
	scan_from(&o->scan, 0, o->rows);
}

/* Sorts groups until the deadline; when all are sorted, begins with those that still tie. */
static void sort_groups(struct ordering *o, int64_t deadline)
{
	int quick = 0;

	while (o->phase == SORTING && o->at_group < o->n_groups) {
		struct range g = o->group[o->at_group];

		if (o->depth == 0)
			push(o, g.from, g.to);
		while (o->depth) {
			sort_some(o);
			if (++quick % 64 == 0 && clock_mono_us() >= deadline)
				return;
		}
		find_open(o, g);
		o->at_group++;
	}
	if (o->phase == SORTING)
		begin_refining(o);
}

static void refine_row(void *arg, uint64_t row, const struct cell *cells)
{
	struct ordering *o = arg;
	uint32_t k = o->where[row];

	if (k != UINT32_MAX)
		text_key(&o->entry[k], cell_slice(cells[o->q->order.sort_col]), o->pass);
}

static void refine(struct ordering *o, int64_t deadline)
{
	const struct cell *cells;
	enum step s = STEP_MORE;

	if (!o->few) {
		s = scan_step(&o->scan, deadline, &o->err);
		if (s == STEP_FAILED)
			o->phase = FAILING;
	} else {
		for (; o->at_row < o->rows && s == STEP_MORE; o->at_row++) {
			if (o->where[o->at_row] == UINT32_MAX)
				continue;
			if (reader_row(&o->reader, o->at_row, &cells, &o->err) != 0) {
				o->phase = FAILING;
				return;
			}
			refine_row(o, o->at_row, cells);
			if (clock_mono_us() >= deadline)
				return;
		}
		s = STEP_DONE;
	}
	if (s == STEP_DONE)
		o->phase = SORTING;
}

/* ---- the task ---- */

static void *begin(struct result *r, const struct request *q)
{
	struct ordering *o = MEM_NEW(struct ordering);
	int col = q->order.sort_col, filter = q->order.filter_col;

	o->r = r;
	o->q = q;
	reader_init(&o->reader, r);
	scan_init(&o->scan, r, read_row, o);
	o->rows = r->state.rows;
	o->of = o->rows * (col >= 0 ? 2 : 1);
	if (o->rows > RESULT_MAX_ROWS || col >= (int)r->columns.n || filter >= (int)r->columns.n) {
		o->phase = FAILING;
		err_set(&o->err, ERR_NOT_FOUND,
		        o->rows > RESULT_MAX_ROWS
		                ? "too many rows to sort here: add ORDER BY to the query"
		                : "the result has no such column");
		return o;
	}
	o->kind = col >= 0 ? r->column[col].kind : RESULT_TEXT;
	scan_from(&o->scan, 0, o->rows);
	return o;
}

static void end(void *state)
{
	struct ordering *o = state;

	scan_release(&o->scan);
	reader_release(&o->reader);
	mem_free(o->entry);
	mem_free(o->tail);
	mem_free(o->group);
	mem_free(o->next);
	mem_free(o->where);
	mem_free(o);
}

static enum step publish(struct ordering *o)
{
	struct order *fresh = MEM_NEW(struct order), *old;
	struct result *r = o->r;

	*fresh = (struct order){o->q->generation, 1, o->n + o->n_tail, NULL};
	fresh->row = mem_try_alloc((o->n + o->n_tail + 1) * sizeof *fresh->row);
	if (!fresh->row) {
		order_free(fresh);
		err_set(&o->err, ERR_MEMORY, "no memory to sort: add ORDER BY to the query");
		return STEP_FAILED;
	}
	for (size_t i = 0; i < o->n; i++)
		fresh->row[i] = o->entry[i].row;
	for (size_t i = 0; i < o->n_tail; i++)
		fresh->row[o->n + i] = o->tail[i];
	pthread_mutex_lock(&r->lock);
	old = fresh;
	if (r->progress[RESULT_ORDER].generation == fresh->generation &&
	        r->progress[RESULT_ORDER].phase == RESULT_WORKING) {
		old = r->order;
		r->order = fresh;
	}
	pthread_mutex_unlock(&r->lock);
	order_drop(r, old);
	return STEP_DONE;
}

static enum step read_all(struct ordering *o, int64_t deadline)
{
	enum step s = scan_step(&o->scan, deadline, &o->err);

	if (s == STEP_FAILED || o->phase == FAILING)
		return STEP_FAILED;
	if (s == STEP_MORE)
		return STEP_MORE;
	o->of = o->done + o->n;
	o->phase = SORTING;
	o->scan.fn = refine_row;
	o->group = room(o, NULL, 0, &o->cap_groups, sizeof *o->group);
	if (!o->group)
		return STEP_FAILED;
	o->group[0] = (struct range){0, (uint32_t)o->n};
	o->n_groups = o->n > 0;
	return STEP_MORE;
}

static enum step step(void *state, int64_t deadline_us, struct result_progress *p)
{
	struct ordering *o = state;
	enum step s = STEP_MORE;

	if (o->phase == READING)
		s = read_all(o, deadline_us);
	else if (o->phase == REFINING)
		refine(o, deadline_us);
	else if (o->phase == SORTING && o->n_groups)
		sort_groups(o, deadline_us);
	else if (o->phase == SORTING)
		s = publish(o);
	if (o->phase == FAILING)
		s = STEP_FAILED;
	p->done = o->done;
	p->of = o->of;
	if (s == STEP_FAILED)
		p->err = o->err;
	return s;
}

const struct task_ops order_ops = {begin, step, end};
