/*
 * Turning a recipe over rows at hand: what each step takes, against the recipe that is in use; the
 * rows that change sides; the spread of the quantity that a bound compares. No terminal, no model.
 * UI thread; work over many rows goes in slices.
 */
#ifndef UI_TUNE_H
#define UI_TUNE_H

#include "recipe/probe.h"
#include "rows/sample.h"

#define TUNE_SIDES 2000 /* changed rows that are listed; all are counted */
#define TUNE_TAKEN 500
#define TUNE_BINS  200
#define TUNE_NEAR  4096
#define TUNE_PAST  100 /* changes that can be undone */

/* Where a quantity stands on an axis: even steps near 0, ever longer ones beyond. */
struct tune_axis {
	enum measure measure;
	double low, high, unit; /* low, high: of the bent scale */
	int columns;
};
void tune_axis_make(struct tune_axis *x, enum measure m, int64_t min, int64_t max, int columns);
int tune_axis_column(const struct tune_axis *x, int64_t value); /* -1 and columns: outside */
/* A round value that belongs to the column. */
int64_t tune_axis_value(const struct tune_axis *x, int column);
/* The value after one turn: by -2 (much less), -1, 1, 2; never below 0 but for a score. */
int64_t tune_turn(int64_t value, enum measure m, int by);
/* A first value for a bound that a recipe lacks: what lets all but a few rows pass. */
int64_t tune_first_value(const struct probe *v, size_t n, const struct recipe_step *rule);

struct tune_side {
	uint64_t row;       /* index into the rows at hand */
	bool gained;        /* kept now, and not before */
	int8_t before, now; /* steps that stopped it; -1: kept, or without a step */
};
/* Of two recipes over the same rows. */
struct tune_counts {
	uint64_t rows; /* counted so far */
	struct funnel now, base;
	uint64_t gained, lost;
	size_t n_sides;
	struct tune_side side[TUNE_SIDES];
	/* of the step asked for: the first rows that it takes or changes; and, when it is a bound,
	 * the spread of its quantity over the rows that came as far as it */
	size_t n_taken;
	uint32_t taken[TUNE_TAKEN];
	uint64_t reached, most, bin[TUNE_BINS];
};
struct tune_tally {
	const struct probe *now_probes, *base_probes;
	struct bounds now, base;
	int step; /* that is looked at; -1: none */
	bool spread;
	struct tune_axis axis;
	unsigned char near[TUNE_NEAR]; /* columns of small values: nearly all are */
	size_t n, at;
	struct tune_counts *out;
};
/* step: index into now's steps, or -1. axis.columns is at most TUNE_BINS. The probes stay the
 * caller's until the end; out is the caller's and is cleared. */
void tune_tally_start(struct tune_tally *t, const struct recipe *now, const struct recipe *base,
        int step, const struct tune_axis *axis, struct tune_counts *out);
/* Counts up to that many rows; true when more are left. */
bool tune_tally_run(struct tune_tally *t, size_t rows);

/* Probes of all rows of a sample by one recipe, and its extremes. */
struct tune_set {
	struct recipe *recipe;
	struct pipeline *pipeline;
	struct probe *v;
	size_t n, done;
	int64_t min[MEASURE_COUNT], max[MEASURE_COUNT];
	struct err err; /* the recipe does not fit the columns */
	unsigned used;
};
void tune_set_note(struct tune_set *s, const struct probe *p); /* its extremes */

/* Recipes by change. */
struct tune_past {
	struct recipe *item[TUNE_PAST];
	size_t n, at; /* item[at] is the one now; n == 0: none */
};
void tune_past_clear(struct tune_past *p);
void tune_past_push(struct tune_past *p, struct recipe *taken); /* forgets what was undone */
bool tune_past_step(struct tune_past *p, int by);               /* -1 undo, 1 redo */
struct recipe *tune_past_now(const struct tune_past *p);        /* borrowed; NULL */

#endif
