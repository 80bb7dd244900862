#include "net/retry.h"

#include <stdlib.h>
#include <string.h>

#include "base/ban.h"

#define BUCKET_FULL      500
#define COST_THROTTLE    5
#define COST_OTHER       14
#define REFUND_FIRST     1 /* for a success without a retry */
#define BASE_THROTTLE_MS 1000.0
#define BASE_OTHER_MS    50.0
#define CAP_MS           20000.0
#define SERVER_MORE_MS   5000 /* the server's own delay counts up to this much over ours */

struct code_class {
	const char *code;
	enum retry_class k;
};

/* botocore retries/standard.py and the service models; S3's BadDigest by the S3 user guide. */
static const struct code_class codes[] = {
        {"Throttling", RETRY_THROTTLE},
        {"ThrottlingException", RETRY_THROTTLE},
        {"ThrottledException", RETRY_THROTTLE},
        {"RequestThrottledException", RETRY_THROTTLE},
        {"RequestThrottled", RETRY_THROTTLE},
        {"TooManyRequestsException", RETRY_THROTTLE},
        {"RequestLimitExceeded", RETRY_THROTTLE},
        {"BandwidthLimitExceeded", RETRY_THROTTLE},
        {"LimitExceededException", RETRY_THROTTLE},
        {"SlowDown", RETRY_THROTTLE},
        {"PriorRequestNotComplete", RETRY_THROTTLE},
        {"EC2ThrottledException", RETRY_THROTTLE},
        {"ProvisionedThroughputExceededException", RETRY_THROTTLE},
        {"TransactionInProgressException", RETRY_THROTTLE},
        {"RequestTimeout", RETRY_TRANSIENT},
        {"RequestTimeoutException", RETRY_TRANSIENT},
        {"BadDigest", RETRY_TRANSIENT},
        {"ExpiredToken", RETRY_CREDENTIALS},
        {"ExpiredTokenException", RETRY_CREDENTIALS},
        {"UnrecognizedClientException", RETRY_CREDENTIALS},
        {"InvalidClientTokenId", RETRY_CREDENTIALS},
        {"RequestExpired", RETRY_SKEW},
        {"RequestTimeTooSkewed", RETRY_SKEW},
};

/* Services of the JSON protocol have one code for a wrong key and for a wrong clock. */
static bool blames_clock(const struct http_reply *reply)
{
	struct slice body = buf_slice(&reply->body);
	return slice_find(body, slice_str("Signature expired")) >= 0 ||
	       slice_find(body, slice_str("Signature not yet current")) >= 0;
}

static enum retry_class class_of_code(const struct http_reply *reply, const char *code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (strcmp(codes[i].code, code) == 0)
			return codes[i].k;
	bool signature = strcmp(code, "InvalidSignatureException") == 0 ||
	                 strcmp(code, "SignatureDoesNotMatch") == 0;
	return signature && blames_clock(reply) ? RETRY_SKEW : RETRY_NO;
}

static enum retry_class class_of_failure(const struct http_reply *reply)
{
	switch (reply->failure.code) {
	case ERR_NONE:
	case ERR_NETWORK:
	case ERR_TIMEOUT: return RETRY_TRANSIENT;
	default: return RETRY_NO; /* a wrong address, a CA file, too large: the same next time */
	}
}

enum retry_class retry_classify(const struct http_reply *reply, const char *code)
{
	if (reply->status == 0)
		return class_of_failure(reply);
	if (reply->status < 400)
		return reply->truncated ? RETRY_TRANSIENT : RETRY_NO;
	enum retry_class k = class_of_code(reply, code ? code : "");
	if (k != RETRY_NO)
		return k;
	switch (reply->status) {
	case 429: return RETRY_THROTTLE;
	case 500:
	case 502:
	case 503:
	case 504: return RETRY_TRANSIENT;
	default: return reply->truncated ? RETRY_TRANSIENT : RETRY_NO;
	}
}

void retry_bucket_init(struct retry_bucket *b)
{
	b->tokens = BUCKET_FULL;
}

void retry_init(struct retry *r, int max_attempts)
{
	*r = (struct retry){.max_attempts = max_attempts > 0 ? max_attempts : 3};
}

static double backoff_ms(enum retry_class k, int attempt)
{
	double ms = k == RETRY_THROTTLE ? BASE_THROTTLE_MS : BASE_OTHER_MS;
	for (int i = 1; i < attempt && ms < CAP_MS; i++)
		ms *= 2;
	return ms < CAP_MS ? ms : CAP_MS;
}

/* x-amz-retry-after in ms, or -1. */
static int64_t server_delay(const struct http_reply *reply)
{
	const char *v = reply ? http_headers_get(&reply->headers, "x-amz-retry-after") : NULL;
	if (!v || strlen(v) > 9 || !*v || v[strspn(v, "0123456789")] != '\0')
		return -1;
	return strtol(v, NULL, 10);
}

static int64_t delay_ms(
        const struct retry *r, enum retry_class k, const struct http_reply *reply, double rnd)
{
	int64_t ours = (int64_t)(rnd * backoff_ms(k, r->attempt) + 0.5);
	int64_t theirs = server_delay(reply);
	if (theirs < ours)
		return ours;
	return theirs > ours + SERVER_MORE_MS ? ours + SERVER_MORE_MS : theirs;
}

int64_t retry_next(struct retry *r, struct retry_bucket *b, enum retry_class k,
        const struct http_reply *reply, double rnd)
{
	if (k == RETRY_NO || r->attempt >= r->max_attempts)
		return -1;
	if (k == RETRY_CREDENTIALS || k == RETRY_SKEW) {
		/* corrected, not waited for: once each, at once, no token */
		bool *done = k == RETRY_SKEW ? &r->clock_set : &r->refreshed;
		bool again = !*done;
		*done = true;
		return again ? 0 : -1;
	}
	int cost = k == RETRY_THROTTLE ? COST_THROTTLE : COST_OTHER;
	if (b->tokens < cost)
		return -1;
	b->tokens -= cost;
	r->last_cost = cost;
	return delay_ms(r, k, reply, rnd);
}

void retry_success(struct retry *r, struct retry_bucket *b)
{
	b->tokens += r->last_cost > 0 ? r->last_cost : REFUND_FIRST;
	if (b->tokens > BUCKET_FULL)
		b->tokens = BUCKET_FULL;
	r->last_cost = 0;
}
