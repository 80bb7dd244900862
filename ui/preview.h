/* The preview screen's parts. What others need of it is in parts.h. UI thread. */
#ifndef UI_PREVIEW_H
#define UI_PREVIEW_H

#include "job/marks.h"
#include "ui/lines.h"
#include "ui/model.h"

/* ---- preview.c: which row ---- */
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
