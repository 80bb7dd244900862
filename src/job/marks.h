/*
 * Examples that a person found good or bad. What was marked is kept under the state folder in
 * marks.jsonl (append-only, 0600: a line per mark, the newest counts), by the query's execution and
 * the row of its result; so marks survive, and a result opened again shows them. One thread.
 */
#ifndef JOB_MARKS_H
#define JOB_MARKS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>

enum mark { MARK_NONE, MARK_GOOD, MARK_BAD };
const char *mark_name(enum mark m); /* "good", "bad", "none" */

struct marked {
	uint64_t row; /* of the result, 0-based */
	enum mark mark;
	int64_t wall_ms;
};
struct marks;
/* Those of one result. state_dir or query_id NULL or "": kept in memory only. Never NULL; what
 * cannot be read is reported in err and passed over. */
struct marks *marks_open(const char *state_dir, const char *query_id, struct err *err);
void marks_free(struct marks *m); /* NULL allowed */
enum mark marks_get(const struct marks *m, uint64_t row);
size_t marks_count(const struct marks *m, enum mark mark);
/* The i-th in the order of rows (MARK_NONE does not count), NULL past the end. */
const struct marked *marks_at(const struct marks *m, size_t i);
/* Memory changes even when the file cannot be written (-1). */
int marks_set(struct marks *m, struct marked mark, const char *recipe, struct err *err);

/* One line of an export, without '\n'. */
struct mark_line {
	struct marked mark;
	struct slice id;   /* of the row; ptr NULL: it has none */
	const char *state; /* "kept", or the step that drops it */
	struct slice text; /* cleaned */
	struct slice line; /* the finished line; empty when it is dropped */
	const char *recipe, *recipe_text, *query_id;
};
void mark_line_write(const struct mark_line *x, struct buf *out);

#endif
