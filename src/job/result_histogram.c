/* How the values of a column are spread. */
#include "job/result_int.h"

#include "base/mem.h"

#include <math.h>

#include "base/ban.h"

enum { EVEN_BINS = 20, MAX_EDGES = HISTOGRAM_MAX_BINS + 1, WIDE = 12 };

void histogram_unref(struct histogram *h)
{
	if (h && atomic_fetch_sub(&h->refs, 1) == 1)
		mem_free(h);
}

struct histogram *result_histogram_now(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	struct histogram *h = r->histogram;
	if (h)
		atomic_fetch_add(&h->refs, 1);
	pthread_mutex_unlock(&r->lock);
	return h;
}

/* ---- from values to bins ---- */

static void swap(double *a, double *b)
{
	double t = *a;

	*a = *b;
	*b = t;
}

/* Afterwards v[k] is what it would be if v were sorted, smaller ones before it (Hoare's Find). */
static double nth(double *v, size_t n, size_t k)
{
	size_t low = 0, high = n - 1;

	while (low < high) {
		double pivot = v[low + (high - low) / 2];
		size_t i = low, j = high;

		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i > j)
				break;
			swap(&v[i++], &v[j]);
			if (j-- == 0)
				break;
		}
		if (j < k || j == (size_t)-1)
			low = i;
		if (k < i)
			high = j == (size_t)-1 ? 0 : j;
	}
	return v[k];
}

static void quantiles(struct histogram *h, double *v, size_t n)
{
	struct {
		double part, *to;
	} q[] = {
	        {0.05, &h->p5}, {0.25, &h->q1}, {0.5, &h->median}, {0.75, &h->q3}, {0.95, &h->p95}};
	size_t done = 0;

	for (size_t i = 0; i < sizeof q / sizeof q[0]; i++) {
		size_t k = (size_t)((double)(n - 1) * q[i].part);

		*q[i].to = nth(v + done, n - done, k - done);
		done = k;
	}
}

/* 1, 2 or 5 times a power of ten, at least x. */
static double round_up(double x)
{
	double unit = pow(10, floor(log10(x)));

	for (int i = 0; i < 3; i++) {
		static const double steps[] = {1, 2, 5};

		if (unit * steps[i] >= x * (1 - 1e-9))
			return unit * steps[i];
	}
	return unit * 10;
}

static size_t even_edges(const struct histogram *h, bool whole, double edge[MAX_EDGES])
{
	double width = round_up((h->max - h->min) / EVEN_BINS), first;
	size_t n = 0;

	if (whole && width < 1)
		width = 1;
	first = floor(h->min / width);
	do {
		edge[n] = (first + (double)n) * width;
	} while (edge[n++] <= h->max && n < MAX_EDGES);
	return n;
}

/* Sizes in steps of 1, 2, 5 (or only 1) from `unit` up: the i-th. */
static double grown(double unit, size_t i, bool coarse)
{
	static const double steps[] = {1, 2, 5};

	return coarse ? unit * pow(10, (double)i) : unit * pow(10, (double)(i / 3)) * steps[i % 3];
}

static size_t uneven_edges(
        const struct histogram *h, double unit, bool coarse, double edge[MAX_EDGES])
{
	size_t down = 0, n = 0;

	if (h->min < 0) {
		while (grown(unit, down, coarse) < -h->min && down < MAX_EDGES)
			down++;
		for (size_t i = down + 1; i-- > 0 && n < MAX_EDGES;)
			edge[n++] = -grown(unit, i, coarse);
	}
	if (h->min < unit && n < MAX_EDGES)
		edge[n++] = 0;
	for (size_t i = 0; n < MAX_EDGES; i++) {
		double x = grown(unit, i, coarse);

		if (grown(unit, i + 1, coarse) <= h->min)
			continue;
		edge[n++] = x;
		if (x > h->max)
			return n;
	}
	return MAX_EDGES + 1; /* does not fit */
}

static size_t edges_of(struct histogram *h, bool whole, double edge[MAX_EDGES])
{
	double size = fmax(fabs(h->min), fabs(h->max)), unit = 1;
	size_t n;

	if (h->max - h->min <= 0 || !isfinite(h->max - h->min)) {
		edge[0] = h->min;
		edge[1] = h->max > h->min ? h->max : h->min + (whole ? 1 : 0);
		return 2;
	}
	h->uneven = h->max - h->min > WIDE * (h->q3 - h->q1) && (!whole || h->max - h->min > 40);
	if (!h->uneven)
		return even_edges(h, whole, edge);
	if (!whole)
		unit = pow(10, floor(log10(size)) - 5);
	n = uneven_edges(h, unit, false, edge);
	if (n > MAX_EDGES)
		n = uneven_edges(h, unit, true, edge);
	if (n > MAX_EDGES) {
		h->uneven = false;
		return even_edges(h, whole, edge);
	}
	return n;
}

static void count(struct histogram *h, const double *v, size_t n, const double *edge)
{
	for (size_t i = 0; i < n; i++) {
		size_t low = 0, high = h->n;

		while (high - low > 1) {
			size_t mid = low + (high - low) / 2;

			if (edge[mid] <= v[i])
				low = mid;
			else
				high = mid;
		}
		h->bin[low].count++;
	}
}

void histogram_of(struct histogram *h, double *v, size_t n)
{
	double edge[MAX_EDGES + 1], sum = 0;
	bool whole = true;

	h->n = 0;
	h->values = n;
	if (n == 0)
		return;
	h->min = h->max = v[0];
	for (size_t i = 0; i < n; i++) {
		h->min = fmin(h->min, v[i]);
		h->max = fmax(h->max, v[i]);
		sum += v[i];
		whole = whole && v[i] == floor(v[i]);
	}
	h->mean = sum / (double)n;
	quantiles(h, v, n);
	h->n = edges_of(h, whole, edge) - 1;
	for (size_t i = 0; i < h->n; i++)
		h->bin[i] = (struct histogram_bin){edge[i], edge[i + 1], 0};
	count(h, v, n, edge);
}

/* ---- the task ---- */

struct measuring {
	struct result *r;
	const struct request *q;
	struct scan scan;
	double *v;
	size_t n;
	uint64_t done;
	struct histogram *h;
	struct err err;
};

/* Characters: bytes that do not go on with one. */
static size_t characters(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
	return n;
}

static void look_at(void *arg, uint64_t row, const struct cell *cells)
{
	struct measuring *m = arg;
	struct slice s = cell_slice(cells[m->h->col]);
	int64_t integer;
	double number;

	(void)row;
	m->done++;
	if (!request_passes(m->q, cells, m->r->columns.n))
		return;
	if (!s.ptr)
		m->h->nulls++;
	else if (m->h->of_length)
		m->v[m->n++] = (double)characters(s);
	else if (result_number(s, &integer, &number) == RESULT_TEXT || !isfinite(number))
		m->h->others++;
	else
		m->v[m->n++] = number;
}

static void *begin(struct result *r, const struct request *q)
{
	struct measuring *m = MEM_NEW(struct measuring);

	m->r = r;
	m->q = q;
	m->h = MEM_NEW(struct histogram);
	atomic_init(&m->h->refs, 1);
	m->h->col = (int)q->col;
	m->h->generation = q->generation;
	scan_init(&m->scan, r, look_at, m);
	scan_from(&m->scan, 0, r->state.rows);
	if (q->col >= r->columns.n || q->order.filter_col >= (int)r->columns.n) {
		err_set(&m->err, ERR_NOT_FOUND, "the result has no such column");
		return m;
	}
	m->h->of_length = r->column[q->col].kind == RESULT_TEXT;
	if (r->state.rows <= RESULT_MAX_ROWS)
		m->v = mem_try_alloc((size_t)(r->state.rows + 1) * sizeof *m->v);
	if (!m->v)
		err_set(&m->err, ERR_MEMORY,
		        "too many rows for a histogram: add LIMIT to the query");
	return m;
}

static void end(void *state)
{
	struct measuring *m = state;

	scan_release(&m->scan);
	histogram_unref(m->h);
	mem_free(m->v);
	mem_free(m);
}

static void publish(struct measuring *m)
{
	struct histogram *old = m->h;
	struct result *r = m->r;

	pthread_mutex_lock(&r->lock);
	if (r->progress[RESULT_HISTOGRAM].generation == m->h->generation) {
		old = r->histogram;
		r->histogram = m->h;
	}
	pthread_mutex_unlock(&r->lock);
	histogram_unref(old);
	m->h = NULL;
}

static enum step step(void *state, int64_t deadline_us, struct result_progress *p)
{
	struct measuring *m = state;
	enum step s = STEP_FAILED;

	if (m->err.code == 0)
		s = scan_step(&m->scan, deadline_us, &m->err);
	p->of = m->r->state.rows;
	p->done = m->done;
	p->err = m->err;
	if (s == STEP_DONE) {
		histogram_of(m->h, m->v, m->n);
		publish(m);
	}
	return s;
}

const struct task_ops histogram_ops = {begin, step, end};
