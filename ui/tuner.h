/* The state of the tune screen: recipes being turned, and the rows at hand measured by them. */
#ifndef UI_TUNER_H
#define UI_TUNER_H

#include "job/result.h"
#include "ui/model.h"
#include "ui/tune.h"

#define TUNE_SETS    4
#define TUNE_AT_ONCE 100 /* rows measured within a key */

/* What was turned for one run of the session. */
struct tune_draft {
	const struct run *run; /* only compared */
	int64_t begun_ms;
	struct recipe *original; /* as it was first chosen */
	struct recipe *accepted; /* what preview and export use: the run's */
	struct tune_past past;
};

/* All rows of the result instead of the sample: measured by the result's worker, counted here. */
struct tune_whole {
	bool on;
	const struct result *result; /* only compared, with which opening it is */
	unsigned opened;
	struct judged *now, *base; /* whose probes hold for draft and accepted; NULL: not yet */
	unsigned asked;            /* generation of the judging under way; 0: none */
	bool asked_base, checked;  /* checked: now and base are looked up for these recipes */
	struct tune_set extremes;  /* of `now`: min and max, done */
	struct tune_tally tally;
	bool tallying;
};

struct tune {
	struct tune_draft draft[RUNS_MAX];
	struct tune_draft *d;           /* of the run on display; NULL: it has no recipe */
	struct sample_view *view;       /* the rows at hand; NULL: none */
	struct tune_set set[TUNE_SETS]; /* a switch back to a recipe of late costs nothing */
	struct tune_set *now, *base;    /* of the draft and of what is accepted; NULL: none yet */
	unsigned clock;
	struct tune_axis axis;
	struct tune_counts *counts; /* as shown */
	struct tune_counts *next;   /* under way, of all rows */
	struct tune_whole whole;
	bool stale;     /* counts are to be made anew */
	char under[64]; /* name of the step under the cursor */
	struct table list, sides;
	bool on_sides;
	int columns; /* of the histogram, as last drawn */
	/* turns of one bound in a row are one change to undo */
	size_t turned;
	int64_t turned_until;
	char *saving; /* the name that a question is about */
};

/* Follows the run on display: its rows, its recipe. Cheap when nothing changed. */
void tuner_sync(struct model *m);
/* Measures up to that many rows of the sample, and counts; true when more are left. */
bool tuner_work(struct model *m, int rows);
/* Rows at hand: how many there are, how many are counted (less while work is under way). */
struct tune_state {
	uint64_t rows, counted;
	bool whole, all; /* all: the sample is the whole result */
	const struct err *err;
};
void tuner_state(struct model *m, struct tune_state *out);
/* Sample or all rows. */
void tuner_switch(struct model *m);
/* The recipe as turned; NULL: the run has none. Borrowed. */
struct recipe *tuner_recipe(const struct tune *t);
size_t tuner_step(const struct tune *t);    /* under the cursor */
void tuner_at(struct tune *t, size_t step); /* moves it; the step is found again after a change */
bool tuner_changed(const struct tune *t);   /* against what is accepted */
/* tuner_change.c. Each takes `taken` (NULL: err says why, and is shown). merge: one change with the
 * last turn. */
void tuner_change(struct model *m, struct recipe *taken, const struct err *err, bool merge);
void tuner_moved(struct model *m); /* the draft is another of the past */
void tuner_turn(struct model *m, int by);
void tuner_set_value(struct model *m, int64_t value);
void tuner_set_text(struct model *m, const char *text); /* a bound's value or a pattern */
void tuner_add(struct model *m, const char *words);     /* "NAME" or "NAME VALUE" */
void tuner_accept(struct model *m);
/* A name that is free, after the recipe's own; borrowed until the next call. */
const char *tuner_new_name(struct model *m);
void tuner_save(struct model *m, const char *name, bool overwrite);
/* Rows of the lower list: those that changed sides, or else those that the step takes. */
size_t tuner_n_rows(const struct tune *t);
uint64_t tuner_row(const struct tune *t, size_t i); /* index into the rows at hand */
/* Its cells and its row of the result; NULL when it cannot be read (just now). */
const struct cell *tuner_cells(struct model *m, uint64_t row, uint64_t *number);

struct tune *tune_new(void);
void tune_free(struct tune *t); /* NULL allowed */
/* The recipe was changed in Tune, and that is not accepted: nobody else uses it. */
bool tuner_pending(struct model *m);

/* tune_whole.c */
void tune_whole_reset(struct tune_whole *w);
/* A slice; true when more can be done here at once (the worker wakes the loop otherwise). */
bool tune_whole_work(struct model *m);

/* tune_list.c */
void tune_draw_list(struct tune *t, const struct pane *p);
void tune_draw_head(struct model *m, const struct pane *p, bool counted);
/* tune_draw.c */
void tune_draw_spread(struct model *m, const struct pane *p);
void tune_draw_rows(struct model *m, const struct pane *p);
/* "≥ 50", "≤ 8,000" */
void tune_bound_words(const struct recipe_step *s, char *out, size_t size);

#define TUNE_ROW_ARG 100000 /* of a mouse region: row i of the lower list is TUNE_ROW_ARG + i */

#endif
