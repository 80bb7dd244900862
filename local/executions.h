/*
 * Query executions: accepted, queued, run by worker threads, kept for reading. Any thread may call;
 * what is handed out are copies, so nothing is borrowed across the lock.
 */
#ifndef LOCAL_EXECUTIONS_H
#define LOCAL_EXECUTIONS_H

#include "base/err.h"
#include "local/bucket.h"
#include "local/duck.h"
#include "local/resultfile.h"

#include <stdbool.h>
#include <stdint.h>

enum exec_state { EXEC_QUEUED, EXEC_RUNNING, EXEC_SUCCEEDED, EXEC_FAILED, EXEC_CANCELLED };
const char *exec_state_name(enum exec_state s);

struct exec_config {
	struct store *store;
	struct duck *duck;
	int workers;        /* queries running at once; the others wait QUEUED */
	size_t max_waiting; /* more are refused: TooManyRequestsException */
	size_t max_kept;    /* oldest finished ones are forgotten beyond this */
};
struct executions;
struct executions *executions_new(const struct exec_config *cfg);
/* Interrupts what runs, joins the workers, frees. NULL allowed. */
void executions_free(struct executions *ex);

/* What StartQueryExecution was asked; strings are copied. */
struct exec_request {
	const char *sql;                            /* as sent: what GetQueryExecution shows */
	const char *run_sql;                        /* with parameters put in; NULL: sql */
	const char *catalog, *database, *workgroup; /* NULL allowed */
	const char *output; /* s3://bucket/prefix as asked (or the default): a folder */
	const char *token;  /* NULL allowed */
	struct duck_statement statement;
	int64_t pre_ms; /* spent on checks before */
};
enum exec_token { TOKEN_NEW, TOKEN_SAME, TOKEN_MISMATCH };
/* What a token means: same SQL, catalog, database and output -> the execution it started. */
enum exec_token executions_token(struct executions *ex, const struct exec_request *rq, char id[37]);
/* Queues it. TOKEN_* as above (two starts may race); -1 with ERR_THROTTLED when too many wait. */
int executions_start(
        struct executions *ex, const struct exec_request *rq, char id[37], struct err *err);
/* False when unknown. A finished one stays as it is; a queued one is CANCELLED at once. */
bool executions_stop(struct executions *ex, const char *id);

/* A copy of everything that can be told. Times in ms; wall since 1970; 0: not yet. */
struct exec_view {
	char id[37];
	enum exec_state state;
	char *sql, *catalog, *database, *workgroup, *output, *reason; /* NULL: none */
	struct duck_statement statement;
	int error_type; /* Athena's catalogue; 0 when there is none */
	int64_t submitted_wall, completed_wall;
	int64_t queue_ms, pre_ms, planning_ms, engine_ms, service_ms, total_ms;
	int64_t scanned_bytes, output_rows, output_bytes;
	char *plan; /* JSON of the operators; NULL: not known */
	/* SUCCEEDED only */
	bool has_result;
	struct columns columns;
	char *bucket, *key, *pages, etag[48];
	uint64_t offset, row_there; /* for the row asked for */
};
bool executions_get(struct executions *ex, const char *id, uint64_t first_row, struct exec_view *v);
void exec_view_release(struct exec_view *v);
/* Ids, newest first, after `after` (NULL: from the newest). False when `after` is unknown. */
bool executions_list(struct executions *ex, const char *after, size_t max, char (*ids)[37],
        size_t *n, bool *more);

#endif
