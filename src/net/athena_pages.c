/* GetQueryResults page by page, and single calls of any operation. */
#include "net/athena_wire.h"
#include "net/call.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define NO_ROOM_WAIT_MS 20 /* the owner's wake comes sooner as a rule */

struct athena_pages {
	struct exchange x;
	const struct aws_identity *id;
	struct call call;
	char *query_id, *token;
	int page_size, req_id;
	size_t page;
	struct buf held; /* a page that had no room yet */
	bool holding, done, failed, cancelled;
	struct err why;
	athena_page_fn on_page;
	void *arg;
};

static struct athena_pages *pages_of(struct exchange *x)
{
	return (struct athena_pages *)x;
}

static void pages_fail(struct athena_pages *p, const struct err *why)
{
	p->failed = true;
	p->why = *why;
}

static void pages_params(const struct athena_pages *p, struct buf *out)
{
	json_t *o =
	        json_pack("{s:s,s:i}", "QueryExecutionId", p->query_id, "MaxResults", p->page_size);
	if (o && p->token)
		json_object_set_new(o, "NextToken", json_string(p->token));
	char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
	buf_add_str(out, text ? text : "{}");
	free(text);
	json_decref(o);
}

/*
 * NextToken without building a tree of the whole page, which the decoder does later. Inside a JSON
 * string a quote is escaped, so the bytes "NextToken" followed by a colon are the key itself.
 */
static char *find_token(struct slice json)
{
	static const char key[] = "\"NextToken\"";
	while (json.len > 0) {
		ptrdiff_t at = slice_find(json, slice_str(key));
		if (at < 0)
			return NULL;
		json = slice_of(
		        json.ptr + at + sizeof key - 1, json.len - (size_t)at - (sizeof key - 1));
		struct slice rest = slice_trim(json);
		if (rest.len == 0 || rest.ptr[0] != ':')
			continue;
		rest = slice_trim(slice_of(rest.ptr + 1, rest.len - 1));
		json_t *v = json_loadb(
		        rest.ptr, rest.len, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL);
		const char *s = json_string_value(v);
		char *token = s && *s ? mem_strdup(s) : NULL;
		json_decref(v);
		return token;
	}
	return NULL;
}

/* Gives the held page to the owner; true when it was taken. */
static bool offer(struct athena_pages *p)
{
	struct err e = ERR_INIT;
	int rc = p->on_page(p->arg, p->page, buf_slice(&p->held), &e);
	if (rc == 1)
		return false;
	p->holding = false;
	if (rc < 0) {
		pages_fail(p, &e);
		return true;
	}
	char *token = find_token(buf_slice(&p->held));
	if (token && p->token && strcmp(token, p->token) == 0) { /* else for ever the same page */
		err_set(&e, ERR_PROTOCOL,
		        "Athena's page %zu names itself as the next one; check any proxy between",
		        p->page + 1);
		pages_fail(p, &e);
	}
	mem_free(p->token);
	p->token = token;
	p->done = token == NULL;
	p->page++;
	buf_clear(&p->held);
	return true;
}

static enum next pages_next(struct exchange *x, int64_t now, struct http_req *out, struct err *err)
{
	struct athena_pages *p = pages_of(x);
	if (p->cancelled && !p->failed && !p->done) {
		struct err e = ERR_INIT;
		err_set(&e, ERR_CANCELLED, "cancelled while the result was being read");
		pages_fail(p, &e);
	}
	if (!p->failed && p->holding && !offer(p)) {
		p->x.wake_at = now + NO_ROOM_WAIT_MS;
		return NEXT_WAIT;
	}
	if (p->failed) {
		if (err)
			*err = p->why;
		return NEXT_FAILED;
	}
	if (p->done)
		return NEXT_DONE;
	if (p->call.in_flight)
		return NEXT_IDLE;
	if (now < p->call.send_at) {
		p->x.wake_at = p->call.send_at;
		return NEXT_WAIT;
	}
	struct buf params;
	buf_init(&params, BUF_NO_LIMIT);
	pages_params(p, &params);
	athena_wire_request(out, p->id, ++p->req_id, "GetQueryResults", buf_slice(&params));
	buf_release(&params);
	call_sent(&p->call);
	return NEXT_SEND;
}

static bool looks_whole(const struct http_reply *reply)
{
	struct slice s = slice_trim(buf_slice(&reply->body));
	return !reply->truncated && s.len >= 2 && s.ptr[0] == '{' && s.ptr[s.len - 1] == '}';
}

static int pages_got(
        struct exchange *x, int id, const struct http_reply *reply, int64_t now, struct err *err)
{
	struct athena_pages *p = pages_of(x);
	(void)id;
	(void)err;
	if (reply->status >= 200 && reply->status <= 299 && looks_whole(reply)) {
		call_done(&p->call);
		call_again(&p->call, p->id->max_attempts, now);
		buf_clear(&p->held);
		buf_add_slice(&p->held, buf_slice(&reply->body));
		p->holding = true;
		if (p->held.failed)
			return err_set(err, ERR_MEMORY, "no memory for a result page");
		return 0;
	}
	struct err e = ERR_INIT;
	enum retry_class k = RETRY_TRANSIENT;
	json_decref(athena_wire_reply(reply, "GetQueryResults", &k, &e));
	if (e.code == ERR_NONE)
		err_set(&e, ERR_PROTOCOL, "a result page ended before its end");
	if (!call_retry(&p->call, k, reply, now))
		pages_fail(p, &e);
	return 0;
}

static void pages_cancel(struct exchange *x)
{
	pages_of(x)->cancelled = true;
}

static void pages_free(struct exchange *x)
{
	struct athena_pages *p = pages_of(x);
	mem_free(p->query_id);
	mem_free(p->token);
	buf_release(&p->held);
	mem_free(p);
}

static const struct exchange_ops pages_ops = {
        .name = "athena-pages",
        .next = pages_next,
        .got = pages_got,
        .cancel = pages_cancel,
        .free = pages_free,
};

struct exchange *athena_pages_new(const struct aws_identity *id, const char *query_id,
        int page_size, struct retry_bucket *bucket, athena_page_fn on_page, void *arg)
{
	struct athena_pages *p = MEM_NEW(struct athena_pages);
	p->x.ops = &pages_ops;
	p->id = id;
	p->query_id = mem_strdup(query_id);
	p->page_size = page_size > 0 && page_size <= 1000 ? page_size : 1000;
	p->on_page = on_page;
	p->arg = arg;
	buf_init(&p->held, BUF_NO_LIMIT);
	call_init(&p->call, id->max_attempts, bucket);
	return &p->x;
}

struct athena_call {
	struct exchange x;
	const struct aws_identity *id;
	struct call call;
	char *operation, *params;
	struct buf *out;
	bool done, failed, cancelled;
	struct err why;
	int req_id;
};

static struct athena_call *call_of(struct exchange *x)
{
	return (struct athena_call *)x;
}

static enum next call_next(struct exchange *x, int64_t now, struct http_req *out, struct err *err)
{
	struct athena_call *c = call_of(x);
	if (c->cancelled && !c->done && !c->failed) {
		c->failed = true;
		err_set(&c->why, ERR_CANCELLED, "%s was cancelled", c->operation);
	}
	if (c->failed) {
		if (err)
			*err = c->why;
		return NEXT_FAILED;
	}
	if (c->done)
		return NEXT_DONE;
	if (c->call.in_flight)
		return NEXT_IDLE;
	if (now < c->call.send_at) {
		c->x.wake_at = c->call.send_at;
		return NEXT_WAIT;
	}
	athena_wire_request(out, c->id, ++c->req_id, c->operation, slice_str(c->params));
	call_sent(&c->call);
	return NEXT_SEND;
}

static int call_got(
        struct exchange *x, int id, const struct http_reply *reply, int64_t now, struct err *err)
{
	struct athena_call *c = call_of(x);
	(void)id;
	(void)err;
	enum retry_class k = RETRY_NO;
	struct err e = ERR_INIT;
	json_t *o = athena_wire_reply(reply, c->operation, &k, &e);
	if (o) {
		call_done(&c->call);
		json_decref(o);
		c->done = true;
		if (c->out)
			buf_add_slice(c->out, buf_slice(&reply->body));
	} else if (!call_retry(&c->call, k, reply, now)) {
		c->failed = true;
		c->why = e;
	}
	return 0;
}

static void call_cancel(struct exchange *x)
{
	call_of(x)->cancelled = true;
}

static void call_free(struct exchange *x)
{
	struct athena_call *c = call_of(x);
	mem_free(c->operation);
	mem_free(c->params);
	mem_free(c);
}

static const struct exchange_ops call_ops = {
        .name = "athena-call",
        .next = call_next,
        .got = call_got,
        .cancel = call_cancel,
        .free = call_free,
};

struct exchange *athena_call_new(const struct aws_identity *id, const char *operation,
        const char *params_json, struct retry_bucket *bucket, struct buf *out)
{
	struct athena_call *c = MEM_NEW(struct athena_call);
	c->x.ops = &call_ops;
	c->id = id;
	c->operation = mem_strdup(operation);
	c->params = mem_strdup(params_json ? params_json : "{}");
	c->out = out;
	call_init(&c->call, id->max_attempts, bucket);
	return &c->x;
}
