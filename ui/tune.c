#include "ui/tune.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

#include "base/ban.h"

/* ---- the axis ---- */

static double bent(const struct tune_axis *x, double v)
{
	double b = log1p(fabs(v) / x->unit);

	return v < 0 ? -b : b;
}

static double straight(const struct tune_axis *x, double b)
{
	double v = expm1(fabs(b)) * x->unit;

	return b < 0 ? -v : v;
}

void tune_axis_make(struct tune_axis *x, enum measure m, int64_t min, int64_t max, int columns)
{
	static const double units[] = {2, 20, 20, 4};

	x->measure = m;
	x->unit = m < MEASURE_COUNT ? units[m] : 1;
	x->columns = columns > TUNE_BINS ? TUNE_BINS : columns < 1 ? 1 : columns;
	if (m != MEASURE_SCORE)
		min = 0;
	if (max <= min)
		max = min + 1;
	x->low = bent(x, (double)min);
	x->high = bent(x, (double)max);
}

static double position(const struct tune_axis *x, double value)
{
	return (bent(x, value) - x->low) / (x->high - x->low) * x->columns;
}

int tune_axis_column(const struct tune_axis *x, int64_t value)
{
	double at = position(x, (double)value);

	if (at < 0)
		return -1;
	/* the largest value belongs to the last column */
	if (at >= x->columns)
		return bent(x, (double)value) > x->high ? x->columns : x->columns - 1;
	return (int)at;
}

static double edge(const struct tune_axis *x, int column)
{
	return straight(x, x->low + (x->high - x->low) * column / x->columns);
}

int64_t tune_axis_value(const struct tune_axis *x, int column)
{
	double from = edge(x, column), to = edge(x, column + 1);
	double size = fmax(fabs(from), fabs(to));
	double grain = pow(10, floor(log10(fmax(size, 1))));

	if (column <= 0)
		return (int64_t)ceil(edge(x, 0));
	/* the roundest number in [from, to) */
	for (; grain >= 1; grain /= 10)
		for (int part = 1; part <= 5; part = part == 1 ? 2 : part + 3) {
			double g = grain / part, v = ceil(from / g) * g;

			if (g >= 1 && v < to && v == floor(v))
				return (int64_t)v;
		}
	return (int64_t)ceil(from);
}

/* 1, 2 or 5 times a power of ten, not above v; at least 1. */
static int64_t nice(double v)
{
	int64_t g = 1;

	while (g < INT64_MAX / 20 && (double)g * 10 <= v)
		g *= 10;
	return (double)g * 5 <= v ? g * 5 : (double)g * 2 <= v ? g * 2 : g;
}

int64_t tune_turn(int64_t value, enum measure m, int by)
{
	const int64_t limit = (int64_t)1 << 62;
	double size = fabs((double)value);
	int64_t grain = nice(abs(by) > 1 ? fmax(size / 4, 5) : size / 20);
	int64_t v, rest;

	value = value > limit ? limit : value < -limit ? -limit : value;
	v = by > 0 ? value + grain : value - grain;
	rest = v % grain; /* on to a multiple, so that a turn back comes where it was */
	if (rest && by > 0)
		v -= rest < 0 ? rest + grain : rest;
	else if (rest)
		v += rest < 0 ? -rest : grain - rest;
	return m != MEASURE_SCORE && v < 0 ? 0 : v;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

int64_t tune_first_value(const struct probe *v, size_t n, const struct recipe_step *rule)
{
	int64_t *all = mem_calloc(n + 1, sizeof *all), value = 0;
	size_t got = 0;

	for (size_t i = 0; i < n; i++)
		got += probe_measure(&v[i], rule->measure, &all[got]);
	qsort(all, got, sizeof *all, by_value);
	if (got)
		value = all[rule->upper ? got - 1 - got / 100 : got / 100];
	mem_free(all);
	return value;
}

/* ---- counting ---- */

static int column_within(const struct tune_axis *x, int64_t value)
{
	int at = tune_axis_column(x, value);

	return at < 0 ? 0 : at >= x->columns ? x->columns - 1 : at;
}

void tune_tally_start(struct tune_tally *t, const struct recipe *now, const struct recipe *base,
        int step, const struct tune_axis *axis, struct tune_counts *out)
{
	memset(t, 0, sizeof *t);
	memset(out, 0, offsetof(struct tune_counts, side));
	out->n_taken = out->reached = out->most = 0;
	memset(out->bin, 0, sizeof out->bin);
	bounds_of(now, &t->now);
	bounds_of(base, &t->base);
	t->step = step;
	t->spread = step >= 0 && recipe_step(now, (size_t)step)->measure != MEASURE_NONE;
	if (axis)
		t->axis = *axis;
	for (int v = 0; t->spread && v < TUNE_NEAR; v++)
		t->near[v] = (unsigned char)column_within(axis, v);
	t->out = out;
}

static void add_side(struct tune_counts *out, size_t row, const struct verdict *before,
        const struct verdict *now)
{
	bool kept = now->kind == VERDICT_KEPT;

	out->gained += kept;
	out->lost += !kept;
	if (out->n_sides < TUNE_SIDES)
		out->side[out->n_sides++] =
		        (struct tune_side){row, kept, (int8_t)before->step, (int8_t)now->step};
}

/* The quantity of a row that came as far as the step. */
static void add_bin(struct tune_tally *t, const struct probe *p, const struct verdict *v)
{
	int64_t value;
	int at;

	if ((v->step >= 0 && v->step < t->step) || !probe_measure(p, t->axis.measure, &value))
		return;
	if (value >= 0 && value < TUNE_NEAR)
		at = t->near[value];
	else
		at = column_within(&t->axis, value);
	t->out->reached++;
	if (++t->out->bin[at] > t->out->most)
		t->out->most = t->out->bin[at];
}

static bool takes(const struct tune_tally *t, const struct verdict *v)
{
	return v->step == t->step || (v->changed >> t->step & 1);
}

bool tune_tally_run(struct tune_tally *t, size_t rows)
{
	for (; rows > 0 && t->at < t->n; rows--, t->at++) {
		struct verdict now = probe_judge(&t->now_probes[t->at], &t->now);
		struct verdict before = probe_judge(&t->base_probes[t->at], &t->base);

		funnel_count(&t->out->now, &now);
		funnel_count(&t->out->base, &before);
		if ((now.kind == VERDICT_KEPT) != (before.kind == VERDICT_KEPT))
			add_side(t->out, t->at, &before, &now);
		if (t->step >= 0 && takes(t, &now) && t->out->n_taken < TUNE_TAKEN)
			t->out->taken[t->out->n_taken++] = (uint32_t)t->at;
		if (t->spread)
			add_bin(t, &t->now_probes[t->at], &now);
	}
	t->out->rows = t->at;
	return t->at < t->n;
}

void tune_set_note(struct tune_set *s, const struct probe *p)
{
	for (int m = 0; m < MEASURE_COUNT; m++) {
		int64_t v;

		if (!probe_measure(p, (enum measure)m, &v))
			continue;
		if (s->min[m] > s->max[m]) /* the first */
			s->min[m] = s->max[m] = v;
		s->min[m] = v < s->min[m] ? v : s->min[m];
		s->max[m] = v > s->max[m] ? v : s->max[m];
	}
}

/* ---- recipes by change ---- */

void tune_past_clear(struct tune_past *p)
{
	for (size_t i = 0; i < p->n; i++)
		recipe_unref(p->item[i]);
	memset(p, 0, sizeof *p);
}

void tune_past_push(struct tune_past *p, struct recipe *taken)
{
	while (p->n && p->n > p->at + 1)
		recipe_unref(p->item[--p->n]);
	if (p->n == TUNE_PAST) { /* the oldest change is forgotten */
		recipe_unref(p->item[0]);
		memmove(p->item, p->item + 1, (TUNE_PAST - 1) * sizeof *p->item);
		p->n--;
	}
	p->item[p->n++] = taken;
	p->at = p->n - 1;
}

bool tune_past_step(struct tune_past *p, int by)
{
	if (by < 0 ? p->at == 0 : p->at + 1 >= p->n)
		return false;
	p->at += by < 0 ? (size_t)-1 : 1;
	return true;
}

struct recipe *tune_past_now(const struct tune_past *p)
{
	return p->n ? p->item[p->at] : NULL;
}
