/*
 * Protocol code does no I/O. An exchange is asked for the next request and fed the reply; it has no
 * clock, socket or thread of its own, so that every retry, throttle, expiry and cancel path is a
 * unit test [hiredis reader]. `now` is clock_mono_ms.
 */
#ifndef NET_EXCHANGE_H
#define NET_EXCHANGE_H

#include "base/err.h"
#include "net/http.h"

enum next {
	NEXT_SEND, /* out is filled: send it; ask again for more (several may be in flight) */
	NEXT_WAIT, /* nothing before exchange->wake_at (mono ms) */
	NEXT_IDLE, /* waiting for replies in flight, or for the owner */
	NEXT_DONE,
	NEXT_FAILED, /* err is filled */
};

struct exchange;
struct exchange_ops {
	const char *name; /* for the log */
	enum next (*next)(struct exchange *, int64_t now, struct http_req *out, struct err *err);
	/* A part of a streamed 2xx body. 0 taken, 1 no room now (it will be offered again), -1
	 * failed. */
	int (*body)(struct exchange *, int id, const struct http_reply *head, struct slice part,
	        struct err *err); /* NULL when the exchange never streams */
	int (*got)(struct exchange *, int id, const struct http_reply *reply, int64_t now,
	        struct err *err);
	void (*cancel)(struct exchange *);
	void (*free)(struct exchange *);
};
struct exchange {
	const struct exchange_ops *ops;
	int64_t wake_at; /* with NEXT_WAIT */
};

/* Drives exchanges over an http_client, signing each request at sending time. Net thread only. */
struct aws_identity;
struct driver;
struct driver *driver_new(struct http_client *c, struct aws_identity *id);
void driver_free(struct driver *d);
/*
 * Pumps one exchange to its end: NEXT_DONE (0) or NEXT_FAILED (-1). `tick` (NULL allowed) runs at
 * least every `tick_ms` and after every wake, and returns false to cancel the exchange (ops->cancel
 * is called once and pumping goes on to the end).
 */
int driver_run(struct driver *d, struct exchange *x, bool (*tick)(void *), void *arg, int tick_ms,
        struct err *err);
/* Body parts refused with 1 are offered again on the next wake or tick. */

#endif
