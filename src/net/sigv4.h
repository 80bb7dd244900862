/*
 * AWS Signature Version 4 (IAM user guide, "Create a signed AWS API request"), computed from the
 * exact bytes that are sent. Used by the client to sign and by the local server to verify.
 */
#ifndef NET_SIGV4_H
#define NET_SIGV4_H

#include "base/buf.h"
#include "base/err.h"
#include "net/http.h"

#include <stdbool.h>
#include <stdint.h>

struct sigv4_key {
	const char *access_key, *secret_key;
	const char *session_token; /* NULL when there is none */
};
struct sigv4_scope {
	const char *region, *service;
	int64_t wall_ms;       /* signing time */
	bool normalize_path;   /* false for s3: encoded once, not normalised; true: others, encoded
	                          twice */
	bool sign_body_header; /* add x-amz-content-sha256 (s3) */
};
/* Adds x-amz-date, x-amz-security-token, x-amz-content-sha256 (when asked) and Authorization. */
int sigv4_sign(struct http_req *req, const struct sigv4_key *key, const struct sigv4_scope *scope,
        struct err *err);

/*
 * The three intermediate texts, for the public vectors and the verifier. path and query are as on
 * the request line (query without '?', NULL when absent). headers: those to sign, any order.
 */
void sigv4_canonical_request(struct buf *out, const char *method, const char *path,
        const char *query, const struct http_headers *headers, const char *payload_hash,
        bool normalize_path);
void sigv4_string_to_sign(
        struct buf *out, const char *canonical_request, const struct sigv4_scope *s);
void sigv4_signature(char out[65], const char *string_to_sign, const char *secret_key,
        const struct sigv4_scope *scope);
/* Comma-free "a;b;c" list of lower-case sorted header names. */
void sigv4_signed_headers(struct buf *out, const struct http_headers *headers);
/* Percent-encodes by SigV4's rule (unreserved A-Za-z0-9-._~; '/' kept when keep_slash). */
void sigv4_encode(struct buf *out, struct slice s, bool keep_slash);
/*
 * Query-string (presigned) form: appends X-Amz-* parameters and X-Amz-Signature to req->url.
 */
int sigv4_presign(struct http_req *req, const struct sigv4_key *key,
        const struct sigv4_scope *scope, int expires_s, struct err *err);

#endif
