/* All rows of a result through a recipe. */
#include "job/result_int.h"

#include "base/clock.h"
#include "base/mem.h"

#include "base/ban.h"

/* Rows measured once, for all recipes that differ only in their bounds. */
struct probes {
	atomic_int refs;
	struct recipe *recipe;
	uint64_t n;
	struct probe v[];
};

struct judging {
	struct result *r;
	const struct request *q;
	struct scan scan;
	struct pipeline *pipeline; /* NULL: all rows are measured already */
	struct probes *probes;     /* NULL: too many rows to keep them */
	struct bounds bounds;
	struct judged *j;
	struct err err;
};

static void probes_unref(struct probes *p)
{
	if (!p || atomic_fetch_sub(&p->refs, 1) > 1)
		return;
	recipe_unref(p->recipe);
	mem_free(p);
}

void probes_free(struct result *r)
{
	probes_unref(r->probes);
	r->probes = NULL;
}

void judged_unref(struct judged *j)
{
	if (!j || atomic_fetch_sub(&j->refs, 1) > 1)
		return;
	recipe_unref(j->recipe);
	probes_unref(j->probes);
	mem_free(j);
}

struct judged *result_judge_now(struct result *r)
{
	pthread_mutex_lock(&r->lock);
	struct judged *j = r->judged;
	if (j)
		atomic_fetch_add(&j->refs, 1);
	pthread_mutex_unlock(&r->lock);
	return j;
}

const struct probe *judged_probes(const struct judged *j)
{
	return j->probes ? j->probes->v : NULL;
}

static void judge(struct judging *g, const struct probe *p)
{
	struct verdict v = probe_judge(p, &g->bounds);

	funnel_count(&g->j->funnel, &v);
	g->j->rows++;
}

static void look_at(void *arg, uint64_t row, const struct cell *cells)
{
	struct judging *g = arg;
	struct example ex;
	struct probe p;

	pipeline_probe(g->pipeline, cells, &p, &ex);
	if (g->probes)
		g->probes->v[row] = p;
	judge(g, &p);
}

/* The rows as they were measured for another recipe, or room for them. */
static void find_probes(struct judging *g, size_t rows)
{
	struct result *r = g->r;

	if (r->probes && r->probes->n == rows && bounds_only(r->probes->recipe, g->q->recipe)) {
		g->probes = r->probes;
		atomic_fetch_add(&g->probes->refs, 1);
		return;
	}
	g->pipeline = pipeline_new(g->q->recipe, &r->columns, &g->err);
	if (rows > RESULT_PROBES)
		return;
	g->probes = mem_try_alloc(sizeof *g->probes + rows * sizeof g->probes->v[0]);
	if (!g->probes)
		return;
	atomic_init(&g->probes->refs, 1);
	g->probes->recipe = recipe_ref(g->q->recipe);
	g->probes->n = rows;
}

static void *begin(struct result *r, const struct request *q)
{
	struct judging *g = MEM_NEW(struct judging);
	size_t rows = (size_t)r->state.rows;

	g->r = r;
	g->q = q;
	g->j = MEM_NEW(struct judged);
	atomic_init(&g->j->refs, 1);
	g->j->generation = q->generation;
	g->j->recipe = recipe_ref(q->recipe);
	scan_init(&g->scan, r, look_at, g);
	scan_from(&g->scan, 0, r->state.rows);
	bounds_of(q->recipe, &g->bounds);
	find_probes(g, rows);
	return g;
}

static void end(void *state)
{
	struct judging *g = state;

	scan_release(&g->scan);
	pipeline_free(g->pipeline);
	judged_unref(g->j);
	probes_unref(g->probes);
	mem_free(g);
}

static void publish(struct judging *g)
{
	struct judged *old = g->j;
	struct result *r = g->r;

	if (g->probes && g->pipeline) {
		probes_unref(r->probes);
		r->probes = g->probes;
		atomic_fetch_add(&g->probes->refs, 1);
	}
	g->j->probes = g->probes;
	g->probes = NULL;
	pthread_mutex_lock(&r->lock);
	if (r->progress[RESULT_JUDGE].generation == g->j->generation) {
		old = r->judged;
		r->judged = g->j;
	}
	pthread_mutex_unlock(&r->lock);
	judged_unref(old);
	g->j = NULL;
}

static enum step recount(struct judging *g, int64_t deadline_us)
{
	while (g->j->rows < g->probes->n) {
		judge(g, &g->probes->v[g->j->rows]);
		if (g->j->rows % 4096 == 0 && clock_mono_us() >= deadline_us)
			return STEP_MORE;
	}
	return STEP_DONE;
}

static enum step step(void *state, int64_t deadline_us, struct result_progress *p)
{
	struct judging *g = state;
	enum step s = STEP_FAILED;

	if (g->err.code == 0)
		s = g->pipeline ? scan_step(&g->scan, deadline_us, &g->err)
		                : recount(g, deadline_us);
	p->of = g->r->state.rows;
	p->done = g->j->rows;
	p->err = g->err;
	if (s == STEP_DONE)
		publish(g);
	return s;
}

const struct task_ops judge_ops = {begin, step, end};
