/*
 * What the driver pumps is always a ride: the job's own exchange, with catalog calls beside it (the
 * schema browser works while a query runs) and a deadline that holds even when no answer comes.
 * Request ids tell the two apart: even the main one's, odd the call's.
 */
#include "job/engine_int.h"

#include "base/mem.h"
#include "net/athena.h"

#include "base/ban.h"

struct ride {
	struct exchange x;       /* first: the exchange is the handle */
	struct exchange_ops ops; /* with the main exchange's name, for the log */
	struct engine *e;
	struct exchange *main_x; /* NULL: only calls, as long as there are any */
	struct call *call;
	struct exchange *side;
	int64_t deadline; /* 0: none */
	bool again;       /* the last answer was one to be asked for again */
};

static struct ride *ride_of(struct exchange *x)
{
	return (struct ride *)x;
}

static void side_drop(struct ride *r)
{
	if (r->side)
		r->side->ops->free(r->side);
	r->side = NULL;
	r->call = NULL;
}

static void side_finish(struct ride *r, const struct err *err)
{
	struct call *c = r->call;
	side_drop(r);
	if (err)
		c->err = *err;
	call_finish(r->e, c);
}

/* The main exchange ended first: the call starts anew on the next ride (all of them only read). */
static void side_put_back(struct ride *r)
{
	if (r->call == NULL)
		return;
	buf_clear(&r->call->reply);
	pthread_mutex_lock(&r->e->lock);
	r->call->next = r->e->calls;
	r->e->calls = r->call;
	pthread_mutex_unlock(&r->e->lock);
	side_drop(r);
}

/* Alone, a ride ends as soon as a job waits: the calls go along with that. */
static bool side_take(struct ride *r, int64_t now)
{
	struct engine *e = r->e;
	struct call *c = NULL;
	pthread_mutex_lock(&e->lock);
	if (!e->stop && (r->main_x || !e->waiting))
		c = call_take_due(e, now);
	pthread_mutex_unlock(&e->lock);
	if (c == NULL)
		return false;
	r->call = c;
	r->side = athena_call_new(e->identity, c->operation, c->params, &e->bucket, &c->reply);
	return true;
}

static enum next side_next(struct ride *r, int64_t now, struct http_req *out)
{
	while (r->side || side_take(r, now)) {
		struct err err = ERR_INIT;
		enum next n = r->side->ops->next(r->side, now, out, &err);
		if (n == NEXT_SEND)
			out->id = out->id * 2 + 1;
		if (n != NEXT_DONE && n != NEXT_FAILED)
			return n;
		side_finish(r, n == NEXT_FAILED ? &err : NULL);
	}
	return NEXT_DONE;
}

static enum next wake_by(struct ride *r, enum next n, int64_t at)
{
	if (n == NEXT_IDLE || at < r->x.wake_at)
		r->x.wake_at = at;
	return NEXT_WAIT;
}

/* A request after an answer that failed for a while is a retry: people see how many there were. */
static void sent(struct ride *r)
{
	if (!r->again)
		return;
	r->again = false;
	board_edit(&r->e->board, NULL)->retries++;
	board_done(&r->e->board, false);
}

static bool worth_repeating(const struct http_reply *reply)
{
	char code[64] = "";
	struct err unused = ERR_INIT;
	if (reply->status >= 200 && reply->status < 300)
		return reply->truncated;
	if (reply->status > 0)
		athena_error(reply, &unused, code, sizeof code);
	return retry_classify(reply, code) != RETRY_NO;
}

static enum next ride_next(struct exchange *x, int64_t now, struct http_req *out, struct err *err)
{
	struct ride *r = ride_of(x);
	if (r->deadline && now >= r->deadline) {
		side_put_back(r);
		err_set(err, ERR_CANCELLED,
		        "cancelled; no answer came in time, so the query may still run and be "
		        "billed");
		return NEXT_FAILED;
	}
	enum next m = NEXT_DONE;
	if (r->main_x) {
		m = r->main_x->ops->next(r->main_x, now, out, err);
		if (m == NEXT_SEND) {
			out->id *= 2;
			sent(r);
		}
		if (m != NEXT_IDLE && m != NEXT_WAIT) {
			if (m != NEXT_SEND)
				side_put_back(r);
			return m;
		}
		r->x.wake_at = r->main_x->wake_at;
	}
	enum next s = side_next(r, now, out);
	if (s == NEXT_SEND || (s == NEXT_DONE && r->main_x == NULL))
		return s;
	if (r->main_x == NULL) {
		m = s;
		r->x.wake_at = r->side->wake_at;
	} else if (s == NEXT_WAIT) {
		m = wake_by(r, m, r->side->wake_at);
	}
	return r->deadline ? wake_by(r, m, r->deadline) : m;
}

static int ride_body(struct exchange *x, int id, const struct http_reply *head, struct slice part,
        struct err *err)
{
	struct ride *r = ride_of(x);
	return r->main_x->ops->body(r->main_x, id / 2, head, part, err);
}

static int ride_got(
        struct exchange *x, int id, const struct http_reply *reply, int64_t now, struct err *err)
{
	struct ride *r = ride_of(x);
	if (id % 2 == 0)
		r->again = worth_repeating(reply);
	if (id % 2 == 0)
		return r->main_x->ops->got(r->main_x, id / 2, reply, now, err);
	struct err side_err = ERR_INIT;
	if (r->side && r->side->ops->got(r->side, id / 2, reply, now, &side_err) != 0)
		side_finish(r, &side_err);
	return 0;
}

static void ride_cancel(struct exchange *x)
{
	struct ride *r = ride_of(x);
	if (r->main_x && r->main_x->ops->cancel)
		r->main_x->ops->cancel(r->main_x);
}

static void ride_free(struct exchange *x)
{
	struct ride *r = ride_of(x);
	side_put_back(r);
	if (r->main_x)
		r->main_x->ops->free(r->main_x);
	mem_free(r);
}

static const struct exchange_ops ride_ops = {
        .name = "ride",
        .next = ride_next,
        .body = ride_body,
        .got = ride_got,
        .cancel = ride_cancel,
        .free = ride_free,
};

struct exchange *ride_new(struct engine *e, struct exchange *main_x)
{
	struct ride *r = MEM_NEW(struct ride);
	r->ops = ride_ops;
	r->ops.name = main_x ? main_x->ops->name : "calls";
	r->x.ops = &r->ops;
	r->e = e;
	r->main_x = main_x;
	return &r->x;
}

void ride_deadline(struct exchange *ride, int64_t at)
{
	struct ride *r = ride_of(ride);
	if (r->deadline == 0 || at < r->deadline)
		r->deadline = at;
}
