/*
 * Retry policy of the AWS SDKs' "standard" mode: 3 attempts, delay = random(0..1) * min(20 s, base
 * * 2^n), base 1 s for throttling and 50 ms otherwise, x-amz-retry-after (ms) honoured, token
 * bucket of 500 (5 per throttling retry, 14 per other; a success returns what its last retry cost,
 * or 1). RETRY_CREDENTIALS and RETRY_SKEW repeat once each, at once. Pure: `rnd` is 0..1 from the
 * caller.
 */
#ifndef NET_RETRY_H
#define NET_RETRY_H

#include "base/err.h"
#include "net/http.h"

enum retry_class { RETRY_NO, RETRY_TRANSIENT, RETRY_THROTTLE, RETRY_CREDENTIALS, RETRY_SKEW };
/* code: the service's error code ("ThrottlingException"), "" when there is none. */
enum retry_class retry_classify(const struct http_reply *reply, const char *code);

struct retry_bucket {
	int tokens; /* starts at 500 */
};
struct retry {
	int attempt;               /* sent so far */
	int max_attempts;          /* 3 unless AWS_MAX_ATTEMPTS */
	int last_cost;             /* tokens of the last retry; a success gives them back */
	bool refreshed, clock_set; /* credentials and clock are corrected once each */
};
void retry_bucket_init(struct retry_bucket *b);
void retry_init(struct retry *r, int max_attempts);
/* After a failed attempt: delay in ms until the next, or -1 to give up. */
int64_t retry_next(struct retry *r, struct retry_bucket *b, enum retry_class k,
        const struct http_reply *reply, double rnd);
void retry_success(struct retry *r, struct retry_bucket *b);

#endif
