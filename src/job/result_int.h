/*
 * Inside of a result at hand. Who owns what:
 *   - UI thread: `reader`, snapshots it took
 *   - worker: tasks and their state, its own reader
 *   - under `lock`: everything else
 * A task is a state machine: `step` works until the deadline and says whether it is done. What only
 * the worker writes (marks, columns, state.rows) it reads without the lock.
 */
#ifndef JOB_RESULT_INT_H
#define JOB_RESULT_INT_H

#include "job/result.h"
#include "rows/csv.h"

#include <pthread.h>

/* Where some rows begin: one every 16 rows and 4 KiB, or 64 KiB. */
struct mark {
	uint64_t row;
	int64_t at;
};

/* One row at random: keeps the rows between two marks. */
struct reader {
	struct result *result;
	struct buf bytes;
	struct rows *rows;
	uint64_t first; /* row of rows[0] */
};
void reader_init(struct reader *d, struct result *r);
void reader_release(struct reader *d);
int reader_row(struct reader *d, uint64_t row, const struct cell **cells, struct err *err);

/* All rows in file order, some at a time. The file's bytes from `at` on; ends before row `end`. */
typedef void (*scan_fn)(void *arg, uint64_t row, const struct cell *cells);
struct scan {
	struct result *result;
	struct csv *csv;
	char *block;
	int64_t at;
	uint64_t row, end;
	scan_fn fn;
	void *arg;
};
/* from: the row to begin with, which must be a mark's; end: the row to end before. */
void scan_init(struct scan *s, struct result *r, scan_fn fn, void *arg);
void scan_from(struct scan *s, uint64_t from, uint64_t end);
void scan_release(struct scan *s);
enum step { STEP_MORE, STEP_DONE, STEP_FAILED };
enum step scan_step(struct scan *s, int64_t deadline_us, struct err *err);

/* The permutation that is shown; only the worker makes one. */
struct order {
	unsigned generation;
	int refs; /* under the lock */
	uint64_t n;
	uint32_t *row;
};
void order_free(struct order *o);
struct order *order_take(struct result *r);
void order_drop(struct result *r, struct order *o); /* NULL allowed */

struct request {
	unsigned generation; /* 0: none */
	struct result_order order;
	struct {
		int col, direction;
		uint64_t from;
	} find;
	char *text; /* order.value, or the word */
	size_t len;
	size_t col;
	struct recipe *recipe;
};
void request_release(struct request *q);
/* Does the row pass the filter? */
bool request_passes(const struct request *q, const struct cell *cells, size_t n);

struct task_ops {
	/* Takes what it needs of q (which lives as long as the task). Worker. */
	void *(*begin)(struct result *r, const struct request *q);
	/* Works until the deadline; *p: done and of. */
	enum step (*step)(void *state, int64_t deadline_us, struct result_progress *p);
	void (*end)(void *state);
};
extern const struct task_ops index_ops, order_ops, find_ops, frequency_ops, histogram_ops,
        judge_ops;

struct result {
	int fd;
	int64_t size;
	void (*wake)(void *);
	void *wake_arg;
	struct reader reader;

	pthread_mutex_t lock;
	pthread_cond_t cond;
	bool closing;
	atomic_bool stop; /* the same, looked at for each row */
	struct result_state state;
	struct mark *mark;
	size_t n_marks, cap_marks;
	struct columns columns;
	bool named; /* columns are there */
	struct result_column *column;
	unsigned generation; /* of the newest request */
	struct request next[RESULT_TASKS];
	bool cancelled[RESULT_TASKS];
	struct result_progress progress[RESULT_TASKS];
	struct order *order; /* NULL: file order */
	struct result_found found;
	struct frequency *frequency;
	struct histogram *histogram;
	struct judged *judged;
	/* The worker's. */
	struct matches *matches; /* rows that hold the last word searched */
	struct probes *probes;   /* rows measured for the last recipe */
};
/* Tells the UI; the lock must not be held. */
void result_changed(struct result *r);
void matches_free(struct matches *m); /* NULL allowed */
void probes_free(struct result *r);
int result_pread(struct result *r, char *to, size_t len, int64_t at, size_t *got, struct err *err);

#endif
