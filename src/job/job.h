/*
 * One run from SQL (or a result already on disk) to files: what goes in, and what comes out of the
 * engine as events (few, never lost) and as a newest-wins progress snapshot.
 */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include "job/output.h"
#include "job/stagetree.h"
#include "net/athena.h"
#include "recipe/pipeline.h"
#include "recipe/recipe.h"
#include "rows/sample.h"

#include <stdbool.h>
#include <stdint.h>

enum job_fetch {
	FETCH_AUTO,
	FETCH_OBJECT,
	FETCH_PAGES
}; /* AUTO: object, pages where there is none */

/* Copied once into the engine; strings may be NULL where noted. */
struct job_spec {
	const char *sql;        /* rendered; NULL with from_csv */
	const char *query_name; /* for history and screens: "ai-subreddits" */
	const char *from_csv;   /* path of a result already on disk, or NULL */
	/* An execution that runs or has ended in Athena already, or NULL: it is followed and its
	 * result read; nothing is started or billed anew. sql is then only for the records. */
	const char *adopt_id;
	const char *database, *workgroup, *output_location; /* NULL: not sent */
	const struct recipe
	        *recipe;      /* the engine takes its own reference; NULL: run and download only */
	const char *out_path; /* JSONL; "-" stdout; NULL: keep rows for preview, write later */
	struct job_output output; /* what the lines of out_path become */
	bool unrecorded; /* with from_csv: rows are only looked at again; no line in the journal */
	enum job_fetch fetch;
	int64_t timeout_ms;   /* default 300,000 */
	int64_t price_per_tb; /* micro-dollars */
	int64_t max_cost;     /* micro-dollars; stop beyond; 0 = none */
};

enum job_phase {
	PHASE_NONE,
	PHASE_QUEUED_HERE,
	PHASE_SUBMIT,
	PHASE_WAITING /* Athena QUEUED */,
	PHASE_RUNNING,
	PHASE_DOWNLOAD,
	PHASE_WRITE,
	PHASE_DONE,
	PHASE_FAILED,
	PHASE_CANCELLED,
};
const char *job_phase_name(enum job_phase p);

/* A stage of the timeline, ms since the job's start; -1: not begun / not ended. Stages overlap. */
enum job_stage {
	STAGE_SUBMIT,
	STAGE_QUEUE,
	STAGE_PLANNING, /* within the engine's time: begins with it */
	STAGE_ENGINE,
	STAGE_SERVICE,
	STAGE_DOWNLOAD,
	STAGE_TRANSFORM,
	STAGE_WRITE,
	STAGE_COUNT
};
const char *job_stage_name(enum job_stage s);
struct job_span {
	int64_t begin_ms, end_ms;
	int64_t busy_ms; /* time really worked, for overlapping stages */
};

struct job_progress {
	uint64_t job; /* 0: no job yet */
	enum job_phase phase;
	size_t place; /* PHASE_QUEUED_HERE: 1 is the next to run; else 0 */
	int64_t elapsed_ms;
	struct athena_status athena; /* state NONE with from_csv */
	int64_t cost;                /* micro-dollars so far, by scanned bytes */
	bool adopted;                /* the execution was started before: its cost is no new one */
	bool by_pages;               /* result pages instead of the object */
	int64_t result_bytes;        /* size of the result; -1 unknown */
	int64_t got_bytes;           /* downloaded */
	double rate;                 /* bytes/s, smoothed over the last second */
	uint64_t batches; /* of 1000 rows, the header counted in the first as the seed does */
	uint64_t rows;    /* data rows decoded */
	struct funnel funnel;
	int64_t out_bytes;
	uint64_t out_rows;
	struct job_span stage[STAGE_COUNT];
	uint64_t retries;
	uint64_t sample_generation; /* grows when a new sample can be taken */
};

enum job_event_kind {
	EV_STARTED,   /* accepted; token journalled */
	EV_SUBMITTED, /* progress.athena.id is known */
	EV_STATE,     /* Athena's state changed */
	EV_BATCH,     /* text: the seed's batch line */
	EV_NOTE,   /* text: something the user should read (retrying, falling back to pages ...) */
	EV_STAGES, /* stages: what Athena says of the query's work; may come after the job's end, at
	            * most once, and never for a result from disk */
	EV_DONE,   /* report is filled */
	EV_FAILED, /* err is filled; report as far as it goes */
	EV_CANCELLED,
};
struct job_event {
	enum job_event_kind kind;
	uint64_t job;
	char text[256];
	struct err err;
	struct job_progress progress; /* as of the event */
	char manifest_path[1024];     /* EV_DONE with out_path: the manifest; else "" */
	char spool_path[1024];        /* the raw result kept on disk, or "" */
	/* EV_DONE, EV_FAILED, EV_CANCELLED: the last sample of the job, or NULL; a reference of
	 * the event's receiver, who keeps it (and sets NULL here) or calls job_event_release. */
	struct sample_view *sample;
	/* EV_STAGES: likewise; NULL when Athena told nothing (text says why). */
	struct stagetree *stages;
};
void job_event_release(struct job_event *ev);

#endif
