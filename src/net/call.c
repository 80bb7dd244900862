#include "net/call.h"

#include "base/crypto.h"
#include "base/log.h"

#include "base/ban.h"

void call_init(struct call *c, int max_attempts, struct retry_bucket *bucket)
{
	*c = (struct call){.bucket = bucket};
	retry_init(&c->retry, max_attempts);
}

void call_again(struct call *c, int max_attempts, int64_t at)
{
	retry_init(&c->retry, max_attempts);
	c->in_flight = false;
	c->send_at = at;
}

void call_sent(struct call *c)
{
	c->in_flight = true;
	c->retry.attempt++;
}

void call_done(struct call *c)
{
	c->in_flight = false;
	retry_success(&c->retry, c->bucket);
}

bool call_retry(struct call *c, enum retry_class k, const struct http_reply *reply, int64_t now)
{
	c->in_flight = false;
	int64_t delay = retry_next(&c->retry, c->bucket, k, reply, call_random());
	if (delay < 0)
		return false;
	log_info("net", "attempt %d failed (HTTP %d%s%s), next in %lld ms", c->retry.attempt,
	        reply->status, reply->status ? "" : ": ", reply->status ? "" : reply->failure.text,
	        (long long)delay);
	c->send_at = now + delay;
	return true;
}

double call_random(void)
{
	uint32_t r = 0;
	if (crypto_random(&r, sizeof r) != 0)
		r = UINT32_MAX / 2;
	return (double)r / ((double)UINT32_MAX + 1.0);
}
