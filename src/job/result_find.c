/* Searching a result: one pass marks the rows that hold the word, the rest is counting bits. */
#include "job/result_int.h"

#include "base/mem.h"

#include "base/ban.h"

/* Rows that hold the last word. Kept between requests: `n` and `N` read nothing. */
struct matches {
	struct result *r;
	char *word;
	size_t len;
	int col;
	uint64_t rows, begin; /* the pass begins at a mark, and comes round */
	bool wrapped, complete;
	uint64_t count;
	uint64_t *bits;
	struct scan scan;
};

struct finding {
	struct result *r;
	const struct request *q;
	struct matches *m;
	struct order *order;
	bool told;
	struct err err;
};

void matches_free(struct matches *m)
{
	if (!m)
		return;
	scan_release(&m->scan);
	mem_free(m->word);
	mem_free(m->bits);
	mem_free(m);
}

static void look_at(void *arg, uint64_t row, const struct cell *cells)
{
	struct matches *m = arg;
	struct slice word = slice_of(m->word, m->len);
	size_t from = m->col < 0 ? 0 : (size_t)m->col;
	size_t to = m->col < 0 ? m->r->columns.n : from + 1;

	for (size_t i = from; i < to; i++)
		if (slice_find_nocase(cell_slice(cells[i]), word) >= 0) {
			m->bits[row / 64] |= (uint64_t)1 << row % 64;
			m->count++;
			return;
		}
}

static struct matches *matches_new(struct result *r, const struct request *q)
{
	struct matches *m = MEM_NEW(struct matches);

	m->r = r;
	m->word = mem_strndup(q->text, q->len);
	m->len = q->len;
	m->col = q->find.col;
	m->rows = r->state.rows;
	scan_init(&m->scan, r, look_at, m);
	m->bits = mem_try_alloc((size_t)(m->rows / 64 + 1) * sizeof *m->bits);
	if (m->bits)
		memset(m->bits, 0, (size_t)(m->rows / 64 + 1) * sizeof *m->bits);
	scan_from(&m->scan, q->find.from < m->rows ? q->find.from : 0, m->rows);
	m->begin = m->scan.row;
	return m;
}

static bool same(const struct matches *m, const struct request *q)
{
	return m->col == q->find.col &&
	       slice_eq_nocase(slice_of(m->word, m->len), slice_of(q->text, q->len));
}

static void *begin(struct result *r, const struct request *q)
{
	struct finding *f = MEM_NEW(struct finding);

	f->r = r;
	f->q = q;
	f->order = order_take(r);
	if (r->matches && !same(r->matches, q)) {
		matches_free(r->matches);
		r->matches = NULL;
	}
	if (!r->matches)
		r->matches = matches_new(r, q);
	f->m = r->matches;
	return f;
}

static void end(void *state)
{
	struct finding *f = state;

	order_drop(f->r, f->order);
	mem_free(f);
}

static bool holds(const struct matches *m, uint64_t row)
{
	return m->bits[row / 64] >> row % 64 & 1;
}

/* The first row in [from, to) that holds the word, or `to`. */
static uint64_t first_in(const struct matches *m, uint64_t from, uint64_t to)
{
	while (from < to && !holds(m, from)) {
		if (from % 64 == 0 && m->bits[from / 64] == 0)
			from += 64;
		else
			from++;
	}
	return from < to ? from : to;
}

/* The pass comes by in the order in which the rows are shown: the first that it found is the one.
 */
static bool early(const struct finding *f, struct result_found *out)
{
	const struct matches *m = f->m;
	uint64_t from = f->q->find.from, at;

	if (f->order || f->q->find.direction < 0 || from < m->begin)
		return false;
	at = first_in(m, from, m->wrapped ? m->rows : m->scan.row);
	if (m->wrapped && at == m->rows) {
		at = first_in(m, 0, m->scan.row);
		out->found = at < m->scan.row;
	} else {
		out->found = at < (m->wrapped ? m->rows : m->scan.row);
	}
	out->row = out->position = at;
	return out->found;
}

static void search(const struct finding *f, struct result_found *out)
{
	uint64_t n = f->order ? f->order->n : f->m->rows, at = f->q->find.from;
	bool back = f->q->find.direction < 0;

	if (at >= n)
		at = back && n ? n - 1 : 0;
	for (uint64_t i = 0; i < n && f->m->count; i++) {
		uint64_t row = f->order ? f->order->row[at] : at;

		if (holds(f->m, row)) {
			out->found = true;
			out->position = at;
			out->row = row;
			return;
		}
		at = back ? (at ? at : n) - 1 : at + 1 < n ? at + 1 : 0;
	}
}

static void publish(struct finding *f)
{
	struct result_found out = {
	        .generation = f->q->generation, .matches = f->m->count, .counted = f->m->complete};
	struct result *r = f->r;
	bool keep = f->told && !f->m->complete;

	if (!keep && f->m->complete)
		search(f, &out);
	else if (!keep)
		f->told = early(f, &out);
	pthread_mutex_lock(&r->lock);
	if (keep) {
		r->found.matches = out.matches;
	} else if (f->told || f->m->complete) {
		if (r->progress[RESULT_FIND].generation == out.generation)
			r->found = out;
	}
	pthread_mutex_unlock(&r->lock);
}

static enum step step(void *state, int64_t deadline_us, struct result_progress *p)
{
	struct finding *f = state;
	struct matches *m = f->m;
	enum step s = m->complete ? STEP_DONE : STEP_FAILED;
	bool told = f->told;

	if (!m->bits)
		err_set(&p->err, ERR_MEMORY, "no memory to search the result");
	else if (!m->complete)
		s = scan_step(&m->scan, deadline_us, &p->err);
	if (s == STEP_FAILED) {
		f->r->matches = NULL;
		matches_free(m);
		return s;
	}
	if (s == STEP_DONE && !m->wrapped) {
		m->wrapped = true;
		m->complete = m->begin == 0;
		scan_from(&m->scan, 0, m->begin);
	} else if (s == STEP_DONE) {
		m->complete = true;
	}
	p->of = m->rows;
	p->done = m->complete  ? m->rows
	          : m->wrapped ? m->rows - m->begin + m->scan.row
	                       : m->scan.row - m->begin;
	publish(f);
	if (f->told && !told)
		result_changed(f->r);
	return m->complete ? STEP_DONE : STEP_MORE;
}

const struct task_ops find_ops = {begin, step, end};

void result_found(struct result *r, struct result_found *out)
{
	pthread_mutex_lock(&r->lock);
	*out = r->found;
	pthread_mutex_unlock(&r->lock);
}
