/*
 * What Athena says of a finished query in GetQueryRuntimeStatistics: rows and bytes in and out, and
 * the stages of its engine with their plans. Parsed once, bounded, immutable, reference counted;
 * any thread may read it. Stages and plan nodes are flat lists in the order in which a tree is
 * drawn: parents before children, each with its depth.
 */
#ifndef JOB_STAGETREE_H
#define JOB_STAGETREE_H

#include "base/err.h"
#include "base/slice.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STAGETREE_MAX_STAGES 512
#define STAGETREE_MAX_NODES  4096
#define STAGETREE_MAX_DEPTH  64

/* An operator of a stage's plan. */
struct stage_plan_node {
	int depth;
	char *name;       /* "Aggregate", "TableScan" */
	char *identifier; /* what it works on, "" when Athena names nothing */
	char *sources;    /* stages that it reads from: "1, 2", or "" */
};
/* Numbers that were not reported are -1. */
struct stage {
	int depth; /* 0: the output stage; its sub-stages 1 ... */
	int64_t id;
	char state[16]; /* FINISHED, FAILED ... as Athena says */
	int64_t input_rows, input_bytes, output_rows, output_bytes;
	int64_t execution_ms;
	const struct stage_plan_node *plan;
	size_t n_plan;
};
struct stagetree {
	int64_t input_rows, input_bytes, output_rows, output_bytes; /* of the whole query, or -1 */
	struct stage *stage;
	size_t n; /* 0: the stages are not known (yet) */
	bool cut; /* there were more stages, nodes or levels than the bounds above */
	/* private */
	struct stage_plan_node *node;
	size_t n_nodes;
	atomic_int refs;
};

/* The reply of GetQueryRuntimeStatistics. ERR_PROTOCOL when it is none; what is absent in it is not
 * an error. */
struct stagetree *stagetree_parse(struct slice json, struct err *err);
struct stagetree *stagetree_ref(struct stagetree *t);
void stagetree_unref(struct stagetree *t); /* NULL allowed */

#endif
