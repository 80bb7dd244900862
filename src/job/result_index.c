/* The first pass over a result: where rows begin, and what columns hold. */
#include "job/result_int.h"

#include "base/clock.h"
#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

#include "base/ban.h"

enum { MARK_ROWS = 16, MARK_NEAR = 4096, MARK_FAR = 65536 };
#define BLOCK_BYTES ((size_t)256 << 10)

struct indexer {
	struct result *r;
	struct csv *csv;
	char *block;
	int64_t at;
	/* Not published yet. */
	uint64_t rows;
	struct mark last;
	struct mark *mark;
	size_t n, cap;
	struct result_column *column;
};

static void *begin(struct result *r, const struct request *q)
{
	struct indexer *x = MEM_NEW(struct indexer);

	(void)q;
	x->r = r;
	x->csv = csv_new(0);
	x->block = mem_alloc(BLOCK_BYTES);
	return x;
}

static void end(void *state)
{
	struct indexer *x = state;

	csv_free(x->csv);
	mem_free(x->block);
	mem_free(x->mark);
	mem_free(x->column);
	mem_free(x);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A decimal number of at most 40 characters, by strtod: LC_NUMERIC is always "C". */
static bool decimal(struct slice s, double *number)
{
	static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
	char tmp[41], *stop;

	for (int i = 0; i < 3; i++)
		if (slice_eq_str(s, words[i])) {
			*number = i == 0 ? NAN : i == 1 ? INFINITY : -INFINITY;
			return true;
		}
	if (s.len == 0 || s.len >= sizeof tmp)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!is_digit(c) && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E')
			return false;
		tmp[i] = c;
	}
	tmp[s.len] = '\0';
	*number = strtod(tmp, &stop);
	return *stop == '\0' && stop != tmp;
}

enum result_kind result_number(struct slice s, int64_t *integer, double *number)
{
	bool minus = s.len && s.ptr[0] == '-';
	size_t i = minus;
	uint64_t v = 0;

	while (i < s.len && i < 18 && is_digit(s.ptr[i]))
		v = v * 10 + (uint64_t)(s.ptr[i++] - '0');
	if (i == s.len && i > minus) {
		*integer = minus ? -(int64_t)v : (int64_t)v;
		*number = (double)*integer;
		return RESULT_INTEGER;
	}
	if (i == s.len)
		return RESULT_TEXT;
	*integer = 0;
	return decimal(s, number) ? RESULT_NUMBER : RESULT_TEXT;
}

static void look_at(struct result_column *c, struct cell v)
{
	enum result_kind kind;
	int64_t integer;
	double number;

	if (!v.ptr) {
		c->nulls++;
		return;
	}
	if (v.len == 0) {
		c->empty++;
		return;
	}
	if (v.len > c->longest)
		c->longest = v.len;
	if (c->kind == RESULT_TEXT)
		return;
	kind = result_number(cell_slice(v), &integer, &number);
	if (kind > c->kind)
		c->kind = kind;
}

static void publish_names(struct indexer *x, const struct cell *cells, size_t n)
{
	struct result *r = x->r;

	x->column = mem_calloc(n, sizeof *x->column);
	pthread_mutex_lock(&r->lock);
	for (size_t i = 0; i < n; i++)
		columns_add(&r->columns, cell_slice(cells[i]), slice_str(""));
	r->column = mem_calloc(n, sizeof *r->column);
	r->named = true;
	pthread_mutex_unlock(&r->lock);
}

static void add_mark(struct indexer *x, struct mark m)
{
	if (x->n == x->cap) {
		x->cap = x->cap ? x->cap * 2 : 64;
		x->mark = mem_realloc(x->mark, x->cap, sizeof *x->mark);
	}
	x->mark[x->n++] = x->last = m;
}

static int row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct indexer *x = arg;
	int64_t at = (int64_t)csv_bytes(x->csv);

	(void)err;
	if (csv_rows(x->csv) == 0) {
		publish_names(x, cells, n);
		return 0;
	}
	if (x->rows == 0 || (x->rows - x->last.row >= MARK_ROWS && at - x->last.at >= MARK_NEAR) ||
	        at - x->last.at >= MARK_FAR)
		add_mark(x, (struct mark){x->rows, at});
	x->rows++;
	for (size_t i = 0; i < n; i++)
		look_at(&x->column[i], cells[i]);
	return 0;
}

static void publish(struct indexer *x, bool last, const struct err *err)
{
	struct result *r = x->r;

	pthread_mutex_lock(&r->lock);
	if (r->n_marks + x->n > r->cap_marks) {
		r->cap_marks = (r->n_marks + x->n) * 2;
		r->mark = mem_realloc(r->mark, r->cap_marks, sizeof *r->mark);
	}
	if (x->n)
		memcpy(r->mark + r->n_marks, x->mark, x->n * sizeof *x->mark);
	r->n_marks += x->n;
	x->n = 0;
	if (r->named && r->columns.n)
		memcpy(r->column, x->column, r->columns.n * sizeof *x->column);
	r->state.rows = x->rows;
	r->state.bytes = (int64_t)csv_bytes(x->csv);
	r->state.complete = last;
	if (err)
		r->state.err = *err;
	r->state.changes++;
	pthread_mutex_unlock(&r->lock);
}

static enum step step(void *state, int64_t deadline_us, struct result_progress *p)
{
	struct indexer *x = state;
	struct err err = ERR_INIT;
	size_t got;
	int rc;

	(void)p;
	do {
		rc = result_pread(x->r, x->block, BLOCK_BYTES, x->at, &got, &err);
		x->at += (int64_t)got;
		if (rc == 0 && got)
			rc = csv_feed(x->csv, slice_of(x->block, got), row, x, &err);
		else if (rc == 0)
			rc = csv_finish(x->csv, row, x, &err);
		if (rc == 0 && got == 0 && csv_rows(x->csv) == 0)
			rc = err_set(&err, ERR_DATA, "the result is empty: not even column names");
	} while (rc == 0 && got && clock_mono_us() < deadline_us);
	publish(x, rc != 0 || got == 0, rc != 0 ? &err : NULL);
	return rc != 0 ? STEP_FAILED : got == 0 ? STEP_DONE : STEP_MORE;
}

const struct task_ops index_ops = {begin, step, end};
