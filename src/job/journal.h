/*
 * Journal and history, append-only JSON lines under the state folder (0600). The journal entry with
 * the ClientRequestToken is on disk (fsync) before the first send: a query is paid once.
 */
#ifndef JOB_JOURNAL_H
#define JOB_JOURNAL_H

#include "base/err.h"
#include "job/job.h"

struct journal;
struct journal *journal_open(const char *state_dir, struct err *err);
void journal_close(struct journal *j);
/* Chooses a token (UUID, 36 characters), writes {token, sql hash, time} and syncs. */
int journal_begin(struct journal *j, const struct job_spec *spec, char token[40], struct err *err);
int journal_submitted(struct journal *j, const char *token, const char *query_id, struct err *err);
/* Final line of the run, also the history entry: state, times, bytes, dollars, rows, the SQL (up to
 * HISTORY_SQL_MAX bytes). local: on the embedded engine, so nothing was billed. An adopted run has
 * no line but this one: its token is "". */
#define HISTORY_SQL_MAX 16384
int journal_end(struct journal *j, const char *token, const struct job_spec *spec,
        const struct job_event *end, bool local, struct err *err);

/* History, newest last. No string is NULL; what was not recorded is "". */
struct history_entry {
	char *query_name, *query_id, *state, *out_path;
	char *error, *database, *recipe;
	char *sql;        /* "" of runs from a file, and of those before it was recorded */
	char *spool_path; /* where the raw result was kept; it may be gone by now */
	char *from_csv;   /* the run read this file and paid nothing */
	bool local;       /* cost is what Athena would have billed */
	bool adopted;     /* it followed an execution whose own entry was not in the list */
	int64_t wall_ms, total_ms, scanned_bytes, cost;
	uint64_t rows, kept;
};
/* Adds what the journal got since *offset (0: all of it), whole lines only, and moves *offset. An
 * adopted run changes the entry of the execution that it followed, if that is in the list. */
int history_more(const char *state_dir, int64_t *offset, struct history_entry **h, size_t *n,
        struct err *err);
size_t history_load(const char *state_dir, struct history_entry **out, struct err *err);
/*
 * For a screen that cannot wait for a long journal: the newest part first, the older ones piece by
 * piece. history_tail gives the line that begins at most `bytes` before the end: *offset for
 * history_more, and *from for history_older, which adds the entries of about `bytes` before *from
 * in front of the list and moves it; at 0 all is there.
 */
int64_t history_tail(const char *state_dir, size_t bytes);
int history_older(const char *state_dir, int64_t *from, size_t bytes, struct history_entry **h,
        size_t *n, struct err *err);
void history_free(struct history_entry *h, size_t n);
/* The newest entry of that name that ran a query, else the newest one, or NULL. */
const struct history_entry *history_last(const struct history_entry *h, size_t n, const char *name);

#endif
