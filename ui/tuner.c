#include "ui/tuner.h"

#include "base/mem.h"
#include "ui/parts.h"

#include <stdio.h>

#include "base/ban.h"

struct tune *tune_new(void)
{
	struct tune *t = MEM_NEW(struct tune);
	t->counts = MEM_NEW(struct tune_counts);
	t->next = MEM_NEW(struct tune_counts);
	t->columns = 40;
	return t;
}

static void set_release(struct tune_set *s)
{
	pipeline_free(s->pipeline);
	recipe_unref(s->recipe);
	mem_free(s->v);
	memset(s, 0, sizeof *s);
}

static void forget_sets(struct tune *t)
{
	for (int i = 0; i < TUNE_SETS; i++)
		set_release(&t->set[i]);
	t->now = t->base = NULL;
	t->stale = true;
	memset(t->counts, 0, sizeof *t->counts);
}

static void draft_release(struct tune_draft *d)
{
	recipe_unref(d->original);
	recipe_unref(d->accepted);
	tune_past_clear(&d->past);
	memset(d, 0, sizeof *d);
}

void tune_free(struct tune *t)
{
	if (!t)
		return;
	forget_sets(t);
	for (int i = 0; i < RUNS_MAX; i++)
		draft_release(&t->draft[i]);
	sample_view_unref(t->view);
	mem_free(t->saving);
	tune_whole_reset(&t->whole);
	mem_free(t->counts);
	mem_free(t->next);
	mem_free(t);
}

struct recipe *tuner_recipe(const struct tune *t)
{
	return t->d ? tune_past_now(&t->d->past) : NULL;
}

size_t tuner_step(const struct tune *t)
{
	return (size_t)t->list.at;
}

void tuner_at(struct tune *t, size_t step)
{
	t->list.at = (int)step;
	snprintf(t->under, sizeof t->under, "%s", recipe_step(tuner_recipe(t), step)->name);
}

bool tuner_changed(const struct tune *t)
{
	return t->d && strcmp(recipe_text(tuner_recipe(t)), recipe_text(t->d->accepted)) != 0;
}

/* ---- the rows at hand ---- */

/* The set whose probes hold for r; made when there is none. */
static struct tune_set *set_for(struct tune *t, const struct recipe *r, const struct tune_set *keep)
{
	struct tune_set *s = NULL;
	for (int i = 0; i < TUNE_SETS; i++) {
		struct tune_set *x = &t->set[i];
		if (x->recipe && bounds_only(x->recipe, r)) {
			x->used = ++t->clock;
			return x;
		}
		if (x != keep && (!s || x->used < s->used))
			s = x;
	}
	set_release(s);
	s->recipe = recipe_ref(r);
	s->used = ++t->clock;
	s->n = sample_view_count(t->view);
	s->v = mem_calloc(s->n + 1, sizeof *s->v);
	for (int i = 0; i < MEASURE_COUNT; i++)
		s->min[i] = 1; /* above max: none yet */
	s->pipeline = pipeline_new(r, sample_view_columns(t->view), &s->err);
	return s;
}

static void choose_sets(struct tune *t)
{
	t->stale = true;
	t->now = t->base = NULL;
	t->whole.checked = t->whole.tallying = false;
	if (!t->d || !t->view)
		return;
	t->now = set_for(t, tuner_recipe(t), NULL);
	t->base = set_for(t, t->d->accepted, t->now);
}

static void take_view(struct tune *t, struct sample_view *v)
{
	forget_sets(t);
	sample_view_unref(t->view);
	t->view = v ? sample_view_ref(v) : NULL;
}

static struct tune_draft *draft_of(struct tune *t, const struct run *r)
{
	struct tune_draft *d = NULL;
	for (int i = 0; i < RUNS_MAX; i++) {
		struct tune_draft *x = &t->draft[i];
		if (x->run == r && x->begun_ms == r->begun_ms && x->accepted)
			return x;
		if (!d || !x->accepted || (d->accepted && x->begun_ms < d->begun_ms))
			d = x;
	}
	draft_release(d);
	d->run = r;
	d->begun_ms = r->begun_ms;
	return d;
}

/* The run's recipe was chosen elsewhere: at first, by :recipe, or by a switch in the preview. */
static void follow_recipe(struct tune_draft *d, struct recipe *chosen)
{
	bool other = !d->accepted || strcmp(recipe_name(d->accepted), recipe_name(chosen)) != 0;
	struct recipe *now = tune_past_now(&d->past);
	if (other) {
		recipe_unref(d->original);
		d->original = recipe_ref(chosen);
	}
	recipe_unref(d->accepted);
	d->accepted = recipe_ref(chosen);
	if (!now || strcmp(recipe_text(now), recipe_text(chosen)) != 0)
		tune_past_push(&d->past, recipe_ref(chosen));
}

void tuner_sync(struct model *m)
{
	struct tune *t = m->tune;
	struct tune_draft *d = m->run->chosen ? draft_of(t, m->run) : NULL;
	bool other = d != t->d || (d && d->accepted != m->run->chosen);
	if (d != t->d || t->whole.result != m->run->result ||
	        t->whole.opened != m->run->result_opened) {
		bool on = t->whole.on && d == t->d;
		tune_whole_reset(&t->whole);
		t->whole.on = on;
		t->whole.result = m->run->result;
		t->whole.opened = m->run->result_opened;
	}
	t->d = d;
	if (d && d->accepted != m->run->chosen) {
		if (!d->accepted || recipe_steps(d->accepted) != recipe_steps(m->run->chosen))
			memset(t->counts, 0, sizeof *t->counts); /* of other steps */
		follow_recipe(d, m->run->chosen);
	}
	if (t->view != m->run->sample) {
		take_view(t, m->run->sample);
		other = true;
	}
	if (other || (t->d && t->view && !t->now))
		choose_sets(t);
	if (t->d)
		table_fit(&t->list, (int)recipe_steps(tuner_recipe(t)), t->list.page);
}

bool tuner_pending(struct model *m)
{
	tuner_sync(m);
	return tuner_changed(m->tune);
}

/* Rows that both recipes have measured. */
static size_t measured(const struct tune *t)
{
	return t->now->done < t->base->done ? t->now->done : t->base->done;
}

static void count(struct tune *t)
{
	const struct recipe *r = tuner_recipe(t);
	size_t step = tuner_step(t);
	enum measure q = recipe_step(r, step)->measure;
	struct tune_tally tally;
	if (q != MEASURE_NONE)
		tune_axis_make(&t->axis, q, t->now->min[q], t->now->max[q], t->columns);
	tune_tally_start(&tally, r, t->d->accepted, (int)step, &t->axis, t->counts);
	tally.now_probes = t->now->v;
	tally.base_probes = t->base->v;
	tally.n = measured(t);
	tune_tally_run(&tally, tally.n);
	t->stale = false;
}

static int probe_rows(struct tune *t, struct tune_set *s, int rows)
{
	for (; rows > 0 && s->pipeline && s->done < s->n; rows--) {
		struct example ex;
		uint64_t number;
		struct probe *p = &s->v[s->done];
		pipeline_probe(s->pipeline, sample_view_row(t->view, s->done, &number), p, &ex);
		tune_set_note(s, p);
		s->done++;
		t->stale = true;
	}
	return rows;
}

/* The counts of before stay until all rows are measured anew; without any, some are better. */
bool tuner_work(struct model *m, int rows)
{
	struct tune *t = m->tune;
	if (!t->now || !t->now->pipeline || !t->base || !t->base->pipeline)
		return false;
	snprintf(
	        t->under, sizeof t->under, "%s", recipe_step(tuner_recipe(t), tuner_step(t))->name);
	if (t->whole.on)
		return tune_whole_work(m);
	rows = probe_rows(t, t->now, rows);
	probe_rows(t, t->base, rows);
	bool more = measured(t) < t->now->n;
	if (t->stale && (!more || t->counts->rows < t->now->n))
		count(t);
	return more;
}

void tuner_state(struct model *m, struct tune_state *out)
{
	struct tune *t = m->tune;
	*out = (struct tune_state){.rows = t->now->n, .counted = measured(t), .err = &t->now->err};
	out->whole = t->whole.on;
	out->all = m->run->p.rows <= t->now->n && run_is_over(m->run);
	if (!t->whole.on)
		return;
	out->rows = m->run->p.rows;
	out->counted = t->whole.tallying ? t->whole.tally.at : t->stale ? 0 : t->counts->rows;
	if (t->whole.asked) {
		struct result_progress p;
		result_progress(m->run->result, RESULT_JUDGE, &p);
		out->counted = p.done;
	}
}

void tuner_switch(struct model *m)
{
	struct tune *t = m->tune;
	struct tune_state s;
	tuner_state(m, &s);
	if (!t->whole.on && s.all) {
		model_toast(m, FG_DIM, "These are all rows of the result");
		return;
	}
	if (!t->whole.on && !run_has_rows(m->run)) {
		model_toast(m, FG_DIM, "All rows can be counted when the run is done");
		return;
	}
	if (!t->whole.on && !run_result(m)) {
		model_toast(m, FG_BAD, "%s", m->run->result_err.text);
		return;
	}
	t->whole.on = !t->whole.on;
	t->whole.result = m->run->result;
	t->whole.opened = m->run->result_opened;
	t->whole.checked = t->whole.tallying = false;
	t->stale = true;
	memset(t->counts, 0, sizeof *t->counts);
	t->sides = (struct table){0};
	tuner_work(m, 0);
}

const struct cell *tuner_cells(struct model *m, uint64_t row, uint64_t *number)
{
	struct tune *t = m->tune;
	const struct cell *cells = NULL;
	if (!t->whole.on)
		return sample_view_row(t->view, row, number);
	*number = row;
	if (!m->run->result || result_row(m->run->result, row, &cells, NULL) != 0)
		return NULL;
	return cells;
}

void tuner_moved(struct model *m)
{
	struct tune *t = m->tune;
	const struct recipe *r = tuner_recipe(t);
	ptrdiff_t at = recipe_find(r, t->under);
	if (at >= 0)
		t->list.at = (int)at;
	table_fit(&t->list, (int)recipe_steps(r), t->list.page);
	choose_sets(t);
	tuner_work(m, TUNE_AT_ONCE);
}

size_t tuner_n_rows(const struct tune *t)
{
	return t->counts->n_sides ? t->counts->n_sides : t->counts->n_taken;
}

uint64_t tuner_row(const struct tune *t, size_t i)
{
	return t->counts->n_sides ? t->counts->side[i].row : t->counts->taken[i];
}
