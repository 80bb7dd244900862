/* One execution as an exchange: start, poll, stop. See athena.h for the rules. */
#include "net/athena_wire.h"
#include "net/call.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define POLL_FIRST_MS    100
#define POLL_CAP_MS      2000
#define POLL_ATTEMPTS    8 /* a query that runs is not given up for a short outage */
#define STOP_PATIENCE_MS 30000

enum step { STEP_START, STEP_POLL, STEP_STOP, STEP_END };

struct athena_run {
	struct exchange x; /* first: the exchange is the handle */
	const struct aws_identity *id;
	struct call call;
	struct buf start_params;
	enum step step;
	int req_id;
	struct athena_status st;
	int64_t timeout_ms, deadline, poll_ms;
	bool cancelled, timed_out; /* why a stop is wanted */
	bool stop_sent;
	bool may_run; /* a start that was sent got no answer that says whether it was taken */
	int64_t stop_deadline;
	bool failed;
	struct err why;
	athena_status_fn on_status;
	void *arg;
};

static struct athena_run *run_of(struct exchange *x)
{
	return (struct athena_run *)x;
}

static void set_string(json_t *o, const char *key, const char *value)
{
	if (value && *value)
		json_object_set_new(o, key, json_string(value));
}

static void start_params(struct buf *out, const struct athena_request *rq)
{
	json_t *o = json_object(), *ctx = json_object(), *rc = json_object();
	set_string(o, "QueryString", rq->sql);
	set_string(o, "ClientRequestToken", rq->token);
	set_string(ctx, "Catalog", rq->catalog);
	set_string(ctx, "Database", rq->database);
	if (json_object_size(ctx) > 0)
		json_object_set(o, "QueryExecutionContext", ctx);
	set_string(rc, "OutputLocation", rq->output_location);
	/* Managed results take no ResultConfiguration at all. */
	if (json_object_size(rc) > 0)
		json_object_set(o, "ResultConfiguration", rc);
	set_string(o, "WorkGroup", rq->workgroup);
	char *text = json_dumps(o, JSON_COMPACT);
	buf_add_str(out, text ? text : "");
	free(text);
	json_decref(ctx);
	json_decref(rc);
	json_decref(o);
}

static void id_params(struct buf *out, const char *query_id)
{
	json_t *o = json_pack("{s:s}", "QueryExecutionId", query_id);
	char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
	buf_add_str(out, text ? text : "{}");
	free(text);
	json_decref(o);
}

static void go(struct athena_run *r, enum step step, int64_t at)
{
	r->step = step;
	call_again(&r->call, step == STEP_POLL ? POLL_ATTEMPTS : r->id->max_attempts, at);
}

static const char *operation(const struct athena_run *r)
{
	switch (r->step) {
	case STEP_START: return "StartQueryExecution";
	case STEP_STOP: return "StopQueryExecution";
	default: return "GetQueryExecution";
	}
}

static enum next wait_until(struct athena_run *r, int64_t at, int64_t now)
{
	if (r->deadline && !r->timed_out && !r->cancelled && at > r->deadline)
		at = r->deadline;
	r->x.wake_at = at > now ? at : now;
	return NEXT_WAIT;
}

/* What the end means for the caller. */
static enum next end(struct athena_run *r, struct err *err)
{
	if (r->failed) {
		if (err)
			*err = r->why;
		return NEXT_FAILED;
	}
	return NEXT_DONE;
}

static void fail(struct athena_run *r, const struct err *why)
{
	r->failed = true;
	r->why = *why;
	r->step = STEP_END;
}

/* Decides whether the execution must be stopped now. */
static void consider_stop(struct athena_run *r, int64_t now)
{
	if (!r->deadline && r->timeout_ms > 0)
		r->deadline = now + r->timeout_ms;
	if (r->deadline && now >= r->deadline && !r->cancelled)
		r->timed_out = true;
	if (!(r->cancelled || r->timed_out) || r->stop_sent || r->call.in_flight)
		return;
	if (r->st.id[0]) {
		r->stop_sent = true;
		r->stop_deadline = now + STOP_PATIENCE_MS;
		go(r, STEP_STOP, now);
		return;
	}
	if (r->call.retry.attempt == 0) { /* never sent: nothing runs, nothing is billed */
		struct err e = ERR_INIT;
		err_set(&e, ERR_CANCELLED,
		        "cancelled before the query was sent; nothing is billed");
		fail(r, &e);
	}
	/* Sent, but no answer came: the repeat (same token) tells the id, which is then stopped. */
}

static enum next run_next(struct exchange *x, int64_t now, struct http_req *out, struct err *err)
{
	struct athena_run *r = run_of(x);
	if (r->step != STEP_END)
		consider_stop(r, now);
	if (r->step == STEP_END)
		return end(r, err);
	if (r->call.in_flight)
		return r->deadline && !r->timed_out && !r->cancelled
		               ? wait_until(r, r->deadline, now)
		               : NEXT_IDLE;
	if (now < r->call.send_at)
		return wait_until(r, r->call.send_at, now);
	struct buf params;
	buf_init(&params, BUF_NO_LIMIT);
	if (r->step == STEP_START)
		buf_add_slice(&params, buf_slice(&r->start_params));
	else
		id_params(&params, r->st.id);
	athena_wire_request(out, r->id, ++r->req_id, operation(r), buf_slice(&params));
	buf_release(&params);
	call_sent(&r->call);
	return NEXT_SEND;
}

/* The end state was reached: success, or an error that says whose doing it was. */
static void conclude(struct athena_run *r)
{
	struct err e = ERR_INIT;
	r->step = STEP_END;
	long long scanned =
	        r->st.stats.scanned_bytes < 0 ? 0 : (long long)r->st.stats.scanned_bytes;
	if (r->timed_out)
		err_set(&e, ERR_TIMEOUT,
		        "the query took longer than %lld s and was stopped (%lld bytes scanned are "
		        "billed); raise the timeout or narrow the query",
		        (long long)r->timeout_ms / 1000, scanned);
	else if (r->cancelled)
		err_set(&e, ERR_CANCELLED, "cancelled; %lld bytes scanned until then are billed",
		        scanned);
	else if (r->st.state == ATHENA_SUCCEEDED)
		return;
	else if (r->st.state == ATHENA_CANCELLED)
		err_set(&e, ERR_CANCELLED, "the query was cancelled elsewhere: %s",
		        r->st.reason[0] ? r->st.reason : "no reason given");
	else {
		err_set(&e, ERR_QUERY, "%s",
		        r->st.reason[0] ? r->st.reason : "the query failed without a reason");
		athena_error_place(r->st.reason, &e.line, &e.col);
	}
	fail(r, &e);
}

static void got_start(struct athena_run *r, const json_t *reply, int64_t now)
{
	athena_wire_string(reply, "QueryExecutionId", r->st.id, sizeof r->st.id);
	if (!r->st.id[0]) {
		struct err e = ERR_INIT;
		err_set(&e, ERR_PROTOCOL,
		        "Athena's answer to StartQueryExecution has no QueryExecutionId");
		fail(r, &e);
		return;
	}
	r->st.state = ATHENA_QUEUED;
	r->poll_ms = POLL_FIRST_MS;
	go(r, STEP_POLL, now + r->poll_ms);
	r->on_status(r->arg, &r->st);
}

static void got_status(struct athena_run *r, const json_t *reply, int64_t now)
{
	struct err e = ERR_INIT;
	enum athena_state before = r->st.state;
	if (athena_wire_status(reply, &r->st, &e) != 0) {
		fail(r, &e);
		return;
	}
	r->on_status(r->arg, &r->st);
	if (r->st.state >= ATHENA_SUCCEEDED) {
		conclude(r);
		return;
	}
	if (r->stop_sent && now > r->stop_deadline) {
		err_set(&e, r->timed_out ? ERR_TIMEOUT : ERR_CANCELLED,
		        "asked Athena to stop query %s, but it still says %s; look at it in the "
		        "console",
		        r->st.id, athena_state_name(r->st.state));
		fail(r, &e);
		return;
	}
	/* Quick after a change, then slower by 1.4 up to 2 s. */
	r->poll_ms = r->st.state != before || r->stop_sent ? POLL_FIRST_MS : r->poll_ms * 7 / 5;
	if (r->poll_ms > POLL_CAP_MS)
		r->poll_ms = POLL_CAP_MS;
	go(r, STEP_POLL, now + r->poll_ms);
}

/* Start is given up: what was sent and not answered may run, and be billed, all the same. */
static void fail_start(struct athena_run *r, const struct err *why)
{
	struct err e = *why;
	size_t n = strlen(e.text);
	if (r->may_run)
		snprintf(e.text + n, sizeof e.text - n,
		        "; Athena may have taken the query all the same: look at its history "
		        "before "
		        "you run it again");
	fail(r, &e);
}

static int run_got(
        struct exchange *x, int id, const struct http_reply *reply, int64_t now, struct err *err)
{
	struct athena_run *r = run_of(x);
	(void)id;
	(void)err;
	struct err e = ERR_INIT;
	enum retry_class k = RETRY_NO;
	const char *op = operation(r);
	json_t *o = athena_wire_reply(reply, op, &k, &e);
	if (!o) {
		if (reply->sent || reply->status >= 500 ||
		        (reply->status >= 200 && reply->status < 300))
			r->may_run = true;
		if (!call_retry(&r->call, k, reply, now)) {
			log_error("athena", "%s: %s", op, e.text);
			if (r->step == STEP_STOP) /* it may have ended by itself: look */
				go(r, STEP_POLL, now);
			else if (r->step == STEP_START)
				fail_start(r, &e);
			else
				fail(r, &e);
		}
		return 0;
	}
	call_done(&r->call);
	if (r->step == STEP_START)
		got_start(r, o, now);
	else if (r->step == STEP_STOP)
		go(r, STEP_POLL, now);
	else
		got_status(r, o, now);
	json_decref(o);
	return 0;
}

static void run_cancel(struct exchange *x)
{
	run_of(x)->cancelled = true;
}

static void run_free(struct exchange *x)
{
	struct athena_run *r = run_of(x);
	buf_release(&r->start_params);
	mem_free(r);
}

static const struct exchange_ops run_ops = {
        .name = "athena-run",
        .next = run_next,
        .got = run_got,
        .cancel = run_cancel,
        .free = run_free,
};

static void no_status(void *arg, const struct athena_status *st)
{
	(void)arg;
	(void)st;
}

struct exchange *athena_run_new(const struct aws_identity *id, const struct athena_request *rq,
        struct retry_bucket *bucket, athena_status_fn on_status, void *arg)
{
	struct athena_run *r = MEM_NEW(struct athena_run);
	r->x.ops = &run_ops;
	r->id = id;
	r->timeout_ms = rq->timeout_ms;
	r->on_status = on_status ? on_status : no_status;
	r->arg = arg;
	r->poll_ms = POLL_FIRST_MS;
	r->st.stats = (struct athena_stats){-1, -1, -1, -1, -1, -1, -1, false};
	buf_init(&r->start_params, BUF_NO_LIMIT);
	call_init(&r->call, id->max_attempts, bucket);
	if (rq->adopt_id) {
		size_t n = strnlen(rq->adopt_id, sizeof r->st.id - 1);
		memcpy(r->st.id, rq->adopt_id, n);
		go(r, STEP_POLL, 0);
	} else {
		start_params(&r->start_params, rq);
	}
	return &r->x;
}
