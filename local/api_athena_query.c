#include "local/api_athena_ops.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#include "base/ban.h"

#define SQL_MAX 262144 /* bytes; Athena's limit is not adjustable */
#define BATCH   50

static void read_start(struct op *o, struct exec_request *rq)
{
	json_t *context = op_object(o, o->in, "QueryExecutionContext");
	json_t *config = op_object(o, o->in, "ResultConfiguration");
	rq->sql = op_string(o, o->in, "QueryString");
	rq->token = op_string(o, o->in, "ClientRequestToken");
	rq->catalog = op_string(o, context, "Catalog");
	rq->database = op_string(o, context, "Database");
	rq->workgroup = op_string(o, o->in, "WorkGroup");
	rq->output = op_string(o, config, "OutputLocation");
	if (!rq->output || !*rq->output)
		rq->output = o->api->default_output;
	if (!rq->workgroup)
		rq->workgroup = "primary";
}

/* In Athena's order: token, sizes, location; then catalog and workgroup. */
static bool check_start(struct op *o, const struct exec_request *rq)
{
	struct slice bucket, key;
	size_t token = rq->token ? strlen(rq->token) : 0;
	if (o->failed)
		return false;
	if (!rq->token || !token)
		op_invalid(o, "INVALID_INPUT", "clientRequestToken is null or empty");
	else if (token < 32 || token > 128)
		op_invalid(
		        o, "INVALID_INPUT", "clientRequestToken must be 32 to 128 characters long");
	else if (!rq->sql || !*rq->sql)
		op_invalid(o, "INVALID_INPUT", "queryString is null or empty");
	else if (strlen(rq->sql) > SQL_MAX)
		op_invalid(o, "INVALID_INPUT", "queryString is longer than %d bytes", SQL_MAX);
	else if (!s3_address(slice_str(rq->output), &bucket, &key))
		op_invalid(o, "INVALID_INPUT", "outputLocation is not a valid S3 path.");
	else if (key.len > BUCKET_KEY_MAX - 64)
		op_invalid(o, "INVALID_INPUT", "outputLocation is too long");
	else if (strcmp(rq->workgroup, "primary") != 0)
		op_invalid(o, "INVALID_INPUT", "WorkGroup is not found.");
	return op_our_catalog(o, rq->catalog);
}

static void reply_id(struct op *o, const char *id)
{
	op_reply(o, json_pack("{s:s}", "QueryExecutionId", id));
}

static void token_mismatch(struct op *o)
{
	op_invalid(o, "IDEMPOTENT_PARAMETER_MISMATCH",
	        "Idempotent parameters do not match the ones of the first request with this token");
}

static void submit(struct op *o, const struct exec_request *rq)
{
	struct err err = ERR_INIT;
	char id[37];
	int rc = executions_start(o->api->ex, rq, id, &err);
	if (rc < 0) {
		reply_json_error(o->rp, 400, "TooManyRequestsException", "TOO_MANY_REQUESTS", "%s",
		        err.text);
		o->failed = true;
	} else if (rc == TOKEN_MISMATCH) {
		token_mismatch(o);
	} else {
		reply_id(o, id);
	}
}

/* Puts parameters in and parses: what is wrong with the text is said at once. */
static void prepare_and_submit(struct op *o, struct exec_request *rq, int64_t began)
{
	struct err err = ERR_INIT;
	struct buf sql;
	json_t *values = op_array(o, o->in, "ExecutionParameters");
	buf_init(&sql, 4 * SQL_MAX);
	if (!o->failed &&
	        parameters_apply(&sql, slice_str(rq->sql), values, o->api->duck, &err) < 0)
		op_invalid(o, "MALFORMED_QUERY", "%s", err.text);
	if (!o->failed && duck_check(o->api->duck, buf_slice(&sql), &rq->statement, &err) < 0)
		op_invalid(o, "MALFORMED_QUERY", "%s", err.text);
	if (!o->failed) {
		rq->run_sql = buf_str(&sql);
		rq->pre_ms = clock_mono_ms() - began;
		submit(o, rq);
	}
	buf_release(&sql);
}

void op_start_query_execution(struct op *o)
{
	int64_t began = clock_mono_ms();
	struct exec_request rq = {0};
	char id[37];
	read_start(o, &rq);
	if (!check_start(o, &rq))
		return;
	switch (executions_token(o->api->ex, &rq, id)) {
	case TOKEN_SAME: reply_id(o, id); break;
	case TOKEN_MISMATCH: token_mismatch(o); break;
	default: prepare_and_submit(o, &rq, began); break;
	}
}

static bool view_of(struct op *o, const char *id, uint64_t row, struct exec_view *v)
{
	if (!o->failed && executions_get(o->api->ex, id, row, v))
		return true;
	op_invalid(o, "QUERY_EXECUTION_NOT_FOUND", "QueryExecution %.100s was not found",
	        id ? id : "");
	return false;
}

static json_t *seconds(int64_t ms)
{
	return json_real((double)ms / 1000.0);
}

static json_t *status_json(const struct exec_view *v)
{
	json_t *s = json_pack("{s:s, s:o}", "State", exec_state_name(v->state),
	        "SubmissionDateTime", seconds(v->submitted_wall));
	if (v->completed_wall)
		json_object_set_new(s, "CompletionDateTime", seconds(v->completed_wall));
	if (v->reason)
		json_object_set_new(s, "StateChangeReason", text_json(slice_str(v->reason)));
	if (v->state == EXEC_FAILED)
		json_object_set_new(s, "AthenaError",
		        json_pack("{s:i, s:i, s:b, s:o}", "ErrorCategory",
		                v->error_type < 1000 ? 1 : 2, "ErrorType", v->error_type,
		                "Retryable", 0, "ErrorMessage", text_json(slice_str(v->reason))));
	return s;
}

static json_t *statistics_json(const struct exec_view *v)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:{s:b}}",
	        "EngineExecutionTimeInMillis", (json_int_t)v->engine_ms, "DataScannedInBytes",
	        (json_int_t)v->scanned_bytes, "TotalExecutionTimeInMillis", (json_int_t)v->total_ms,
	        "QueryQueueTimeInMillis", (json_int_t)v->queue_ms,
	        "ServicePreProcessingTimeInMillis", (json_int_t)v->pre_ms,
	        "QueryPlanningTimeInMillis", (json_int_t)v->planning_ms,
	        "ServiceProcessingTimeInMillis", (json_int_t)v->service_ms,
	        "ResultReuseInformation", "ReusedPreviousResult", 0);
}

static json_t *execution_json(const struct exec_view *v)
{
	json_t *x = json_pack("{s:s, s:o, s:s, s:s, s:s, s:{s:s}, s:o, s:o, s:{s:s, s:s}}",
	        "QueryExecutionId", v->id, "Query", text_json(slice_str(v->sql)), "StatementType",
	        v->statement.statement_type, "SubstatementType", v->statement.substatement_type,
	        "WorkGroup", v->workgroup, "ResultConfiguration", "OutputLocation", v->output,
	        "Status", status_json(v), "Statistics", statistics_json(v), "EngineVersion",
	        "SelectedEngineVersion", "AUTO", "EffectiveEngineVersion",
	        "Athena engine version 3");
	json_t *context = json_object();
	json_object_set_new(
	        context, "Catalog", json_string(v->catalog ? v->catalog : "awsdatacatalog"));
	if (v->database)
		json_object_set_new(context, "Database", json_string(v->database));
	json_object_set_new(x, "QueryExecutionContext", context);
	return x;
}

void op_get_query_execution(struct op *o)
{
	struct exec_view v;
	const char *id = op_required(o, "QueryExecutionId");
	if (!view_of(o, id, 0, &v))
		return;
	op_reply(o, json_pack("{s:o}", "QueryExecution", execution_json(&v)));
	exec_view_release(&v);
}

static json_t *unprocessed(const char *id)
{
	return json_pack("{s:s, s:s, s:s}", "QueryExecutionId", id, "ErrorCode",
	        "QUERY_EXECUTION_NOT_FOUND", "ErrorMessage", "QueryExecution was not found");
}

void op_batch_get_query_execution(struct op *o)
{
	json_t *ids = op_array(o, o->in, "QueryExecutionIds");
	size_t n = json_array_size(ids);
	if (n < 1 || n > BATCH) {
		op_invalid(o, "INVALID_INPUT", "QueryExecutionIds must hold 1 to %d ids", BATCH);
		return;
	}
	json_t *found = json_array(), *lost = json_array();
	for (size_t i = 0; i < n; i++) {
		const char *id = json_string_value(json_array_get(ids, i));
		struct exec_view v;
		if (!id) {
			op_fail(o, 400, "SerializationException",
			        "QueryExecutionIds must hold strings");
		} else if (executions_get(o->api->ex, id, 0, &v)) {
			json_array_append_new(found, execution_json(&v));
			exec_view_release(&v);
		} else {
			json_array_append_new(lost, unprocessed(id));
		}
	}
	op_reply(o, json_pack("{s:o, s:o}", "QueryExecutions", found,
	                    "UnprocessedQueryExecutionIds", lost));
}

void op_list_query_executions(struct op *o)
{
	char ids[BATCH][37];
	size_t n;
	bool more;
	int64_t max = op_number(o, o->in, "MaxResults", BATCH);
	const char *after = op_string(o, o->in, "NextToken");
	const char *group = op_string(o, o->in, "WorkGroup");
	if (max < 0 || max > BATCH)
		op_invalid(o, "INVALID_INPUT", "MaxResults must be 0 to %d", BATCH);
	if (group && strcmp(group, "primary") != 0)
		op_invalid(o, "INVALID_INPUT", "WorkGroup is not found.");
	if (o->failed)
		return;
	if (!executions_list(o->api->ex, after, max ? (size_t)max : BATCH, ids, &n, &more)) {
		op_invalid(o, "INVALID_INPUT", "Malformed nextToken");
		return;
	}
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(ids[i]));
	json_t *out = json_pack("{s:o}", "QueryExecutionIds", list);
	if (more && n)
		json_object_set_new(out, "NextToken", json_string(ids[n - 1]));
	op_reply(o, out);
}

void op_stop_query_execution(struct op *o)
{
	const char *id = op_required(o, "QueryExecutionId");
	if (o->failed)
		return;
	if (executions_stop(o->api->ex, id))
		op_reply(o, json_object());
	else
		op_invalid(
		        o, "QUERY_EXECUTION_NOT_FOUND", "QueryExecution %.100s was not found", id);
}

static json_t *timeline_json(const struct exec_view *v)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "QueryQueueTimeInMillis",
	        (json_int_t)v->queue_ms, "ServicePreProcessingTimeInMillis", (json_int_t)v->pre_ms,
	        "QueryPlanningTimeInMillis", (json_int_t)v->planning_ms,
	        "EngineExecutionTimeInMillis", (json_int_t)v->engine_ms,
	        "ServiceProcessingTimeInMillis", (json_int_t)v->service_ms,
	        "TotalExecutionTimeInMillis", (json_int_t)v->total_ms);
}

/* Without InputRows: the engine counts the rows that it scans twice (DuckDB 1.5). */
static json_t *row_counts(const struct exec_view *v)
{
	return json_pack("{s:I, s:I, s:I}", "InputBytes", (json_int_t)v->scanned_bytes,
	        "OutputRows", (json_int_t)v->output_rows, "OutputBytes",
	        (json_int_t)v->output_bytes);
}

/* One stage: DuckDB runs a query as a whole in one process. */
static json_t *stage_json(const struct exec_view *v)
{
	json_t *s = row_counts(v);
	json_t *plan = v->plan ? json_loads(v->plan, 0, NULL) : NULL;
	if (!plan)
		plan = json_pack("{s:s, s:s, s:[], s:[]}", "Name", "Output", "Identifier", "0",
		        "Children", "RemoteSources");
	json_object_set_new(s, "StageId", json_integer(0));
	json_object_set_new(
	        s, "State", json_string(v->state == EXEC_SUCCEEDED ? "FINISHED" : "FAILED"));
	json_object_set_new(s, "ExecutionTime", json_integer(v->engine_ms));
	json_object_set_new(s, "QueryStagePlan", plan);
	json_object_set_new(s, "SubStages", json_array());
	return s;
}

void op_get_query_runtime_statistics(struct op *o)
{
	struct exec_view v;
	const char *id = op_required(o, "QueryExecutionId");
	if (!view_of(o, id, 0, &v))
		return;
	json_t *out = json_object();
	if (v.state == EXEC_SUCCEEDED || v.state == EXEC_FAILED)
		json_object_set_new(out, "Timeline", timeline_json(&v));
	if (v.state == EXEC_SUCCEEDED) {
		json_object_set_new(out, "Rows", row_counts(&v));
		json_object_set_new(out, "OutputStage", stage_json(&v));
	}
	op_reply(o, json_pack("{s:o}", "QueryRuntimeStatistics", out));
	exec_view_release(&v);
}
