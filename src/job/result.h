/*
 * A result on disk at hand: the CSV of a finished run (CACHE/results/ID.csv) with all its rows, not
 * only the sample. One worker thread per open result indexes the file, sorts, searches, counts and
 * judges in slices of some milliseconds, one request of each kind at a time and side by side; what
 * it makes is handed over as immutable snapshots.
 *
 * Threads: all functions are for one thread (the UI's), but for snapshots (..._unref: any thread).
 * None of them waits for work: they take a short lock, or read one row (a seek and at most 64 KiB
 * beside the row itself). `wake` is called from the worker, under its lock, when something changed:
 * at most every 50 ms for progress, at once when a request is done.
 *
 * Memory: the index takes at most 1/256 of the file; an order 4 bytes a row, and 48 more while it
 * is made; a search 1 bit a row; a frequency table 72 MiB at most while it is made; a histogram 8
 * bytes a row while it is made; a judgement 32 bytes a row for what was measured (up to
 * RESULT_PROBES rows, without it beyond). Orders and histograms are refused beyond RESULT_MAX_ROWS.
 *
 * The file is read by descriptor (replaced by rename: we keep the old one); one that shrinks or
 * changes gives ERR_DATA, never a signal. A damaged row ends the result: the rows before it are
 * there, and result_state says why.
 */
#ifndef JOB_RESULT_H
#define JOB_RESULT_H

#include "base/err.h"
#include "recipe/probe.h"
#include "rows/rows.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RESULT_MAX_ROWS ((uint64_t)1 << 24)
#define RESULT_PROBES   ((uint64_t)1 << 22)

struct result;
/* ERR_IO when the file cannot be opened. `wake` (NULL allowed) is called from the worker. */
struct result *result_open(const char *csv_path, void (*wake)(void *), void *arg, struct err *err);
/* Does not wait: the worker ends what it is at (a row, or some milliseconds) and frees everything;
 * snapshots stay with those who hold them, `wake` is not called any more. NULL allowed. */
void result_close(struct result *r);

struct result_state {
	uint64_t rows;       /* indexed so far, without the header; can be read */
	int64_t bytes, size; /* indexed so far, of the file */
	bool complete;       /* no more rows will come */
	struct err err;      /* code 0, or what ended the result before its end */
	unsigned changes;    /* grows with all that a screen could show */
};
void result_state(struct result *r, struct result_state *out);

/* Names; types are "". NULL until the header is read, then the same until result_close. */
const struct columns *result_columns(struct result *r);

/* What all values of a column that are neither NULL nor "" are, as far as they were seen. */
enum result_kind { RESULT_EMPTY, RESULT_INTEGER, RESULT_NUMBER, RESULT_TEXT };
struct result_column {
	enum result_kind kind; /* RESULT_INTEGER fits int64, RESULT_NUMBER a double */
	uint64_t nulls, empty;
	uint32_t longest; /* bytes of the longest value */
};
/* False when there is no such column (yet). Final once the result is complete. */
bool result_column(struct result *r, size_t col, struct result_column *out);

/*
 * The cells of row `row` of the file (0-based, without the header): as many as columns, valid until
 * the next call. -1: ERR_NOT_FOUND when there is no such row yet, ERR_DATA, ERR_IO.
 */
int result_row(struct result *r, uint64_t row, const struct cell **cells, struct err *err);

/* A number as columns hold it: RESULT_INTEGER, RESULT_NUMBER (also NaN, Infinity), RESULT_TEXT. */
enum result_kind result_number(struct slice s, int64_t *integer, double *number);

/* ---- requests ---- */

enum result_task { RESULT_ORDER, RESULT_FIND, RESULT_FREQUENCY, RESULT_HISTOGRAM, RESULT_JUDGE };
#define RESULT_TASKS 5
/*
 * A new request replaces the one of its kind that is still under way. All wait until the result is
 * indexed. Each gets a generation; result_progress says what became of the newest.
 */
enum result_phase { RESULT_IDLE, RESULT_WORKING, RESULT_DONE, RESULT_FAILED };
struct result_progress {
	enum result_phase phase;
	unsigned generation; /* of the newest request; 0: none yet */
	uint64_t done, of;   /* steps, mostly rows; `of` may grow (a sort may read once more) */
	struct err err;      /* when failed */
};
void result_progress(struct result *r, enum result_task t, struct result_progress *out);
/* Drops the request under way; finished snapshots stay. */
void result_cancel(struct result *r, enum result_task t);

/* ---- order: which rows are shown, and in which sequence ---- */

/*
 * Sorting: numbers by value where the whole column is numbers (NaN is the greatest), else by bytes
 * with ASCII letters as if small; "" is the least; NULLs last in both directions; equal ones in
 * file order.
 * Only the first 192 bytes of a text count. Filter: rows whose cell in filter_col is `value`, or,
 * with word, that hold it (ASCII case-blind) in filter_col, or anywhere when that is -1.
 */
enum result_filter { FILTER_NONE, FILTER_VALUE, FILTER_NULL, FILTER_WORD };
struct result_order {
	int sort_col; /* -1: file order */
	bool descending;
	enum result_filter filter;
	int filter_col;
	struct slice value; /* copied */
};
/* Until it is done the order before it stays. An order without sort and filter is there at once. */
unsigned result_order(struct result *r, const struct result_order *o);
/* Rows in the order that is there now: result_state.rows without one. */
uint64_t result_shown(struct result *r);
/* Row of the file at a position; the position of a row, or -1 (a filter hides it). */
uint64_t result_at(struct result *r, uint64_t position);
int64_t result_position(struct result *r, uint64_t row);
/* The generation of the order that is there: 0 for file order. */
unsigned result_order_now(struct result *r);

/* ---- search ---- */

/*
 * The next position (in the current order, from `from` on, itself included; around the end) whose
 * row holds the word, ASCII case-blind, in column col (-1: any). direction +1 or -1. Rows that
 * hold the word are kept: asking again for the same word and column reads nothing.
 */
unsigned result_find(struct result *r, struct slice word, int col, uint64_t from, int direction);
struct result_found {
	unsigned generation; /* of the request that it answers; 0: none */
	bool found;
	uint64_t position, row;
	uint64_t matches; /* rows that hold the word, as far as read */
	bool counted;     /* matches is final */
};
/* The answer to the newest request; stands before the work is done when the row is known. */
void result_found(struct result *r, struct result_found *out);

/* ---- frequency table of a column ---- */

#define FREQUENCY_TOP      1000
#define FREQUENCY_DISTINCT ((uint64_t)1 << 20) /* values told apart */
#define FREQUENCY_TEXT     256                 /* bytes of a value that are kept */
struct frequency {
	atomic_int refs;
	int col;
	unsigned generation;
	uint64_t rows, nulls, empty; /* counted; NULL and "" have lines of their own, too */
	uint64_t distinct;           /* values, NULL not counted, "" counted */
	bool at_least; /* more were there than are told apart: distinct and top may lack some */
	size_t n;
	struct frequency_line {
		uint64_t count, first_row;
		bool null;
		uint32_t len; /* bytes of the whole value; text holds up to FREQUENCY_TEXT */
		char *text;
	} * top; /* by falling count, then by first row */
};
/* only: its filter says which rows count (NULL: all). */
unsigned result_frequency(struct result *r, size_t col, const struct result_order *only);
/* The newest finished one, or NULL; the caller unrefs. */
struct frequency *result_frequency_now(struct result *r);
void frequency_unref(struct frequency *f); /* NULL allowed */

/* ---- histogram ---- */

#define HISTOGRAM_MAX_BINS 40
/* Of numbers, or of the length of texts in characters. Bins are [from, to), the last with `to`. */
struct histogram {
	atomic_int refs;
	int col;
	unsigned generation;
	bool of_length; /* characters of texts instead of values */
	bool uneven; /* bins grow (1, 2, 5, 10 ...): the values are spread too wide for even ones */
	uint64_t values;        /* counted */
	uint64_t nulls, others; /* NULL; "" where numbers are expected, NaN, infinite */
	double min, max, mean;
	double q1, median, q3, p5, p95; /* values that occur */
	size_t n;
	struct histogram_bin {
		double from, to;
		uint64_t count;
	} bin[HISTOGRAM_MAX_BINS];
};
unsigned result_histogram(struct result *r, size_t col, const struct result_order *only);
struct histogram *result_histogram_now(struct result *r); /* as result_frequency_now */
void histogram_unref(struct histogram *h);                /* NULL allowed */
/* Sorts v and fills all but refs, col, generation, nulls and others. For values from elsewhere. */
void histogram_of(struct histogram *h, double *v, size_t n);

/* ---- judging by a recipe ---- */

struct judged {
	atomic_int refs;
	unsigned generation;
	struct recipe *recipe;
	struct funnel funnel;
	uint64_t rows;
	struct probes *probes; /* judged_probes */
};
/*
 * Judges all rows. Rows are measured once: another recipe that differs only in its bounds
 * (recipe/probe.h) is a recount, some 10 ms a million rows.
 */
unsigned result_judge(struct result *r, const struct recipe *recipe);
struct judged *result_judge_now(
        struct result *r);           /* the newest finished one, or NULL; the caller unrefs */
void judged_unref(struct judged *j); /* NULL allowed */

/* What was measured of each row, as many as `rows`; NULL beyond RESULT_PROBES. Lives with j. */
const struct probe *judged_probes(const struct judged *j);

#endif
