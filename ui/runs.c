/* The runs of this session: which is on display, which works, which waits. */
#include "ui/parts.h"

#include "base/mem.h"

#include "base/ban.h"

void runs_init(struct model *m)
{
	m->runs.none = MEM_NEW(struct run);
	m->run = m->runs.none;
}

void runs_release(struct model *m)
{
	for (size_t i = 0; i < m->runs.n; i++)
		run_free(m->runs.item[i]);
	run_free(m->runs.none);
	memset(&m->runs, 0, sizeof m->runs);
	m->run = NULL;
}

/* Room for one more: the oldest that is over goes, with its rows (they are on disk). */
static void forget_oldest(struct runs *rs)
{
	size_t i = 0;
	while (i + 1 < rs->n && !run_is_over(rs->item[i]))
		i++;
	run_free(rs->item[i]);
	rs->n--;
	memmove(rs->item + i, rs->item + i + 1, (rs->n - i) * sizeof *rs->item);
}

void runs_show(struct model *m, struct run *r)
{
	if (r == m->run)
		return;
	run_forget_result(m->run);
	m->run = r;
	preview_reset(&m->preview);
	if (m->write.state != RUN_LIVE && m->write.state != RUN_ASKED)
		write_forget(&m->write);
	if (r->sample)
		preview_take(m, sample_view_ref(r->sample));
}

void runs_add(struct model *m, struct run *r)
{
	struct runs *rs = &m->runs;
	if (rs->n == RUNS_MAX) {
		run_forget_result(m->run);
		m->run = rs->none; /* the one on display may go */
		forget_oldest(rs);
	}
	rs->item[rs->n++] = r;
	runs_show(m, r);
}

size_t runs_index(const struct model *m)
{
	for (size_t i = 0; i < m->runs.n; i++)
		if (m->runs.item[i] == m->run)
			return i + 1;
	return 0;
}

void runs_step(struct model *m, int by)
{
	size_t at = runs_index(m), to = at + (size_t)by;
	if (m->runs.n < 2 || at == 0)
		model_toast(m, FG_DIM, "There is %s run in this session",
		        m->runs.n ? "only this" : "no");
	else if (to < 1 || to > m->runs.n)
		model_toast(m, FG_DIM, "This is the %s run of %zu", by > 0 ? "newest" : "first",
		        m->runs.n);
	else {
		runs_show(m, m->runs.item[to - 1]);
		model_toast(m, FG_TEXT, "Run %zu of %zu: %s", to, m->runs.n, m->run->name);
	}
}

int64_t runs_cost(const struct model *m)
{
	int64_t sum = m->session_cost;
	for (size_t i = 0; i < m->runs.n && !model_is_local(m); i++)
		if (run_is_live(m->runs.item[i]) && !m->runs.item[i]->p.adopted)
			sum += m->runs.item[i]->p.cost;
	return sum;
}

struct run *model_run_of(struct model *m, uint64_t job)
{
	for (size_t i = 0; i < m->runs.n; i++)
		if (job && m->runs.item[i]->job == job)
			return m->runs.item[i];
	return NULL;
}

struct run *model_live(struct model *m)
{
	struct run *waits = NULL;
	for (size_t i = 0; i < m->runs.n; i++) {
		struct run *r = m->runs.item[i];
		if (run_is_live(r) && !run_is_waiting(r))
			return r;
		if (run_is_live(r) && !waits)
			waits = r;
	}
	return waits;
}

bool model_running(const struct model *m)
{
	for (size_t i = 0; i < m->runs.n; i++)
		if (run_is_live(m->runs.item[i]))
			return true;
	return false;
}
