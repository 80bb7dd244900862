/* All rows of a result through a recipe, and what differs between two recipes. */
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
	enum measure measure;
	struct judged *j;
	double *v;
	size_t n;
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
	mem_free(j->verdict);
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

bool result_judge_part(struct result *r, struct funnel *out)
{
	pthread_mutex_lock(&r->lock);
	bool working = r->progress[RESULT_JUDGE].phase == RESULT_WORKING;
	if (working)
		*out = r->part;
	pthread_mutex_unlock(&r->lock);
	return working;
}

static unsigned char byte_of(const struct verdict *v)
{
	switch (v->kind) {
	case VERDICT_KEPT: return JUDGED_KEPT;
	case VERDICT_GAVE_UP: return JUDGED_GAVE_UP;
	case VERDICT_BAD: return JUDGED_BAD;
	default: return (unsigned char)v->step;
	}
}

const struct probe *judged_probes(const struct judged *j)
{
	return j->probes ? j->probes->v : NULL;
}

static void judge(struct judging *g, uint64_t row, const struct probe *p)
{
	struct verdict v = probe_judge(p, &g->bounds);
	int64_t quantity;

	funnel_count(&g->j->funnel, &v);
	g->j->verdict[row] = byte_of(&v);
	g->j->rows++;
	if (g->v &&
	        (v.kind == VERDICT_KEPT || (v.kind == VERDICT_REJECTED && v.step >= g->j->step)) &&
	        probe_measure(p, g->measure, &quantity))
		g->v[g->n++] = (double)quantity;
}

static void look_at(void *arg, uint64_t row, const struct cell *cells)
{
	struct judging *g = arg;
	struct example ex;
	struct probe p;

	pipeline_probe(g->pipeline, cells, &p, &ex);
	if (g->probes)
		g->probes->v[row] = p;
	judge(g, row, &p);
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
	g->j->step = q->step;
	scan_init(&g->scan, r, look_at, g);
	scan_from(&g->scan, 0, r->state.rows);
	bounds_of(q->recipe, &g->bounds);
	if (rows <= RESULT_MAX_ROWS)
		g->j->verdict = mem_try_alloc(rows + 1);
	if (!g->j->verdict)
		err_set(&g->err, ERR_MEMORY, "too many rows to judge here: add LIMIT to the query");
	else
		find_probes(g, rows);
	g->measure = MEASURE_NONE;
	if (q->step >= 0 && q->step < (int)recipe_steps(q->recipe))
		g->measure = recipe_step(q->recipe, (size_t)q->step)->measure;
	if (g->measure != MEASURE_NONE && g->err.code == 0)
		g->v = mem_try_alloc((rows + 1) * sizeof *g->v);
	pthread_mutex_lock(&r->lock);
	memset(&r->part, 0, sizeof r->part);
	pthread_mutex_unlock(&r->lock);
	return g;
}

static void end(void *state)
{
	struct judging *g = state;

	scan_release(&g->scan);
	pipeline_free(g->pipeline);
	judged_unref(g->j);
	probes_unref(g->probes);
	mem_free(g->v);
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
		judge(g, g->j->rows, &g->probes->v[g->j->rows]);
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
	pthread_mutex_lock(&g->r->lock);
	if (g->r->progress[RESULT_JUDGE].generation == g->j->generation)
		g->r->part = g->j->funnel;
	pthread_mutex_unlock(&g->r->lock);
	if (s == STEP_DONE) {
		histogram_of(&g->j->quantity, g->v, g->n);
		publish(g);
	}
	return s;
}

const struct task_ops judge_ops = {begin, step, end};

/* ---- two judgements ---- */

static uint64_t both_rows(const struct judged *a, const struct judged *b)
{
	return a->rows < b->rows ? a->rows : b->rows;
}

void judged_compare(const struct judged *base, const struct judged *now, struct judged_sides *out)
{
	uint64_t n = both_rows(base, now);

	*out = (struct judged_sides){0};
	for (uint64_t i = 0; i < n; i++) {
		bool was = base->verdict[i] == JUDGED_KEPT, is = now->verdict[i] == JUDGED_KEPT;

		out->gained += is && !was;
		out->lost += was && !is;
	}
}

int64_t judged_next(const struct judged *now, unsigned char verdict, uint64_t from)
{
	const unsigned char *p = NULL;

	if (from < now->rows)
		p = memchr(now->verdict + from, verdict, (size_t)(now->rows - from));
	return p ? p - now->verdict : -1;
}

int64_t judged_next_side(
        const struct judged *base, const struct judged *now, bool gained, uint64_t from)
{
	const struct judged *with = gained ? now : base, *without = gained ? base : now;
	uint64_t n = both_rows(base, now);

	for (uint64_t i = from; i < n; i++)
		if (with->verdict[i] == JUDGED_KEPT && without->verdict[i] != JUDGED_KEPT)
			return (int64_t)i;
	return -1;
}
