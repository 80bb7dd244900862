/*
 * One request of an exchange with its retries: private to src/net. Holds when it may be sent, how
 * often it was, and what a failed reply means.
 */
#ifndef NET_CALL_H
#define NET_CALL_H

#include "net/exchange.h"
#include "net/retry.h"

struct call {
	struct retry retry;
	struct retry_bucket *bucket; /* borrowed, shared by all calls of a client */
	bool in_flight;
	int64_t send_at; /* mono ms; 0: at once */
};
void call_init(struct call *c, int max_attempts, struct retry_bucket *bucket);
/* A new request on the same call: attempts start anew, sent at `at`. */
void call_again(struct call *c, int max_attempts, int64_t at);
void call_sent(struct call *c);
void call_done(struct call *c); /* answered well */
/*
 * After a failed reply of the given class: true when it is to be sent again at c->send_at; false
 * when it has failed for good (the caller makes the error).
 */
bool call_retry(struct call *c, enum retry_class k, const struct http_reply *reply, int64_t now);
/* A uniform number of [0, 1) for back-off. */
double call_random(void);

#endif
