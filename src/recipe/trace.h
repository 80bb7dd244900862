/*
 * Where cleaning changed what. Each run of a rule leaves a list of changes between its input and
 * its output; trace_edits carries every one back to the original text and on to the cleaned one.
 * Private to this folder.
 */
#ifndef RECIPE_TRACE_H
#define RECIPE_TRACE_H

#include "recipe/clean.h"
#include "recipe/pipeline.h"

struct trace_run { /* one run of one part of a step */
	int step;
	size_t first, n; /* in all */
};
struct trace {
	struct changes all;
	struct changes now; /* of the run that is going on */
	struct trace_run *run;
	size_t n_runs, cap_runs;
	struct edit *edit;
	size_t n_edits, cap_edits;
};
void trace_clear(struct trace *t);
void trace_release(struct trace *t);
void trace_keep(struct trace *t, int step); /* the run changed the text: t->now becomes a run */
void trace_edits(struct trace *t);

#endif
