/*
 * The subset of S3's REST API (2006-03-01) that clients of Athena need: objects by GET (ranges,
 * preconditions), HEAD, PUT, DELETE; listings; buckets. Requests come verified; a reply is always
 * filled. Any thread.
 */
#ifndef LOCAL_API_S3_H
#define LOCAL_API_S3_H

#include "local/auth.h"
#include "local/bucket.h"
#include "local/message.h"

#define S3_PUT_MAX ((int64_t)5 << 30) /* one PUT, S3's limit */

/* Bucket and key of a path-style (or, with host_bucket, virtual-hosted) request. */
struct s3_target {
	char *bucket;   /* NULL: the service itself (ListBuckets) */
	struct buf key; /* decoded; empty: the bucket itself */
};
/* -1 with an error reply when the names are not acceptable. */
int s3_target_parse(
        struct s3_target *t, const struct request *rq, const char *host_bucket, struct reply *rp);
void s3_target_release(struct s3_target *t);

/* Everything but PUT of an object. */
void s3_handle(
        struct store *s, const struct request *rq, const struct s3_target *t, struct reply *rp);
void s3_list(struct store *s, const struct request *rq, const char *bucket, struct reply *rp);

/* PUT of an object: streamed to a temporary file, published when whole and verified. */
struct s3_upload;
struct s3_upload *s3_upload_new(struct store *s, const struct request *rq,
        const struct s3_target *t, const struct auth_claim *claim, const struct auth_keys *keys,
        struct reply *rp); /* NULL: refused */
int s3_upload_data(struct s3_upload *u, struct slice part);
void s3_upload_end(struct s3_upload *u, struct reply *rp);
void s3_upload_free(struct s3_upload *u); /* NULL allowed; nothing unfinished stays */

/* For tests: -1 not a single byte range (to be ignored), 0 unsatisfiable, 1 with first and length.
 */
int s3_range(const char *header, int64_t size, int64_t *first, int64_t *length);

#endif
