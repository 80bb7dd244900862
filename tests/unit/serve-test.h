/* For tests of the server without a socket: a state folder, an engine (fakeduck.c) and signed
 * calls. */
#ifndef TESTS_UNIT_SERVE_TEST_H
#define TESTS_UNIT_SERVE_TEST_H

#include "tests/unit/test.h"

#include "base/clock.h"
#include "base/mem.h"
#include "local/route.h"
#include "local/statedir.h"
#include "net/sigv4.h"

struct bench {
	struct statedir state;
	struct store *store;
	struct duck *duck;
	struct executions *ex;
	struct route_config route;
};

static inline void bench_open(struct bench *b, int workers)
{
	struct err err = ERR_INIT;
	*b = (struct bench){0};
	if (statedir_open(&b->state, NULL, &err) < 0)
		fail_msg("%s", err.text);
	b->store = store_open(b->state.path, &err);
	assert_non_null(b->store);
	assert_int_equal(store_make_bucket(b->store, "results", &err), 0);
	b->duck = duck_open(NULL, &err);
	struct exec_config cfg = {b->store, b->duck, workers, 5, 20};
	b->ex = executions_new(&cfg);
	b->route = (struct route_config){{"AKIDTEST", "secret-of-test"},
	        {b->duck, b->ex, b->store, "s3://results/", "token-key", 1000}, b->store, NULL};
}

static inline void bench_close(struct bench *b)
{
	executions_free(b->ex);
	duck_close(b->duck);
	store_close(b->store);
	statedir_close(&b->state);
}

/* One whole request; header: "Name: value" or NULL. The body comes in two pieces. */
static inline void bench_call(struct bench *b, const char *service, const char *method,
        const char *target, const char *header, const char *body, struct reply *rp)
{
	static const struct sigv4_key key = {"AKIDTEST", "secret-of-test", NULL};
	bool s3 = strcmp(service, "s3") == 0;
	struct sigv4_scope scope = {"us-east-1", service, clock_wall_ms(), !s3, s3};
	struct http_req sent;
	struct request rq;
	http_req_init(&sent);
	sent.method = method;
	sent.url = mem_printf("http://127.0.0.1%s", target);
	buf_add_str(&sent.body, body);
	if (header) {
		char *name = mem_strndup(header, strcspn(header, ":"));
		http_headers_set(&sent.headers, name, header + strlen(name) + 2);
		mem_free(name);
	}
	if (!s3)
		http_headers_set(&sent.headers, "Content-Type", "application/x-amz-json-1.1");
	assert_int_equal(sigv4_sign(&sent, &key, &scope, NULL), 0);
	request_init(&rq, method, target);
	for (size_t i = 0; i < sent.headers.n; i++)
		request_add_header(
		        &rq, slice_str(sent.headers.h[i].name), slice_str(sent.headers.h[i].value));
	if (!request_header(&rq, "host"))
		request_add_header(&rq, slice_str("host"), slice_str("127.0.0.1"));
	char length[24];
	snprintf(length, sizeof(length), "%zu", strlen(body));
	if (*body)
		request_add_header(&rq, slice_str("content-length"), slice_str(length));
	http_req_release(&sent);
	reply_init(rp);
	struct call *c = call_new(&b->route, &rq);
	if (!call_begin(c, rp)) {
		size_t half = strlen(body) / 2;
		if (half)
			call_body(c, slice_of(body, half));
		if (*body)
			call_body(c, slice_str(body + half));
		call_end(c, rp);
	}
	call_free(c);
}

/* The body of a reply, whether from memory or file. */
static inline void reply_text(struct reply *rp, char *out, size_t size)
{
	size_t n = rp->body.len < size ? rp->body.len : size - 1;
	if (rp->fd >= 0) {
		ssize_t got = pread(rp->fd, out,
		        (size_t)rp->fd_length < size ? (size_t)rp->fd_length : size - 1,
		        rp->fd_offset);
		n = got < 0 ? 0 : (size_t)got;
	} else if (n) {
		memcpy(out, rp->body.ptr, n);
	}
	out[n] = 0;
}

#endif
