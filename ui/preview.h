/* The Preview screen: the rows at hand judged by the recipe, and the one on display. UI thread. */
#ifndef UI_PREVIEW_H
#define UI_PREVIEW_H

#include "job/marks.h"
#include "ui/lines.h"
#include "recipe/pipeline.h"
#include "rows/sample.h"
#include "ui/table.h"

struct model;

struct preview_row {
	unsigned char kind, judged, changed; /* kind: enum verdict_kind */
	int step;
	uint64_t steps;             /* bits of the clean steps that changed it */
	size_t clean_at, clean_len; /* when changed: in preview.cleaned */
};
enum preview_only { ONLY_ALL, ONLY_CHANGED, ONLY_REJECTED, ONLY_REASON, ONLY_MARKED };
struct shown; /* preview_shown.c */
struct marks; /* job/marks.h */
struct preview {
	struct sample_view *view;
	struct recipe *draft; /* a recipe being tuned, for a visit from there; NULL: the run's */
	bool visiting, from_tune; /* visiting: until the screen is up */
	struct recipe *recipe;    /* of the pipeline */
	struct pipeline *pipeline;
	struct err err; /* the recipe does not fit the columns */
	struct preview_row *row;
	size_t n, judged, n_kept, n_changed, n_rejected;
	size_t by_step[RECIPE_MAX_STEPS]; /* rows that each step drops or changes */
	struct buf cleaned;               /* texts that cleaning changed, for the search */
	size_t at;                        /* index into the sample */
	bool is_far;                      /* a row of the result that is not in the sample: `far` */
	uint64_t far;
	struct shown *shown; /* the row on display, judged */
	size_t edit;         /* the edit that is pointed at, from 1; 0 none */
	enum preview_only only;
	int reason; /* step of ONLY_REASON */
	bool line;  /* the finished JSON line instead of the texts */
	bool rules; /* the list of rules is open */
	struct table rule_list;
	struct table scroll;
	bool seek; /* at the next drawing, scroll to this byte of the text */
	bool seek_clean;
	size_t seek_at;
	uint64_t seed;
	struct marks *marks; /* of marks_query; NULL: not yet read */
	char *marks_query, *marks_path;
};

/* ---- preview.c: which row ---- */
void preview_reset(struct preview *p);
void preview_take(struct model *m, struct sample_view *v);
bool preview_work(struct preview *p, int rows);
/* Shows a row as a recipe that is being tuned would have it. far: row of the result, not of the
 * sample. step: next and previous lead to rows that it drops or changes; -1: to all rows. */
void preview_visit(struct model *m, uint64_t row, bool far, int step, const struct recipe *draft);
void preview_enter(struct model *m);
/* JSON indented for people: our own finished line, so well-formed. */
void preview_pretty(struct slice json, struct buf *out);
void preview_step(struct model *m, int by); /* to the next row that passes, around the end */
void preview_random(struct model *m);
void preview_only(struct model *m, enum preview_only only); /* again: all */
void preview_next_reason(struct model *m);
size_t preview_count(struct model *m);               /* rows that pass, as judged so far */
void preview_goto(struct model *m, uint64_t number); /* a row of the result */
bool preview_find(struct model *m, const char *word, int direction);
/* Switches a rule, here and for all that uses the recipe. */
void preview_switch(struct model *m, size_t step);

/* ---- preview_shown.c: the row on display ---- */
struct shown {
	struct pipeline *pipeline;   /* traces; NULL: no recipe, or it does not fit */
	const struct recipe *recipe; /* only compared */
	bool ready, is_far;
	uint64_t number; /* of the result */
	const struct cell *cells;
	struct cell *own; /* a row that is not of the sample is copied */
	struct buf bytes;
	struct verdict verdict;
	struct example ex;
	struct lines raw, clean, pretty;
	struct buf text; /* the finished line, laid out */
	unsigned char *colour;
};
/* NULL: there is no row. Valid until another row or recipe. */
struct shown *preview_row_shown(struct model *m);
void preview_forget_shown(struct preview *p);
/* The finished line as people read it: fills text, colour, pretty. */
void shown_lay_out(struct shown *s, int width);

/* ---- preview_marks.c ---- */
struct marks *preview_marks(struct model *m);       /* of the run on display; never NULL */
void preview_mark(struct model *m, enum mark mark); /* again: none */
void preview_export_marks(struct model *m, const char *path, bool overwrite);

/* ---- preview_draw.c ---- */
void preview_draw_texts(struct model *m, const struct pane *p, struct shown *s);
void preview_draw_line(struct model *m, const struct pane *p, struct shown *s);
void preview_draw_legend(struct model *m, const struct pane *p, int y, const struct shown *s);
void preview_draw_rules(struct model *m, const struct pane *p, const struct shown *s);

#endif
