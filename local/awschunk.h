/*
 * Decoder of S3's aws-chunked bodies (S3 API reference, "Signature calculations: transferring
 * payload in multiple chunks" and "... with trailing headers"): plain, signed per chunk, with
 * trailers. Input may be cut anywhere.
 */
#ifndef LOCAL_AWSCHUNK_H
#define LOCAL_AWSCHUNK_H

#include "base/err.h"
#include "local/auth.h"

struct awschunk;
/* claim->payload names the form (STREAMING-...); NULL when it is none that we know. */
struct awschunk *awschunk_new(const struct auth_claim *claim, const struct auth_keys *keys);
void awschunk_free(struct awschunk *c); /* NULL allowed */
typedef int (*awschunk_fn)(void *arg, struct slice data, struct err *err);
/* ERR_DATA: not aws-chunked; ERR_DENIED: a chunk's signature is wrong. */
int awschunk_feed(struct awschunk *c, struct slice in, awschunk_fn out, void *arg, struct err *err);
int awschunk_end(const struct awschunk *c, struct err *err); /* the last chunk must have come */

#endif
