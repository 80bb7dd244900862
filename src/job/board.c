/* The progress snapshot: newest wins, readers copy. */
#include "job/engine_int.h"

#include "base/clock.h"

#include <string.h>

#include "base/ban.h"

void board_blank(struct job_progress *p)
{
	memset(p, 0, sizeof *p);
	p->result_bytes = -1;
	p->athena.stats = (struct athena_stats){-1, -1, -1, -1, -1, -1, -1, false};
	for (int i = 0; i < STAGE_COUNT; i++)
		p->stage[i] = (struct job_span){-1, -1, 0};
}

void board_init(struct board *b, int wake_fd)
{
	pthread_mutex_init(&b->lock, NULL);
	board_blank(&b->p);
	b->start_ms = clock_mono_ms();
	b->wake_fd = wake_fd;
}

void board_release(struct board *b)
{
	sample_view_unref(b->sample);
	pthread_mutex_destroy(&b->lock);
}

static bool active(const struct job_progress *p)
{
	return p->phase > PHASE_NONE && p->phase < PHASE_DONE;
}

void board_begin(struct board *b, uint64_t job)
{
	pthread_mutex_lock(&b->lock);
	uint64_t generation = b->p.sample_generation;
	board_blank(&b->p);
	b->p.job = job;
	b->p.phase = PHASE_SUBMIT;
	b->p.sample_generation = generation;
	b->start_ms = clock_mono_ms();
	struct sample_view *old = b->sample;
	b->sample = NULL;
	pthread_mutex_unlock(&b->lock);
	sample_view_unref(old);
}

struct job_progress *board_edit(struct board *b, int64_t *now)
{
	pthread_mutex_lock(&b->lock);
	int64_t t = clock_mono_ms() - b->start_ms;
	if (active(&b->p))
		b->p.elapsed_ms = t;
	if (now)
		*now = t;
	return &b->p;
}

void board_done(struct board *b, bool urgent)
{
	int64_t t = clock_mono_ms();
	bool wake = urgent || t - b->woken_ms >= BOARD_WAKE_MS;
	if (wake)
		b->woken_ms = t;
	pthread_mutex_unlock(&b->lock);
	if (wake)
		wake_write(b->wake_fd);
}

void board_copy(struct board *b, struct job_progress *out)
{
	*out = *board_edit(b, NULL);
	pthread_mutex_unlock(&b->lock);
}

void board_set_phase(struct board *b, enum job_phase ph)
{
	board_edit(b, NULL)->phase = ph;
	board_done(b, true);
}

void board_set_sample(struct board *b, struct sample_view *v)
{
	struct job_progress *p = board_edit(b, NULL);
	struct sample_view *old = b->sample;
	b->sample = v;
	p->sample_generation++;
	board_done(b, false);
	sample_view_unref(old);
}

struct sample_view *board_sample(struct board *b)
{
	pthread_mutex_lock(&b->lock);
	struct sample_view *v = b->sample ? sample_view_ref(b->sample) : NULL;
	pthread_mutex_unlock(&b->lock);
	return v;
}

void meter_update(struct meter *m, int64_t now_ms, int64_t bytes)
{
	int64_t dt = now_ms - m->last_ms;
	if (dt < 100) /* shorter pieces say more about the scheduler than about the network */
		return;
	double now = (double)(bytes - m->last_bytes) * 1000.0 / (double)dt;
	double weight = m->rate <= 0 || dt >= 1000 ? 1.0 : (double)dt / 1000.0;
	m->rate += (now - m->rate) * weight;
	m->last_ms = now_ms;
	m->last_bytes = bytes;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* A span of reported length from begin on; never beyond now, since two clocks are compared. */
static void span_known(struct job_span *s, int64_t begin, int64_t ms, bool ended, int64_t now)
{
	s->begin_ms = least(begin, now);
	s->end_ms = ended ? least(begin + ms, now) : -1;
	s->busy_ms = ms;
}

static int64_t or_zero(int64_t ms)
{
	return ms < 0 ? 0 : ms;
}

static void queue_stage(struct job_progress *p, int64_t begin, int64_t now)
{
	struct job_span *s = &p->stage[STAGE_QUEUE];
	bool ended = p->athena.state > ATHENA_QUEUED;
	if (p->athena.stats.queue_ms >= 0) {
		span_known(s, begin, p->athena.stats.queue_ms, ended, now);
	} else if (s->end_ms < 0 || !ended) { /* RUNNING may fall back to QUEUED */
		span_known(s, begin, now - begin, ended, now);
	}
}

void stages_from_athena(struct job_progress *p, int64_t submitted_ms, int64_t now_ms)
{
	const struct athena_stats *st = &p->athena.stats;
	if (p->athena.state == ATHENA_NONE)
		return;
	queue_stage(p, submitted_ms, now_ms);
	int64_t begin = p->stage[STAGE_QUEUE].end_ms;
	if (begin < 0)
		return;
	bool ended = p->athena.state >= ATHENA_SUCCEEDED;
	begin = least(begin + or_zero(st->pre_ms), now_ms);
	struct job_span *eng = &p->stage[STAGE_ENGINE];
	/* Planning is over when the engine's own time has gone beyond it. */
	if (st->planning_ms >= 0)
		span_known(&p->stage[STAGE_PLANNING], begin, st->planning_ms,
		        ended || st->engine_ms > st->planning_ms, now_ms);
	if (st->engine_ms >= 0)
		span_known(eng, begin, st->engine_ms, ended, now_ms);
	else if (eng->end_ms < 0)
		span_known(eng, begin, now_ms - begin, ended, now_ms);
	if (ended && st->service_ms >= 0)
		span_known(&p->stage[STAGE_SERVICE], eng->end_ms, st->service_ms, true, now_ms);
}
