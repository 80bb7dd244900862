/*
 * The only handle of ui and cli. Owns the net thread and the transform thread; every call here may
 * be made from the UI (or main) thread and never waits for network or disk, except engine_free and
 * engine_wait. One job runs at a time, further ones queue in order.
 */
#ifndef JOB_ENGINE_H
#define JOB_ENGINE_H

#include "job/job.h"

struct engine;
struct engine_config {
	struct aws_identity *identity; /* ownership passes; NULL with local_argv */
	/* Start this program (athena-duck and its arguments, NULL-ended; copied) as a child on
	 * first need and talk to the endpoint that it prints; NULL: use identity. */
	const char *const *local_argv;
	const char *region;    /* for local_argv: "us-east-1" */
	const char *state_dir; /* journal, history; created 0700 */
	const char *cache_dir; /* spooled results */
	bool keys_first;       /* a screen answers keys beside the work: the work gives way */
};
struct engine *engine_new(const struct engine_config *cfg, struct err *err);
/* Cancels what runs (a query is stopped, bounded to 5 s), joins threads, ends the child. NULL
 * allowed. */
void engine_free(struct engine *e);
/* Starts the threads' warm-up (child start, first connection) without a job. */
void engine_warm_up(struct engine *e);

/* Readable when an event waits or the progress changed; poll it, then engine_wake_clear. */
int engine_wake_fd(const struct engine *e);
void engine_wake_clear(struct engine *e);
/* Makes it readable, from any thread: something that the caller's loop looks after has changed. */
void engine_wake(struct engine *e);

uint64_t engine_submit(
        struct engine *e, const struct job_spec *spec, struct err *err); /* 0 = refused */
/* 0: the running one. A waiting one ends at once (EV_CANCELLED): nothing was sent or journalled. */
void engine_cancel(struct engine *e, uint64_t job);
/* The receiver owns out->sample: see job_event_release. */
bool engine_next_event(struct engine *e, struct job_event *out);
void engine_progress(struct engine *e, struct job_progress *out); /* newest snapshot, copied */
/* The same of one job: the running (or last) one's snapshot, a waiting one's place in the queue and
 * time since it was submitted. False when it is neither. */
bool engine_job_progress(struct engine *e, uint64_t job, struct job_progress *out);
/* Newest sample of the running or last job; NULL before the first row. The caller unrefs. */
struct sample_view *engine_sample(struct engine *e);
/* True while a job runs or waits. */
bool engine_busy(struct engine *e);
/* Headless: blocks until an event waits or timeout_ms passed. */
bool engine_wait(struct engine *e, int timeout_ms);

/* Where we are connected, for title bars: "local: 127.0.0.1:4321", "us-east-1 profile x". */
void engine_where(struct engine *e, char out[128]);

/* Who we are, copied: what is known without asking anybody. No secrets. */
struct engine_credentials {
	bool local;       /* the embedded engine: keys of its own, nothing is charged */
	bool keys;        /* there are keys to sign with */
	char source[160]; /* for people: "environment", "profile x in ~/.aws/credentials" */
	char profile[64]; /* "" on the embedded engine */
	char region[32];
	char workgroup[132]; /* as Athena named it in its newest answer; "" before */
	int64_t expires_ms;  /* wall, since 1970; 0: no expiry is known */
	bool temporary;      /* a session's keys: they end, known or not */
};
void engine_credentials(struct engine *e, struct engine_credentials *out);

/* Catalog for the schema browser and completion: asynchronous; the reply comes as JSON text of the
 * Athena operation. done runs on the caller's thread inside engine_next_event. */
typedef void (*engine_reply_fn)(void *arg, const char *json, const struct err *err);
int engine_call(struct engine *e, const char *operation, const char *params_json,
        engine_reply_fn done, void *arg, struct err *err);

#endif
