/* Reading a result: one row at random, or all of them some at a time. */
#include "job/result_int.h"

#include "base/clock.h"
#include "base/mem.h"

#include <errno.h>
#include <unistd.h>

#include "base/ban.h"

#define BLOCK_BYTES ((size_t)128 << 10)
#define SPAN_BYTES  ((size_t)65 << 20) /* between two marks: 64 KiB and one row of 64 MiB */

int result_pread(struct result *r, char *to, size_t len, int64_t at, size_t *got, struct err *err)
{
	*got = 0;
	while (*got < len) {
		ssize_t n = pread(r->fd, to + *got, len - *got, (off_t)at + (off_t)*got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set_errno(err, ERR_IO, errno, "cannot read the result");
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	return 0;
}

static int shrunk(struct err *err)
{
	return err_set(
	        err, ERR_DATA, "the result on disk changed while it was open: open it again");
}

void reader_init(struct reader *d, struct result *r)
{
	*d = (struct reader){.result = r};
	buf_init(&d->bytes, SPAN_BYTES);
}

void reader_release(struct reader *d)
{
	buf_release(&d->bytes);
	rows_free(d->rows);
}

/* The rows between two marks around `row`. -1 when it is not indexed yet. */
static int span(struct result *r, uint64_t row, struct mark *from, struct mark *to)
{
	size_t low = 0, high;
	int rc = -1;

	pthread_mutex_lock(&r->lock);
	high = r->n_marks;
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (r->mark[mid].row <= row)
			low = mid;
		else
			high = mid;
	}
	if (row < r->state.rows && r->n_marks) {
		*from = r->mark[low];
		*to = low + 1 < r->n_marks ? r->mark[low + 1]
		                           : (struct mark){r->state.rows, r->state.bytes};
		rc = 0;
	}
	pthread_mutex_unlock(&r->lock);
	return rc;
}

struct keep {
	struct rows *rows;
	uint64_t left;
	bool wrong;
};

static int keep_row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct keep *k = arg;

	if (n != rows_columns(k->rows)) {
		k->wrong = true;
		return 1;
	}
	if (rows_append(k->rows, cells, err) != 0)
		return -1;
	return --k->left == 0;
}

static int decode(struct reader *d, struct mark from, struct mark to, struct err *err)
{
	struct keep k = {d->rows, to.row - from.row, false};
	struct csv *csv = csv_new(0);
	int rc;

	csv_inside(csv);
	rc = csv_feed(csv, buf_slice(&d->bytes), keep_row, &k, err);

	if (rc == 0)
		rc = csv_finish(csv, keep_row, &k, err);
	csv_free(csv);
	if (rc < 0)
		return -1;
	return k.left || k.wrong ? shrunk(err) : 0;
}

static int fill(struct reader *d, struct mark from, struct mark to, struct err *err)
{
	size_t got, len = (size_t)(to.at - from.at);
	size_t columns = d->result->columns.n;

	if (!d->rows)
		d->rows = rows_new(columns);
	rows_clear(d->rows);
	buf_clear(&d->bytes);
	if (!buf_reserve(&d->bytes, len ? len : 1))
		return err_set(err, ERR_MEMORY, "no memory for a row of the result");
	if (result_pread(d->result, d->bytes.ptr, len, from.at, &got, err) != 0)
		return -1;
	if (got < len)
		return shrunk(err);
	buf_added(&d->bytes, len);
	if (decode(d, from, to, err) != 0) {
		rows_clear(d->rows);
		return -1;
	}
	d->first = from.row;
	return 0;
}

int reader_row(struct reader *d, uint64_t row, const struct cell **cells, struct err *err)
{
	struct mark from, to;

	if (!d->rows || row < d->first || row - d->first >= rows_count(d->rows)) {
		if (span(d->result, row, &from, &to) != 0)
			return err_set(err, ERR_NOT_FOUND, "the result has no row %llu",
			        (unsigned long long)row + 1);
		if (fill(d, from, to, err) != 0)
			return -1;
	}
	*cells = rows_get(d->rows, (size_t)(row - d->first));
	return 0;
}

/* ---- all rows ---- */

void scan_init(struct scan *s, struct result *r, scan_fn fn, void *arg)
{
	*s = (struct scan){.result = r, .fn = fn, .arg = arg, .block = mem_alloc(BLOCK_BYTES)};
}

void scan_from(struct scan *s, uint64_t from, uint64_t end)
{
	struct mark a = {0, 0}, b;

	csv_free(s->csv);
	s->csv = csv_new(0);
	csv_inside(s->csv);
	if (from < end)
		span(s->result, from, &a, &b);
	s->at = a.at;
	s->row = a.row;
	s->end = end;
}

void scan_release(struct scan *s)
{
	csv_free(s->csv);
	mem_free(s->block);
}

static int scan_row(void *arg, const struct cell *cells, size_t n, struct err *err)
{
	struct scan *s = arg;

	if (n != s->result->columns.n)
		return shrunk(err);
	if (atomic_load_explicit(&s->result->stop, memory_order_relaxed))
		return err_set(err, ERR_CANCELLED, "the result was closed");
	s->fn(s->arg, s->row++, cells);
	return s->row == s->end;
}

enum step scan_step(struct scan *s, int64_t deadline_us, struct err *err)
{
	while (s->row < s->end) {
		size_t got;
		int rc;

		if (result_pread(s->result, s->block, BLOCK_BYTES, s->at, &got, err) != 0)
			return STEP_FAILED;
		s->at += (int64_t)got;
		rc = got ? csv_feed(s->csv, slice_of(s->block, got), scan_row, s, err)
		         : csv_finish(s->csv, scan_row, s, err);
		if (rc < 0 || (rc == 0 && got == 0 && s->row < s->end)) {
			if (rc == 0)
				shrunk(err);
			return STEP_FAILED;
		}
		if (clock_mono_us() >= deadline_us)
			break;
	}
	return s->row < s->end ? STEP_MORE : STEP_DONE;
}
