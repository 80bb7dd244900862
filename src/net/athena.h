/*
 * Athena as exchanges (API version 2017-05-18; JSON 1.1 over POST /). One `athena_run` is one
 * execution: start (idempotent by its ClientRequestToken), poll (100 ms growing to 2 s), stop on
 * cancel or timeout and poll to the final state. `athena_pages` reads GetQueryResults page by page.
 */
#ifndef NET_ATHENA_H
#define NET_ATHENA_H

#include "base/buf.h"
#include "net/aws.h"
#include "net/exchange.h"
#include "net/retry.h"

enum athena_state {
	ATHENA_NONE,
	ATHENA_QUEUED,
	ATHENA_RUNNING,
	ATHENA_SUCCEEDED,
	ATHENA_FAILED,
	ATHENA_CANCELLED
};
const char *athena_state_name(enum athena_state s);

/* -1 in a number: not reported. Times in ms, sizes in bytes. */
struct athena_stats {
	int64_t scanned_bytes, engine_ms, total_ms, queue_ms, pre_ms, planning_ms, service_ms;
	bool reused; /* result reuse: nothing scanned, nothing billed */
};
struct athena_status {
	char id[64]; /* QueryExecutionId */
	enum athena_state state;
	struct athena_stats stats;
	char output[1100]; /* s3:// address of the result object; "" when there is none (managed) */
	char reason[2000]; /* StateChangeReason or AthenaError.ErrorMessage */
	char statement_type[16], substatement_type[32];
	char workgroup[132];
};
struct athena_request {
	const char *sql, *database, *catalog, *workgroup, *output_location; /* NULL: not sent */
	const char *token;    /* 32..128 characters, journalled before the first send */
	const char *adopt_id; /* not NULL: skip start, follow this execution */
	int64_t timeout_ms;   /* from start; then StopQueryExecution and ERR_TIMEOUT; 0 = none */
};
/* on_status: called in ops->got after each change. Strings in rq are copied. */
typedef void (*athena_status_fn)(void *arg, const struct athena_status *st);
struct exchange *athena_run_new(const struct aws_identity *id, const struct athena_request *rq,
        struct retry_bucket *bucket, athena_status_fn on_status, void *arg);

/* GetQueryResults. on_page gets each raw page body: 0 taken, 1 no room now (offered again), -1
 * failed. */
typedef int (*athena_page_fn)(void *arg, size_t page_index, struct slice json, struct err *err);
struct exchange *athena_pages_new(const struct aws_identity *id, const char *query_id,
        int page_size, struct retry_bucket *bucket, athena_page_fn on_page, void *arg);

/* One plain call of any operation: params JSON in, reply JSON out (for catalog listings). */
struct exchange *athena_call_new(const struct aws_identity *id, const char *operation,
        const char *params_json, struct retry_bucket *bucket, struct buf *out);

/* Maps an error reply to an err: code by AthenaErrorCode/__type, line and col from "line L:C:". */
void athena_error(const struct http_reply *reply, struct err *err, char *code, size_t code_size);
/* Finds "line L:C" in a message; returns false when absent. */
bool athena_error_place(const char *text, int *line, int *col);

#endif
