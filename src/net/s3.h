/*
 * S3 as exchanges: one object read by ranged GETs in order, with If-Match on the ETag seen first,
 * resuming after a reset where it stopped. Memory is bounded by the sink: a part refused with 1
 * pauses the transfer.
 */
#ifndef NET_S3_H
#define NET_S3_H

#include "net/aws.h"
#include "net/exchange.h"
#include "net/retry.h"

struct s3_get_events {
	/* size in bytes and ETag are known; called once. */
	void (*opened)(void *arg, int64_t size, const char *etag);
	/* Next bytes of the object, in order: 0 taken, 1 no room now, -1 failed. */
	int (*part)(void *arg, int64_t offset, struct slice bytes, struct err *err);
	void *arg;
};
/* address: "s3://bucket/key". range_bytes: size of one GET (0: 8 MiB). ERR_CONFIG for a bad
 * address. */
struct exchange *s3_get_new(const struct aws_identity *id, const char *address, int64_t range_bytes,
        struct retry_bucket *bucket, const struct s3_get_events *ev, struct err *err);
/* Builds the object's URL: virtual-hosted at AWS, path style at an override or for dotted buckets.
 */
int s3_url(const struct aws_identity *id, const char *address, struct buf *out, struct err *err);
/* Error reply (XML) to err; code is S3's ("NoSuchKey"). */
void s3_error(const struct http_reply *reply, const char *what, struct err *err, char *code,
        size_t code_size);

#endif
