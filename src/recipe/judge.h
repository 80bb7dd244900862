/* The inside of a pipeline, and the judgements before and after cleaning. Private to this folder.
 */
#ifndef RECIPE_JUDGE_H
#define RECIPE_JUDGE_H

#include "recipe/pipeline.h"
#include "recipe/plan.h"
#include "recipe/trace.h"

enum pipeline_buf { BUF_REPAIRED, BUF_CLEAN_A, BUF_CLEAN_B, BUF_PIECE, BUF_CELL, PIPELINE_BUFS };

struct pipeline {
	struct recipe *recipe;
	int *index; /* result column of each plan.col; -1: absent */
	struct regex_scratch *scratch;
	struct buf buf[PIPELINE_BUFS];
	struct buf line;
	bool tracing, unbound; /* unbound: bounds are passed over, for a probe */
	struct trace trace;
	struct changes piece; /* of one stretch between code blocks, while tracing */
	size_t keeps_code;    /* clean rules behind this step leave code alone; SIZE_MAX: none */
};

/* s, or its repaired form in that buffer. */
struct slice pipeline_valid(struct pipeline *p, struct slice s, enum pipeline_buf which);
/* NULL for a column that the result lacks. */
struct cell pipeline_cell(const struct pipeline *p, const struct cell *cells, int col);

/* VERDICT_KEPT when no active step stops the row. raw: the text cell, text: its valid form. */
struct verdict judge_drop(
        struct pipeline *p, const struct cell *cells, struct cell raw, struct slice text);
struct verdict judge_keep(struct pipeline *p, struct slice cleaned);
/* Fills out->line and out->instruction; VERDICT_BAD when a value cannot be written. */
struct verdict write_example(
        struct pipeline *p, const struct cell *cells, struct slice original, struct example *out);

#endif
