/*
 * Verifies AWS Signature Version 4 (IAM user guide, "Signature Version 4 signing process") with the
 * client's own signing code, from the bytes received: header form and presigned query form.
 */
#ifndef LOCAL_AUTH_H
#define LOCAL_AUTH_H

#include "local/message.h"

#include <stdint.h>

#define AUTH_SKEW_MS (15 * 60 * 1000)

struct auth_keys {
	const char *access_key, *secret_key;
};
enum auth_result {
	AUTH_OK,
	AUTH_MISSING,    /* no signature at all */
	AUTH_INCOMPLETE, /* malformed, or a part is missing */
	AUTH_UNKNOWN_KEY,
	AUTH_SKEWED,   /* signed more than 15 minutes from our clock */
	AUTH_EXPIRED,  /* a presigned address after its time */
	AUTH_MISMATCH, /* the signature, or the body hash, is not that of this request */
};
/* What a verified request said about its body; payload is "" for none. */
struct auth_claim {
	char payload[80];   /* x-amz-content-sha256: a hash, UNSIGNED-PAYLOAD or STREAMING-... */
	char signature[65]; /* seed of the chunk signatures */
	char region[32], date[17];
};
/*
 * service: "athena" or "s3". body_hash: SHA-256 hex of the body where it is at hand (Athena); NULL
 * where it follows (S3): then the claimed hash is signed and the caller checks the body against
 * claim->payload.
 */
enum auth_result auth_verify(const struct auth_keys *keys, const struct request *rq,
        const char *service, const char *body_hash, int64_t now_wall_ms, struct auth_claim *claim);
/* Fills the reply in the service's own error shape. */
void auth_refuse_athena(enum auth_result r, struct reply *rp);
void auth_refuse_s3(enum auth_result r, struct reply *rp);

#endif
