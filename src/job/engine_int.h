/*
 * Inside of the engine. Who owns what:
 *   - caller's thread: nothing but the handle
 *   - net thread: http client (all but wake), driver, identity, child, journal, the running job
 *   - transform thread (one per job, joined by the net thread): decoder, pipeline, sink, spool,
 * sample Shared: `lock` guards queues of jobs, calls and events; the board has a small lock of its
 * own. Order of locks: never both at once.
 */
#ifndef JOB_ENGINE_INT_H
#define JOB_ENGINE_INT_H

#include "base/queue.h"
#include "job/engine.h"
#include "job/journal.h"
#include "job/sink.h"
#include "job/spec.h"
#include "net/aws.h"
#include "net/exchange.h"
#include "net/http.h"
#include "net/retry.h"

#include <pthread.h>
#include <stdatomic.h>

/* The newest-wins snapshot. Written by net and transform thread, copied by the caller's. */
struct board {
	pthread_mutex_t lock;
	struct job_progress p;
	int64_t start_ms; /* mono, of the job */
	int64_t woken_ms; /* last wake for progress alone */
	struct sample_view *sample;
	int wake_fd;
};
/* Nothing is known yet. */
void board_blank(struct job_progress *p);
void board_init(struct board *b, int wake_fd);
void board_release(struct board *b);
void board_begin(struct board *b, uint64_t job);
/* Lock, change the fields that are yours, unlock. `now` (may be NULL) gets ms since the start. */
struct job_progress *board_edit(struct board *b, int64_t *now);
/* Wakes the reader: at once when urgent, else at most every BOARD_WAKE_MS. */
void board_done(struct board *b, bool urgent);
void board_copy(struct board *b, struct job_progress *out);
void board_set_phase(struct board *b, enum job_phase ph);
/* Takes v; the generation grows. */
void board_set_sample(struct board *b, struct sample_view *v);
struct sample_view *board_sample(struct board *b);
#define BOARD_WAKE_MS 30

/* Rate smoothed over about a second. */
struct meter {
	int64_t last_ms, last_bytes;
	double rate;
};
void meter_update(struct meter *m, int64_t now_ms, int64_t bytes);
/* Stages that Athena's statistics speak of; submitted_ms: since the job's start. */
void stages_from_athena(struct job_progress *p, int64_t submitted_ms, int64_t now_ms);

/* What the net thread hands to the transform thread. */
enum chunk_kind { CHUNK_BYTES, CHUNK_PAGE, CHUNK_END };
struct chunk {
	enum chunk_kind kind;
	bool header; /* CHUNK_PAGE: the first row is the header */
	size_t len, cap;
	char bytes[];
};
struct chunk *chunk_new(enum chunk_kind kind, size_t cap); /* NULL when memory runs out */

struct job {
	struct job *next;
	uint64_t id;
	int64_t queued_ms; /* mono: when it was submitted here */
	struct job_spec spec;
	atomic_bool cancel;
	atomic_bool over_budget;
	bool submitted; /* the execution id is known and journalled */
	bool journalled;
	char token[40];
	struct athena_status athena;
	int64_t submit_ms;       /* since the job's start */
	struct runtime_ask *ask; /* statistics that are on their way; net thread */
	bool asked;
	int64_t output_rows; /* as Athena counted them; -1: not told yet */
	struct sink *sink;   /* opened before anything is paid; handed to the transform */
	char manifest_path[1024], spool_path[1024];
};

/* GetQueryRuntimeStatistics of one job: it comes when it comes, the job does not wait. */
struct runtime_ask {
	struct job *job; /* NULL: it has ended */
	uint64_t id;
	bool dml;
	int64_t rows; /* read by the job, once it has ended well; else -1 */
	bool counted; /* Athena's number of rows has been looked at */
	int tries;
};

/* One catalog call, and its reply on the way back; with `ask` the engine's own. */
struct call {
	struct call *next;
	struct runtime_ask *ask;
	int64_t not_before; /* mono ms; 0: at once */
	char *operation, *params;
	engine_reply_fn done;
	void *arg;
	struct buf reply;
	struct err err;
};

struct event_node {
	struct event_node *next;
	struct job_event ev;
};

struct localduck;
struct engine {
	char **local_argv; /* NULL: identity was given */
	char *region, *state_dir, *cache_dir;
	bool keys_first;
	int wake_fd;
	struct http_client *http;
	struct board board;

	pthread_mutex_t lock;
	pthread_cond_t command; /* for the net thread */
	pthread_cond_t event;   /* for engine_wait */
	struct job *waiting, *running;
	uint64_t last_id;
	struct call *calls, *replies;
	struct event_node *first_event, *last_event;
	bool stop, warm;
	char where[128];
	struct engine_credentials cred;

	pthread_t net;
	bool net_started;

	/* net thread only */
	struct journal *journal;
	struct aws_identity *identity;
	struct driver *driver;
	struct localduck *duck;
	char *local_output;
	struct retry_bucket bucket;
};

/* events.c */
void engine_emit(struct engine *e, struct job *j, enum job_event_kind kind, const struct err *err,
        const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void engine_push_event(struct engine *e, struct event_node *n); /* takes n */
void wake_write(int fd);

/* net_thread.c */
void *engine_net_main(void *engine);
bool engine_stopping(struct engine *e);
bool job_stopped(struct engine *e, struct job *j); /* cancelled, or the engine ends */
void call_free(struct call *c);
void job_free(struct job *j);

/* connect.c: identity, child, driver. */
int engine_connect(struct engine *e, struct err *err);
void engine_disconnect(struct engine *e);
/* For engine_credentials: who we are, and the workgroup that an answer named. */
void engine_know_identity(struct engine *e, const struct aws_identity *id);
void engine_know_workgroup(struct engine *e, const char *workgroup);
/* A network error because our own child has died says that instead. */
void engine_explain(struct engine *e, struct err *err);

/* run.c: one job from begin to end, on the net thread. */
void engine_run_job(struct engine *e, struct job *j);
/* net_thread.c: every waiting call, on the net thread. */
void engine_run_calls(struct engine *e);
/* The call has its reply or its error: on to whom it concerns. */
void call_finish(struct engine *e, struct call *c);
/* Under the lock: takes the first call whose time has come, or NULL. */
struct call *call_take_due(struct engine *e, int64_t now);

/* runtime.c: asks for the job's statistics, beside whatever else goes on. */
void runtime_begin(struct engine *e, struct job *j);
/* The job ends; rows: read by it, -1 when it failed. */
void runtime_job_ends(struct engine *e, struct job *j, int64_t rows);
/* The reply of such a call; frees it, or puts it back for later. */
void runtime_landed(struct engine *e, struct call *c);

/* ride.c: the exchange that the driver really sees: one main exchange, catalog calls riding along,
 * and a deadline after which it fails whatever the network does. */
struct ride;
struct exchange *ride_new(struct engine *e, struct exchange *main_x);
/* Fails with ERR_CANCELLED at that time (mono ms). */
void ride_deadline(struct exchange *ride, int64_t at);

#endif
