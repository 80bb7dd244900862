#include "recipe/trace.h"

#include "base/mem.h"

#include "base/ban.h"

void trace_clear(struct trace *t)
{
	t->all.n = t->now.n = t->n_runs = t->n_edits = 0;
}

void trace_release(struct trace *t)
{
	mem_free(t->all.v);
	mem_free(t->now.v);
	mem_free(t->run);
	mem_free(t->edit);
	memset(t, 0, sizeof *t);
}

void trace_keep(struct trace *t, int step)
{
	if (t->n_runs == t->cap_runs) {
		t->cap_runs = t->cap_runs ? t->cap_runs * 2 : 32;
		t->run = mem_realloc(t->run, t->cap_runs, sizeof *t->run);
	}
	t->run[t->n_runs++] = (struct trace_run){step, t->all.n, t->now.n};
	for (size_t i = 0; i < t->now.n; i++)
		changes_add(&t->all, t->now.v[i]);
	t->now.n = 0;
}

/* A change seen in one direction: from these bytes to those. */
struct span {
	size_t start, end, to_start, to_end;
};

static struct span span_of(const struct change *c, bool back)
{
	if (back)
		return (struct span){c->out_start, c->out_end, c->start, c->end};
	return (struct span){c->start, c->end, c->out_start, c->out_end};
}

/* Number of changes that begin before p (at or before, with `at`). */
static size_t changes_before(const struct change *v, size_t n, size_t p, bool at, bool back)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = (low + high) / 2, start = span_of(&v[mid], back).start;

		if (start < p || (at && start == p))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/*
 * One border of a range through one run. A border inside a changed part moves out to that part's
 * own border. At a place where something vanished, or came from nothing, a start goes behind it and
 * an end before it, so that a range takes in no more than its own.
 */
static size_t carry(const struct change *v, size_t n, size_t p, bool is_end, bool back)
{
	size_t k = changes_before(v, n, p, !is_end, back);
	struct span s;

	if (k == 0)
		return p;
	s = span_of(&v[k - 1], back);
	if (p < s.end)
		return is_end ? s.to_end : s.to_start;
	return s.to_end + (p - s.end);
}

static void carry_range(const struct trace *t, size_t run, bool back, size_t *start, size_t *end)
{
	const struct change *v = t->all.v + t->run[run].first;
	size_t n = t->run[run].n;

	if (*start == *end) { /* an empty range stays one unless it falls inside a change */
		size_t at = *start;

		*start = carry(v, n, at, true, back);
		*end = *start;
		if (n) {
			size_t k = changes_before(v, n, at, false, back);
			struct span s = k ? span_of(&v[k - 1], back) : (struct span){0, 0, 0, 0};

			if (k && at < s.end) {
				*start = s.to_start;
				*end = s.to_end;
			}
		}
		return;
	}
	*start = carry(v, n, *start, false, back);
	*end = carry(v, n, *end, true, back);
	if (*end < *start)
		*end = *start;
}

static void add_edit(struct trace *t, struct edit e)
{
	if (t->n_edits == t->cap_edits) {
		t->cap_edits = t->cap_edits ? t->cap_edits * 2 : 64;
		t->edit = mem_realloc(t->edit, t->cap_edits, sizeof *t->edit);
	}
	t->edit[t->n_edits++] = e;
}

void trace_edits(struct trace *t)
{
	t->n_edits = 0;
	for (size_t r = 0; r < t->n_runs; r++)
		for (size_t i = 0; i < t->run[r].n; i++) {
			const struct change *c = &t->all.v[t->run[r].first + i];
			struct edit e = {
			        t->run[r].step, c->start, c->end, c->out_start, c->out_end};

			for (size_t k = r; k-- > 0;)
				carry_range(t, k, true, &e.start, &e.end);
			for (size_t k = r + 1; k < t->n_runs; k++)
				carry_range(t, k, false, &e.out_start, &e.out_end);
			add_edit(t, e);
		}
}
