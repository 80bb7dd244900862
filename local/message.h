/*
 * HTTP requests and replies of the server as values, apart from the HTTP library: the protocol code
 * (auth, S3, Athena) takes and makes these, so that tests and fuzzers need no socket.
 */
#ifndef LOCAL_MESSAGE_H
#define LOCAL_MESSAGE_H

#include "base/buf.h"
#include "net/http.h"

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct request {
	char *method;
	char *path;  /* as on the request line, still percent-encoded; starts with '/' */
	char *query; /* as on the request line without '?'; NULL when absent */
	struct http_headers headers; /* repeated ones joined by ',' */
	const char *fault; /* what makes it unacceptable whatever it asks; NULL when nothing does */
	struct buf body;   /* collected (Athena); streamed bodies (PUT) are not kept here */
};
/* target: the raw request target. Absolute forms ("http://...") are a fault. */
void request_init(struct request *rq, const char *method, const char *target);
void request_release(struct request *rq);
/* Notes NUL bytes and repetitions of headers that must be unique as a fault. */
void request_add_header(struct request *rq, struct slice name, struct slice value);
const char *request_header(const struct request *rq, const char *name); /* NULL when absent */
/*
 * Query parameter, decoded ('+' is a space). 1 found (also without '='), 0 absent, -1 not valid
 * percent-encoding, NUL or not UTF-8. `out` is cleared first.
 */
int request_param(const struct request *rq, const char *name, struct buf *out);
bool request_has_param(const struct request *rq, const char *name);
/* Appends s with %XX decoded; -1 when malformed, a NUL byte, or not UTF-8. */
int percent_decode(struct buf *out, struct slice s, bool plus_is_space);
/* A decimal number of at most 18 digits and nothing else; -1 otherwise. */
int64_t parse_number(struct slice s);

struct reply {
	int status;
	struct http_headers headers;
	struct buf body;
	int fd; /* -1, or a file whose part is the body; owned until taken */
	int64_t fd_offset, fd_length;
	bool close; /* the connection must not be used again */
};
void reply_init(struct reply *rp);
void reply_release(struct reply *rp);
void reply_header(struct reply *rp, const char *name, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
/* Athena: body of application/x-amz-json-1.1; takes over `json`. */
void reply_json(struct reply *rp, int status, json_t *json);
/* {"__type": type, "AthenaErrorCode": code, "ErrorCode": code, "Message": ...}; code may be NULL.
 */
void reply_json_error(struct reply *rp, int status, const char *type, const char *code,
        const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* S3: <Error> document. */
void reply_xml_error(struct reply *rp, int status, const char *code, const char *fmt, ...)
        __attribute__((format(printf, 4, 5)));
/* Appends text with &, <, >, " and control characters as references. */
void xml_text(struct buf *out, struct slice text);

#endif
