/*
 * HTTP requests and replies as values, and the only door to libcurl (multi interface). The client
 * belongs to the net thread; http_client_wake alone may be called from any thread.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define HTTP_BODY_MAX ((size_t)64 << 20) /* a collected body, either way */

struct http_header {
	char *name, *value;
};
struct http_headers {
	struct http_header *h;
	size_t n;
};
void http_headers_set(struct http_headers *hs, const char *name, const char *value); /* replaces */
void http_headers_add(
        struct http_headers *hs, const char *name, const char *value); /* keeps others */
void http_headers_remove(struct http_headers *hs, const char *name);   /* every one; case-blind */
const char *http_headers_get(
        const struct http_headers *hs, const char *name); /* case-blind; NULL */
void http_headers_release(struct http_headers *hs);

/* A request that an exchange wants sent. Signing happens at sending time, in the client's owner. */
struct http_req {
	int id;             /* chosen by the exchange; comes back with the reply */
	const char *method; /* static string: "GET" */
	char *url;          /* scheme://host[:port]/path?query, already encoded; owned */
	struct http_headers headers;
	struct buf body;
	const char *sign;   /* SigV4 service name ("athena", "s3"), or NULL for unsigned */
	const char *region; /* borrowed from the exchange, for signing */
	bool stream;        /* deliver a 2xx body by exchange->body instead of collecting it */
	int timeout_ms; /* whole request; 0: none, then low_speed applies (30 s without a byte) */
	bool plain_ok;  /* http:// to another machine is refused unless set (the driver decides) */
};
void http_req_init(struct http_req *r);
void http_req_release(struct http_req *r);

struct http_reply {
	int status;                  /* 0 when there was no answer: then failure says why */
	struct http_headers headers; /* at most 64 KiB and 256 of them */
	struct buf body;             /* collected; empty for streamed 2xx; at most 64 MiB */
	struct err failure; /* why, when status is 0 or truncated is set; transient: try again */
	bool truncated;     /* ended, reset or stalled before the whole body had come */
	bool sent; /* without an answer: the server may have got the request all the same */
	int64_t total_ms;
};
void http_reply_release(struct http_reply *r);

/*
 * "host:port" of a URL as written, borrowed; empty when it is not a plain http(s) URL: user names,
 * blanks, control characters, backslashes and bytes over 126 are refused, so that every reader of
 * the text sees the same host.
 */
struct slice http_url_authority(const char *url);
/* localhost, 127.0.0.0/8 and [::1]: no TLS needed, never by a proxy. */
bool http_url_is_loopback(const char *url);

/*
 * Redirects are not followed, TLS is verified (AWS_CA_BUNDLE names another CA file), proxies come
 * from curl's environment variables, connections are kept and reused. 10 s to connect.
 */
struct http_client;
struct http_client *http_client_new(struct err *err);
void http_client_free(struct http_client *c);
/*
 * Starts a request (contents are taken over; req is empty afterwards). on_body: called with parts
 * of a streamed 2xx body; returning false pauses the transfer until http_client_resume(c, handle).
 * When it pauses, the part was NOT taken. on_done: called once with the final reply. Both run
 * inside http_client_run.
 */
/* Callbacks may start, resume and abort requests, but not run or free the client. */
typedef bool (*http_body_fn)(void *arg, int id, const struct http_reply *head, struct slice part);
typedef void (*http_done_fn)(void *arg, int id, const struct http_reply *reply);
int http_client_start(struct http_client *c, struct http_req *req, http_body_fn on_body,
        http_done_fn on_done, void *arg, struct err *err);  /* handle > 0, or -1 */
void http_client_resume(struct http_client *c, int handle); /* takes effect in the next run */
void http_client_abort(struct http_client *c, int handle);  /* on_done is not called */
/* Waits up to timeout_ms (-1: until something happens) for network or wake, and runs callbacks. */
int http_client_run(struct http_client *c, int timeout_ms, struct err *err);
void http_client_wake(struct http_client *c);  /* any thread */
bool http_client_woken(struct http_client *c); /* since the last call of this */
size_t http_client_active(const struct http_client *c);

#endif
