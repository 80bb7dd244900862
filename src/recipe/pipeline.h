/*
 * The one judge of a row: row in, verdict and example out. Job, preview, tuner and headless run all
 * call it, so what the analyst sees is what is written. One pipeline per thread (it owns scratch);
 * the hot path allocates nothing per row once its buffers have grown.
 */
#ifndef RECIPE_PIPELINE_H
#define RECIPE_PIPELINE_H

#include "base/buf.h"
#include "base/err.h"
#include "recipe/recipe.h"
#include "rows/rows.h"

#include <stdint.h>

enum verdict_kind {
	VERDICT_KEPT,
	VERDICT_REJECTED, /* step says why */
	VERDICT_GAVE_UP,  /* a regular expression ran out of its budget in step */
	VERDICT_BAD, /* the row cannot be judged: a value that is not a number where one is needed
	                ... */
};
struct verdict {
	enum verdict_kind kind;
	int step;         /* index into recipe_steps, -1 when kept */
	const char *note; /* for VERDICT_BAD, borrowed; else NULL */
	uint64_t changed; /* bit i: clean step i changed the text */
};

/*
 * One change that a cleaning rule made. For the preview. Edits come in the order in which they were
 * made; those of one run of one rule rise (a rule may run more than once). Ranges begin and end at
 * characters. A later rule's range may hold an earlier one's (white space around a removed URL).
 */
struct edit {
	int step;                  /* index into recipe_steps */
	size_t start, end;         /* bytes of the ORIGINAL text that went or changed */
	size_t out_start, out_end; /* bytes of the cleaned text that stand for it */
};

/* All slices are borrowed from the pipeline or the row: valid until the next pipeline_row. */
struct example {
	struct slice line;     /* the finished JSON line, without '\n'; empty unless kept */
	struct slice original; /* the text column as it came */
	struct slice cleaned;  /* after the last cleaning rule that ran */
	struct slice instruction;
	const struct edit *edits; /* only when tracing */
	size_t n_edits;
};

struct pipeline;
/* Binds the recipe's columns to the result's; ERR_RECIPE names a column that the result lacks. */
struct pipeline *pipeline_new(const struct recipe *r, const struct columns *c, struct err *err);
void pipeline_free(struct pipeline *p); /* NULL allowed */
/* The result's column that plays a part ("text", "id", "score" ...); -1: none. */
int pipeline_column(const struct pipeline *p, const char *part);
/* Tracing records edits (slower): for the preview. Off at first. */
void pipeline_trace(struct pipeline *p, bool on);
struct verdict pipeline_row(struct pipeline *p, const struct cell *cells, struct example *out);

/* Counts by step, kept by the caller: funnel[i] rows ended at step i. */
struct funnel {
	uint64_t rows, kept, gave_up, bad;
	uint64_t changed[64];  /* rows that clean step i changed */
	uint64_t rejected[64]; /* rows rejected by step i */
};
#define RECIPE_MAX_STEPS 64
void funnel_count(struct funnel *f, const struct verdict *v);

#endif
