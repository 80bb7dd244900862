#include "net/exchange.h"

#include "net/aws.h"
#include "net/sigv4.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>
#include <strings.h>

#include "base/ban.h"

#define IN_FLIGHT_MAX 64
#define TICK_DEFAULT  1000
/* AWS accepts 5 minutes of difference; below that a refusal has another reason. */
#define SKEW_MS ((int64_t)4 * 60 * 1000)

struct flight {
	int handle, id;
	bool blocked; /* a part was refused with 1 */
	bool is_signed;
};

struct driver {
	struct http_client *client;
	struct aws_identity *id;
	bool said_plain; /* unencrypted endpoint: logged once */

	/* of the exchange that is being run */
	struct exchange *x;
	struct flight flights[IN_FLIGHT_MAX];
	size_t n_flights;
	bool failed;
	struct err failure;
};

struct driver *driver_new(struct http_client *c, struct aws_identity *id)
{
	struct driver *d = MEM_NEW(struct driver);
	d->client = c;
	d->id = id;
	return d;
}

void driver_free(struct driver *d)
{
	mem_free(d);
}

static struct flight *flight_find(struct driver *d, int id)
{
	for (size_t i = 0; i < d->n_flights; i++)
		if (d->flights[i].id == id)
			return &d->flights[i];
	return NULL;
}

static bool on_body(void *arg, int id, const struct http_reply *head, struct slice part)
{
	struct driver *d = arg;
	struct flight *f = flight_find(d, id);
	if (d->failed || !f)
		return false;
	int rc = d->x->ops->body(d->x, id, head, part, &d->failure);
	d->failed = rc < 0;
	f->blocked = rc > 0;
	return rc == 0;
}

/*
 * A refused request whose answer has quite another time: our clock is wrong. The exchange decides
 * about a repeat; it will be signed with the time of the server.
 */
static void learn_skew(struct driver *d, const struct http_reply *r)
{
	const char *date = http_headers_get(&r->headers, "Date");
	if (!date || (r->status != 400 && r->status != 401 && r->status != 403))
		return;
	int64_t server = clock_parse_http_date(date);
	if (server < 0)
		return;
	int64_t skew = server - clock_wall_ms();
	if (llabs(skew - d->id->clock_skew_ms) < SKEW_MS)
		return;
	log_info("net",
	        "this machine's clock differs from the server's by %lld s: corrected in requests",
	        (long long)(skew / 1000));
	d->id->clock_skew_ms = skew;
}

/* The keys are refused: the exchange repeats that once, with what is found where they came from. */
static void look_for_keys(struct driver *d, const struct http_reply *r)
{
	static const char *const names[] = {"ExpiredToken", "UnrecognizedClientException",
	        "InvalidClientTokenId", "InvalidAccessKeyId"};
	if (r->status != 400 && r->status != 401 && r->status != 403)
		return;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (slice_find(buf_slice(&r->body), slice_str(names[i])) >= 0) {
			aws_identity_refresh(d->id);
			return;
		}
}

static void on_done(void *arg, int id, const struct http_reply *reply)
{
	struct driver *d = arg;
	struct flight *f = flight_find(d, id);
	if (!f || d->failed)
		return;
	log_debug("net", "%s: answer %d, %lld ms%s%s", d->x->ops->name, reply->status,
	        (long long)reply->total_ms, reply->failure.code ? ", " : "", reply->failure.text);
	if (f->is_signed && d->id) {
		learn_skew(d, reply);
		look_for_keys(d, reply);
	}
	*f = d->flights[--d->n_flights];
	d->failed = d->x->ops->got(d->x, id, reply, clock_mono_ms(), &d->failure) < 0;
}

/* Same scheme, host and port as an endpoint that the user named. */
static bool at_endpoint(const char *url, const char *endpoint)
{
	if (!endpoint || strncasecmp(endpoint, "http://", 7) != 0)
		return false;
	struct slice a = http_url_authority(url), b = http_url_authority(endpoint);
	return a.len > 0 && slice_eq_nocase(a, b);
}

/* AWS's own addresses are https: an http one in the identity was given by the user. */
static bool plain_allowed(struct driver *d, const char *url)
{
	if (!d->id || strncasecmp(url, "http://", 7) != 0 || http_url_is_loopback(url))
		return false;
	if (!at_endpoint(url, d->id->athena_url) && !at_endpoint(url, d->id->s3_url))
		return false;
	struct slice host = http_url_authority(url);
	if (!d->said_plain)
		log_info("net",
		        "requests and data go to %.*s without encryption: its address is http://",
		        (int)host.len, host.ptr);
	d->said_plain = true;
	return true;
}

static int sign(struct driver *d, struct http_req *req, struct err *err)
{
	if (!d->id)
		return err_set(err, ERR_INTERNAL, "a signed request without an identity");
	if (!aws_identity_has_keys(d->id))
		return aws_identity_need_keys(d->id, err);
	bool s3 = strcmp(req->sign, "s3") == 0;
	const struct sigv4_key key = {d->id->access_key, d->id->secret_key, d->id->session_token};
	const struct sigv4_scope scope = {
	        .region = req->region ? req->region : d->id->region,
	        .service = req->sign,
	        .wall_ms = clock_wall_ms() + d->id->clock_skew_ms,
	        .normalize_path = !s3,
	        .sign_body_header = s3,
	};
	return sigv4_sign(req, &key, &scope, err);
}

static int send_request(struct driver *d, struct http_req *req, struct err *err)
{
	struct flight f = {.id = req->id, .is_signed = req->sign != NULL};
	if (req->sign && sign(d, req, err) < 0)
		return -1;
	if (req->stream && !d->x->ops->body)
		return err_set(err, ERR_INTERNAL, "%s streams without a reader", d->x->ops->name);
	struct slice host = http_url_authority(req->url);
	log_debug("net", "%s: %s %.*s", d->x->ops->name, req->method, (int)host.len, host.ptr);
	req->plain_ok = plain_allowed(d, req->url);
	f.handle = http_client_start(d->client, req, on_body, on_done, d, err);
	if (f.handle < 0)
		return -1;
	d->flights[d->n_flights++] = f;
	return 0;
}

/* Sends all that the exchange wants sent now; says what it waits for. */
static enum next pump(struct driver *d, int64_t now, struct err *err)
{
	enum next n = NEXT_IDLE;
	while (d->n_flights < IN_FLIGHT_MAX) {
		struct http_req req;
		http_req_init(&req);
		n = d->x->ops->next(d->x, now, &req, err);
		bool ok = n != NEXT_SEND || send_request(d, &req, err) == 0;
		http_req_release(&req);
		if (!ok)
			return NEXT_FAILED;
		if (n != NEXT_SEND)
			break;
	}
	return n == NEXT_SEND ? NEXT_IDLE : n;
}

static void offer_again(struct driver *d)
{
	for (size_t i = 0; i < d->n_flights; i++) {
		if (!d->flights[i].blocked)
			continue;
		d->flights[i].blocked = false;
		http_client_resume(d->client, d->flights[i].handle);
	}
}

static void abort_flights(struct driver *d)
{
	for (size_t i = 0; i < d->n_flights; i++)
		http_client_abort(d->client, d->flights[i].handle);
	d->n_flights = 0;
}

struct ticker {
	bool (*fn)(void *);
	void *arg;
	int every_ms;
	int64_t due;
	bool cancelled;
};

static void ticker_run(struct ticker *t, struct driver *d)
{
	int64_t now = clock_mono_ms();
	bool woken = http_client_woken(d->client);
	if (!woken && now < t->due)
		return;
	t->due = now + t->every_ms;
	offer_again(d);
	if (!t->fn || t->fn(t->arg) || t->cancelled)
		return;
	t->cancelled = true;
	if (d->x->ops->cancel)
		d->x->ops->cancel(d->x);
}

static int wait_ms(const struct ticker *t, enum next n, const struct exchange *x)
{
	int64_t now = clock_mono_ms(), until = t->due;
	if (n == NEXT_WAIT && x->wake_at < until)
		until = x->wake_at;
	return until <= now ? 0 : (int)(until - now);
}

static int drive(struct driver *d, struct ticker *t, struct err *err)
{
	for (;;) {
		ticker_run(t, d);
		enum next n = pump(d, clock_mono_ms(), err);
		if (n == NEXT_DONE)
			return 0;
		if (n == NEXT_FAILED)
			return -1;
		if (n == NEXT_IDLE && d->n_flights == 0 && !t->fn)
			return err_set(err, ERR_INTERNAL, "%s waits for nothing", d->x->ops->name);
		if (http_client_run(d->client, wait_ms(t, n, d->x), err) < 0)
			return -1;
		if (!d->failed)
			continue;
		if (err)
			*err = d->failure;
		return -1;
	}
}

int driver_run(struct driver *d, struct exchange *x, bool (*tick)(void *), void *arg, int tick_ms,
        struct err *err)
{
	struct ticker t = {tick, arg, tick_ms > 0 ? tick_ms : TICK_DEFAULT, 0, false};
	d->x = x;
	d->failed = false;
	err_clear(&d->failure);
	int rc = drive(d, &t, err);
	abort_flights(d);
	d->x = NULL;
	return rc;
}
