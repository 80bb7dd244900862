#include "recipe/probe.h"

#include "base/utf8.h"
#include "recipe/judge.h"

#include "base/ban.h"

static uint32_t count_chars(struct slice s)
{
	return (uint32_t)utf8_count(s);
}

static void measure_score(struct pipeline *p, const struct cell *cells, struct probe *out)
{
	struct cell c;

	out->has_score = SCORE_ABSENT;
	if (p->index[ROLE_SCORE] < 0)
		return;
	c = pipeline_cell(p, cells, ROLE_SCORE);
	out->has_score = number_parse(cell_slice(c), &out->score) ? SCORE_NUMBER : SCORE_BAD;
}

void pipeline_probe(
        struct pipeline *p, const struct cell *cells, struct probe *out, struct example *ex)
{
	size_t steps = p->recipe->plan->n_steps;
	struct verdict v;

	memset(out, 0, sizeof *out);
	p->unbound = true;
	v = pipeline_row(p, cells, ex);
	p->unbound = false;
	out->kind = (uint8_t)v.kind;
	out->changed = v.changed;
	out->step = (int8_t)v.step;
	out->at = (int8_t)(v.step >= 0 ? (size_t)v.step : steps);
	if (v.kind == VERDICT_BAD && p->buf[BUF_REPAIRED].failed) {
		out->at = -1;
		return;
	}
	measure_score(p, cells, out);
	out->raw_chars = count_chars(pipeline_valid(p, ex->original, BUF_REPAIRED));
	if (v.kind == VERDICT_GAVE_UP || (v.step >= 0 && p->recipe->step[v.step].kind == STEP_DROP))
		return;
	out->cleaned = true;
	out->chars = count_chars(ex->cleaned);
	out->words = (uint32_t)words_count(ex->cleaned, UINT32_MAX);
}

bool probe_measure(const struct probe *p, enum measure m, int64_t *value)
{
	switch (m) {
	case MEASURE_SCORE: *value = p->score; return p->has_score == SCORE_NUMBER;
	case MEASURE_RAW_CHARS: *value = p->raw_chars; return p->at >= 0;
	case MEASURE_CHARS: *value = p->chars; return p->cleaned;
	case MEASURE_WORDS: *value = p->words; return p->cleaned;
	default: return false;
	}
}

void bounds_of(const struct recipe *r, struct bounds *out)
{
	out->n = 0;
	for (size_t i = 0; i < r->plan->n_steps; i++) {
		const struct recipe_step *s = &r->step[i];

		if (s->active && s->measure != MEASURE_NONE)
			out->v[out->n++] = (struct bound){
			        (int)i, s->measure, s->upper, s->kind == STEP_KEEP, s->value};
	}
}

/* Also when the score that it needs is no number: *kind says which. */
static bool bound_stops(const struct bound *x, const struct probe *p, enum verdict_kind *kind)
{
	int64_t value;

	*kind = VERDICT_REJECTED;
	if (probe_measure(p, x->measure, &value))
		return x->upper ? value > x->value : value < x->value;
	*kind = VERDICT_BAD;
	return x->measure == MEASURE_SCORE && p->has_score == SCORE_BAD;
}

struct verdict probe_judge(const struct probe *p, const struct bounds *b)
{
	for (size_t i = 0; i < b->n && b->v[i].step < p->at; i++) {
		const struct bound *x = &b->v[i];
		enum verdict_kind kind;

		if (bound_stops(x, p, &kind))
			return (struct verdict){kind, x->step, NULL, x->cleaned ? p->changed : 0};
	}
	return (struct verdict){(enum verdict_kind)p->kind, p->step, NULL, p->changed};
}

/* The canonical text with every bound at 0 and on. */
static void blurred(const struct recipe *r, struct buf *out)
{
	struct tweak t = TWEAK_NONE;

	t.blur = true;
	buf_init(out, BUF_NO_LIMIT);
	plan_write(r->plan, r->step, &t, out);
}

bool bounds_only(const struct recipe *a, const struct recipe *b)
{
	struct buf x, y;
	bool same;

	blurred(a, &x);
	blurred(b, &y);
	same = slice_eq(buf_slice(&x), buf_slice(&y));
	buf_release(&x);
	buf_release(&y);
	return same;
}
