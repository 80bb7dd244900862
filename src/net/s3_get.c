/* One object by ranged GETs in order, resumed where a transfer broke off. See s3.h. */
#include "net/call.h"
#include "net/s3.h"

#include "base/log.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define RANGE_DEFAULT (8 << 20)

struct s3_get {
	struct exchange x;
	const struct aws_identity *id;
	struct call call;
	char *address, *url, *etag;
	int64_t size;        /* -1 until the first reply */
	int64_t offset;      /* next byte that the owner gets */
	int64_t range;       /* bytes of one GET */
	int64_t range_begin; /* offset when the running GET was sent */
	int64_t part_offset; /* object offset of the next byte of the running transfer */
	int64_t part_end;    /* where it ends, by its head */
	bool part_begun;
	bool done, failed, cancelled;
	struct err why;
	int req_id;
	struct s3_get_events ev;
};

static struct s3_get *get_of(struct exchange *x)
{
	return (struct s3_get *)x;
}

static void get_fail(struct s3_get *g, const struct err *why)
{
	g->failed = true;
	g->why = *why;
}

static void fill_request(struct s3_get *g, struct http_req *out)
{
	http_req_init(out);
	out->id = ++g->req_id;
	out->method = "GET";
	out->url = mem_strdup(g->url);
	char range[64];
	snprintf(range, sizeof range, "bytes=%" PRId64 "-%" PRId64, g->offset,
	        g->offset + g->range - 1);
	http_headers_set(&out->headers, "range", range);
	if (g->etag)
		http_headers_set(&out->headers, "if-match", g->etag);
	out->sign = "s3";
	out->region = g->id->region;
	out->stream = true;
	g->range_begin = g->offset;
	g->part_begun = false;
}

static enum next get_next(struct exchange *x, int64_t now, struct http_req *out, struct err *err)
{
	struct s3_get *g = get_of(x);
	if (g->cancelled && !g->done && !g->failed) {
		g->failed = true;
		err_set(&g->why, ERR_CANCELLED, "cancelled while the result was being downloaded");
	}
	if (g->failed) {
		if (err)
			*err = g->why;
		return NEXT_FAILED;
	}
	if (g->done)
		return NEXT_DONE;
	if (g->call.in_flight)
		return NEXT_IDLE;
	if (now < g->call.send_at) {
		g->x.wake_at = g->call.send_at;
		return NEXT_WAIT;
	}
	fill_request(g, out);
	call_sent(&g->call);
	return NEXT_SEND;
}

/* Where a transfer begins and ends, and how large the object is: of a part, or of the whole. */
struct extent {
	int64_t first, end, size;
};

static int read_extent(const struct http_reply *head, struct extent *x, struct err *err)
{
	const char *cr = http_headers_get(&head->headers, "content-range");
	const char *cl = http_headers_get(&head->headers, "content-length");
	if (head->status == 206) {
		long long a, b, n;
		if (!cr || sscanf(cr, "bytes %lld-%lld/%lld", &a, &b, &n) != 3 || a < 0 || b < a ||
		        n <= b)
			return err_set(
			        err, ERR_PROTOCOL, "S3 sent a part without a usable Content-Range");
		*x = (struct extent){a, b + 1, n};
		return 0;
	}
	if (!cl)
		return err_set(err, ERR_PROTOCOL, "S3 sent an object without Content-Length");
	char *stop;
	long long n = strtoll(cl, &stop, 10);
	if (stop == cl || n < 0)
		return err_set(err, ERR_PROTOCOL, "S3 sent an unusable Content-Length");
	*x = (struct extent){0, n, n};
	return 0;
}

/* The head of a transfer: pins size and ETag at first, compares them later. */
static int begin_part(struct s3_get *g, const struct http_reply *head, struct err *err)
{
	struct extent x = {0, 0, 0};
	if (read_extent(head, &x, err) != 0)
		return -1;
	const char *etag = http_headers_get(&head->headers, "etag");
	if (g->size < 0) {
		g->size = x.size;
		g->etag = etag ? mem_strdup(etag) : NULL;
		g->ev.opened(g->ev.arg, x.size, etag ? etag : "");
	} else if (x.size != g->size || (g->etag && etag && strcmp(etag, g->etag) != 0)) {
		return err_set(err, ERR_DATA,
		        "%s changed while it was being read (%" PRId64 " bytes, then %" PRId64
		        "); run again",
		        g->address, g->size, x.size);
	}
	if (x.first > g->offset || (x.end <= g->offset && g->offset < g->size))
		return err_set(err, ERR_PROTOCOL,
		        "S3 sent bytes %" PRId64 " to %" PRId64 ", asked from %" PRId64, x.first,
		        x.end - 1, g->offset);
	g->part_offset = x.first;
	g->part_end = x.end;
	g->part_begun = true;
	return 0;
}

static int get_body(struct exchange *x, int id, const struct http_reply *head, struct slice part,
        struct err *err)
{
	struct s3_get *g = get_of(x);
	(void)id;
	if (!g->part_begun && begin_part(g, head, err) != 0)
		return -1;
	if (g->part_offset + (int64_t)part.len > g->part_end)
		return err_set(err, ERR_PROTOCOL,
		        "S3 sent more than the bytes %" PRId64 " to %" PRId64
		        " that it announced of %s; check any proxy between",
		        g->range_begin, g->part_end - 1, g->address);
	/* A server that ignores Range starts at 0: what the owner has already is passed over. */
	int64_t skip = g->offset - g->part_offset;
	if (skip >= (int64_t)part.len) {
		g->part_offset += (int64_t)part.len;
		return 0;
	}
	struct slice rest = slice_of(part.ptr + skip, part.len - (size_t)skip);
	if (g->offset + (int64_t)rest.len > g->size)
		return err_set(err, ERR_PROTOCOL, "S3 sent more than the %" PRId64 " bytes of %s",
		        g->size, g->address);
	int rc = g->ev.part(g->ev.arg, g->offset, rest, err);
	if (rc != 0)
		return rc;
	g->part_offset += (int64_t)part.len;
	g->offset += (int64_t)rest.len;
	return 0;
}

/* 416 to the first request: the object is empty. */
static bool is_empty_object(const struct s3_get *g, const struct http_reply *reply)
{
	const char *cr = http_headers_get(&reply->headers, "content-range");
	return reply->status == 416 && g->offset == 0 && (!cr || strcmp(cr, "bytes */0") == 0);
}

/* Every byte that the head promised has come. */
static bool part_complete(const struct s3_get *g)
{
	return g->part_begun && g->part_offset == g->part_end;
}

static void finish_part(struct s3_get *g, int64_t now)
{
	call_done(&g->call);
	if (g->offset == g->size)
		g->done = true;
	else
		call_again(&g->call, g->id->max_attempts, now);
}

/* A transfer that did not end well: resumed at g->offset, or the error of its last attempt. */
static void part_broke(struct s3_get *g, const struct http_reply *reply, int64_t now)
{
	struct err e = reply->failure;
	enum retry_class k = RETRY_TRANSIENT;
	char code[80] = "";
	if (reply->status != 0 && reply->status != 200 && reply->status != 206) {
		s3_error(reply, g->address, &e, code, sizeof code);
		k = retry_classify(reply, code);
	} else if (e.code == ERR_NONE) {
		err_set(&e, ERR_NETWORK, "the download of %s broke off at byte %" PRId64,
		        g->address, g->offset);
	}
	/* What made progress is not a failing call: a long download may break off more than thrice.
	 */
	if (g->offset > g->range_begin)
		g->call.retry.attempt = 1;
	if (!call_retry(&g->call, k, reply, now))
		get_fail(g, &e);
}

static int get_got(
        struct exchange *x, int id, const struct http_reply *reply, int64_t now, struct err *err)
{
	struct s3_get *g = get_of(x);
	(void)id;
	bool answered = reply->status == 200 || reply->status == 206;
	if (is_empty_object(g, reply)) {
		g->size = 0;
		g->ev.opened(g->ev.arg, 0, "");
		finish_part(g, now);
	} else if (answered && !g->part_begun && begin_part(g, reply, err) != 0) {
		return -1;
	} else if (answered && part_complete(g)) {
		finish_part(g, now);
	} else {
		part_broke(g, reply, now);
	}
	return 0;
}

static void get_cancel(struct exchange *x)
{
	get_of(x)->cancelled = true;
}

static void get_free(struct exchange *x)
{
	struct s3_get *g = get_of(x);
	mem_free(g->address);
	mem_free(g->url);
	mem_free(g->etag);
	mem_free(g);
}

static const struct exchange_ops get_ops = {
        .name = "s3-get",
        .next = get_next,
        .body = get_body,
        .got = get_got,
        .cancel = get_cancel,
        .free = get_free,
};

struct exchange *s3_get_new(const struct aws_identity *id, const char *address, int64_t range_bytes,
        struct retry_bucket *bucket, const struct s3_get_events *ev, struct err *err)
{
	struct buf url;
	buf_init(&url, 8192);
	if (s3_url(id, address, &url, err) != 0) {
		buf_release(&url);
		return NULL;
	}
	struct s3_get *g = MEM_NEW(struct s3_get);
	g->x.ops = &get_ops;
	g->id = id;
	g->address = mem_strdup(address);
	g->url = buf_take(&url);
	g->size = -1;
	g->range = range_bytes > 0 ? range_bytes : RANGE_DEFAULT;
	g->ev = *ev;
	call_init(&g->call, id->max_attempts, bucket);
	return &g->x;
}
