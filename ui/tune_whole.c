/* Tuning over all rows of a result: its worker measures them, slices here count them. */
#include "ui/tuner.h"

#include "ui/parts.h"

#include "base/ban.h"

#define SLICE 50000 /* rows counted between keys: about a millisecond */

void tune_whole_reset(struct tune_whole *w)
{
	judged_unref(w->now);
	judged_unref(w->base);
	memset(w, 0, sizeof *w);
}

static bool holds(const struct judged *j, const struct recipe *r)
{
	return j && judged_probes(j) && bounds_only(j->recipe, r);
}

static void take(struct judged **slot, struct judged *j)
{
	judged_unref(*slot);
	*slot = j;
}

static void share(struct judged **slot, struct judged *j)
{
	atomic_fetch_add(&j->refs, 1);
	take(slot, j);
}

static void give_up(struct model *m, const char *why)
{
	struct tune *t = m->tune;
	tune_whole_reset(&t->whole);
	t->whole.result = m->run->result;
	t->whole.opened = m->run->result_opened;
	t->stale = true;
	model_toast(m, FG_WARN, "Back to the sample: %s", why);
}

/* The answer of the worker, when it is there. */
static void collect(struct model *m, struct tune_whole *w)
{
	struct result_progress p;
	result_progress(m->run->result, RESULT_JUDGE, &p);
	if (p.generation != w->asked) /* somebody else asked: ask again */
		w->asked = 0;
	else if (p.phase == RESULT_FAILED)
		give_up(m, p.err.text);
	else if (p.phase == RESULT_DONE) {
		struct judged *j = result_judge_now(m->run->result);
		w->asked = 0;
		if (j && !judged_probes(j)) {
			judged_unref(j);
			give_up(m, "there are too many rows to measure all");
		} else if (j)
			take(w->asked_base ? &w->base : &w->now, j);
	} else if (p.phase == RESULT_IDLE)
		w->asked = 0;
}

static void ask(struct model *m, struct tune_whole *w, const struct recipe *r, bool base)
{
	w->asked = result_judge(m->run->result, r);
	w->asked_base = base;
}

/* Both recipes' measures are at hand; else one is asked for. */
static bool at_hand(struct model *m, struct tune *t)
{
	struct tune_whole *w = &t->whole;
	const struct recipe *now = tuner_recipe(t), *accepted = t->d->accepted;
	if (w->checked)
		return true;
	if (!holds(w->base, accepted)) {
		if (holds(w->now, accepted))
			share(&w->base, w->now);
		else
			ask(m, w, accepted, true);
	}
	if (!w->asked && !holds(w->now, now)) {
		if (holds(w->base, now))
			share(&w->now, w->base);
		else
			ask(m, w, now, false);
	}
	w->checked = !w->asked;
	if (w->checked && (!w->extremes.v || w->extremes.v != judged_probes(w->now))) {
		w->extremes =
		        (struct tune_set){.v = (struct probe *)(uintptr_t)judged_probes(w->now)};
		w->extremes.n = w->now->rows;
		for (int i = 0; i < MEASURE_COUNT; i++)
			w->extremes.min[i] = 1;
	}
	return w->checked;
}

static bool look_for_extremes(struct tune_set *s)
{
	for (int i = 0; i < SLICE && s->done < s->n; i++)
		tune_set_note(s, &s->v[s->done++]);
	return s->done < s->n;
}

static void begin_tally(struct tune *t)
{
	struct tune_whole *w = &t->whole;
	const struct recipe *r = tuner_recipe(t);
	enum measure q = recipe_step(r, tuner_step(t))->measure;
	struct tune_axis axis = {0};
	if (q != MEASURE_NONE)
		tune_axis_make(&axis, q, w->extremes.min[q], w->extremes.max[q], t->columns);
	tune_tally_start(&w->tally, r, t->d->accepted, (int)tuner_step(t), &axis, t->next);
	w->tally.now_probes = judged_probes(w->now);
	w->tally.base_probes = judged_probes(w->base);
	w->tally.n = w->now->rows < w->base->rows ? w->now->rows : w->base->rows;
	w->tallying = true;
	t->stale = false;
}

bool tune_whole_work(struct model *m)
{
	struct tune *t = m->tune;
	struct tune_whole *w = &t->whole;
	if (!run_result(m))
		give_up(m, m->run->result_err.text);
	else if (w->asked)
		collect(m, w);
	if (!w->on)
		return true;
	if (w->asked || !at_hand(m, t))
		return false;
	if (look_for_extremes(&w->extremes))
		return true;
	if (t->stale)
		begin_tally(t);
	if (w->tallying && !tune_tally_run(&w->tally, SLICE)) {
		struct tune_counts *shown = t->counts;
		w->tallying = false;
		t->counts = t->next;
		t->next = shown;
		t->axis = w->tally.axis;
	}
	return w->tallying;
}
